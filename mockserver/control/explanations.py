"""Why requests were refused; `X-Mock-Explain: 1` has an answer name the address of its explanation."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from ..store import JSONObject

EXPLAIN_HEADER: Final = "X-Mock-Explain"
KEPT: Final = 200


class Explanations:
    """The newest explanations by request id."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, JSONObject] = OrderedDict()

    def add(self, request_id: str, explanation: JSONObject) -> None:
        """Keep one; the oldest goes where there are too many."""
        self._kept[request_id] = explanation
        self._kept.move_to_end(request_id)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def find(self, request_id: str) -> JSONObject | None:
        """That of a request, if it is still there."""
        return self._kept.get(request_id)

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()
