"""Calls that were seen, and which of the changes they run into."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from mockserver.traffic import Exchange, Request, Response, Severity, TrafficChecker, Violation
from mockserver.traffic.addresses import Place

from ..errors import Misuse
from ..traffic.har import read_har
from ..traffic.lines import read_lines
from .changes import REQUEST, RESPONSE, Change


def read_calls(path: Path) -> Iterator[Exchange]:
    """The calls of a HAR file, of JSON lines (`.jsonl`), or of `GET /_mock/requests`; raises Misuse."""
    if path.suffix == ".jsonl":
        with path.open("rb") as file:
            yield from read_lines(file, path.name)
        return
    try:
        with path.open("rb") as file:
            is_journal = file.read(64).lstrip().startswith(b"[")
    except OSError as error:
        raise Misuse(f"cannot read {path}: {error.strerror}") from None
    yield from _journal(path) if is_journal else read_har(path)


def _journal(path: Path) -> Iterator[Exchange]:
    try:
        entries = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise Misuse(f"{path} is no JSON: {error}") from None
    for number, entry in enumerate(entries, 1):
        try:
            yield _entry(entry)
        except (KeyError, TypeError, AttributeError) as error:
            raise Misuse(f"{path}: entry {number} is none of a journal: {error}") from None


def _entry(entry: Any) -> Exchange:
    query = f"?{urlencode(entry['query'])}" if entry.get("query") else ""
    body, status = entry.get("body"), entry.get("status")
    sent = b"" if body is None else body.encode() if isinstance(body, str) else orjson.dumps(body)
    headers = {str(name).lower(): str(value) for name, value in entry.get("headers", {}).items()}
    return Exchange(
        Request(entry["method"], entry["path"] + query, headers, sent),
        Response(status, {}, None) if isinstance(status, int) else None,
    )


# credentials are not in recordings, so a call that was answered is taken for one that runs into these
OF_CREDENTIALS: Final = ("credentials_needed", "scope_needed")


@dataclass
class Seen:
    """What calls have shown: which changes break them, each with the number of calls and one of them."""

    old: TrafficChecker
    new: TrafficChecker
    calls: int = 0
    _statuses: dict[str, Counter[str]] = field(default_factory=dict)
    _broken: dict[tuple[str, str, str], tuple[Change, int, Exchange]] = field(default_factory=dict)
    _examples: dict[tuple[str, str], Exchange] = field(default_factory=dict)

    def add(self, exchange: Exchange) -> None:
        """Look at a call."""
        before = self.old.judge(exchange)
        if before.place is not Place.OPERATION or before.operation_id is None:
            return
        self.calls += 1
        name = before.operation_id
        if exchange.response is not None:
            status = str(exchange.response.status)
            self._statuses.setdefault(name, Counter())[status] += 1
            self._examples.setdefault((name, status), exchange)
        after = self.new.judge(exchange)
        if after.place is not Place.OPERATION:
            words = f"{exchange.request.method} {exchange.request.path} leads nowhere now"
            self._note(Change("operation_removed", name, REQUEST, "", words, ""), exchange)
            return
        known = {(one.kind.name, one.pointer) for one in before.violations}
        for one in after.violations:
            is_new = (one.kind.name, one.pointer) not in known and one.severity is not Severity.NOTE
            if one.is_of_request and is_new:
                self._note(_change_of(one, name), exchange)

    def _note(self, change: Change, exchange: Exchange) -> None:
        key = change.kind, change.operation_id, change.place
        held, number, first = self._broken.get(key, (change, 0, exchange))
        self._broken[key] = held, number + 1, first

    def breaking(self, changes: list[Change]) -> Iterator[tuple[Change, int, Exchange]]:
        """The changes that these calls run into, with how many do and one that does."""
        yield from self._broken.values()
        for change in changes:
            statuses = self._statuses.get(change.operation_id, Counter())
            if change.side == RESPONSE and statuses[change.status]:
                example = self._examples[change.operation_id, change.status]
                yield change, statuses[change.status], example
            elif change.kind in OF_CREDENTIALS and statuses:
                example = self._examples[change.operation_id, next(iter(statuses))]
                yield change, statuses.total(), example


def _change_of(violation: Violation, operation_id: str) -> Change:
    """What a call breaks of the new contract, as the change that it runs into."""
    kind = KINDS.get(violation.kind.name, "")
    if not kind:
        kind = "request_narrowed" if violation.kind.name.startswith("request") else "parameter_narrowed"
    return Change(kind, operation_id, REQUEST, violation.pointer, violation.message, "")


KINDS: Final = {
    "query.missing": "parameter_required",
    "request_body.missing": "body_required",
    "request_type.undocumented": "media_type_removed",
}
