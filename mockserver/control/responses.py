"""What was answered to the newest requests of the journal, within a bounded amount of memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import orjson

from ..store import JSON, JSONObject
from .journal import Entry
from .redaction import redact_body, redact_headers

LARGEST: Final = 256 * 1024
MOST_BYTES: Final = 8 * 1024 * 1024
READABLE: Final = ("text/csv", "text/plain")

Headers = Iterable[tuple[bytes, bytes]]


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


def record(headers: Headers, chunks: Iterable[bytes]) -> Recorded:
    """What is kept of an answer."""
    body = b"".join(chunks)
    named = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
    return Recorded(named, body if len(body) <= LARGEST else None, len(body))


class Responses:
    """Answers by journal entry; the oldest go where there are too many bytes."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._held = 0
        self._kept: OrderedDict[int, Recorded] = OrderedDict()

    def add(self, entry: Entry, headers: Headers, chunks: Iterable[bytes]) -> None:
        """Keep the answer to an entry's request; of one that is too large only how large it was."""
        recorded = self._kept[entry.id] = record(headers, chunks)
        self._held += len(recorded.body or b"")
        while self._held > self._most:
            _, oldest = self._kept.popitem(last=False)
            self._held -= len(oldest.body or b"")

    def find(self, entry: Entry) -> Recorded | None:
        """An entry's answer, if it is still kept."""
        return self._kept.get(entry.id)
