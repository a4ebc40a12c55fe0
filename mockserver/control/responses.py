"""What was answered to the newest requests of the journal, within a bounded amount of memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import orjson

from ..store import JSON, JSONObject
from .redaction import redact_body, redact_headers

LARGEST: Final = 256 * 1024
MOST_BYTES: Final = 8 * 1024 * 1024
READABLE: Final = ("text/csv", "text/plain")


@dataclass(frozen=True, slots=True)
class Recorded:
    """An answer as it went out. `body` is None where it was larger than is kept; `size` counts its bytes."""

    headers: Mapping[str, str]
    body: bytes | None
    size: int

    def shape(self) -> JSONObject:
        """The answer without secrets; a body that may hold some unseen, such as a page, is not shown."""
        headers: JSONObject = dict(redact_headers(self.headers))
        return {"headers": headers, "size": self.size, "body": self._readable()}

    def _readable(self) -> JSON:
        if not self.body:
            return None
        media_type = self.headers.get("content-type", "").partition(";")[0].strip()
        if media_type in READABLE:
            return self.body.decode("utf-8", "replace")
        try:
            found: JSON = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None
        return redact_body(found)


class Responses:
    """Answers by journal entry; the oldest go where there are too many bytes."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._held = 0
        self._kept: OrderedDict[int, Recorded] = OrderedDict()

    def add(self, entry_id: int, headers: Iterable[tuple[bytes, bytes]], chunks: Iterable[bytes]) -> None:
        """Keep an answer; of one that is too large only how large it was."""
        body = b"".join(chunks)
        named = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
        kept = body if len(body) <= LARGEST else None
        self._kept[entry_id] = Recorded(named, kept, len(body))
        self._held += len(kept or b"")
        while self._held > self._most:
            _, oldest = self._kept.popitem(last=False)
            self._held -= len(oldest.body or b"")

    def find(self, entry_id: int) -> Recorded | None:
        """An entry's answer, if it is still kept."""
        return self._kept.get(entry_id)
