"""Who is wrong where two answers differ: one of the servers, the contract, or neither."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from mockserver.traffic import Checked, Severity, TrafficChecker, Where

from .. import findings
from ..checks import OF_MEANING, judge
from ..contract import Contract
from ..core import exchange as core
from ..traffic.converted import generalised
from .compare import Difference, brief, by_shape, by_values
from .normal import normal
from .side import Side, recorded

# headers that clients go by; all others are of the transport
HEADERS: Final = ("content-type", "allow", "retry-after", "www-authenticate")
ROOTED: Final = frozenset((Where.RESPONSE_BODY,))


class Class(StrEnum):
    """What a difference is."""

    CONTRACT_WRONG = "contract_wrong"
    LEFT_WRONG = "left_wrong"
    RIGHT_WRONG = "right_wrong"
    UNDOCUMENTED = "undocumented"
    ALLOWED = "allowed"


TITLES: Final[Mapping[Class, tuple[str, findings.Severity]]] = {
    Class.CONTRACT_WRONG: (
        "Both servers answer alike, and not as the contract says.",
        findings.Severity.ERROR,
    ),
    Class.LEFT_WRONG: (
        "The left server leaves the contract, the right one does not.",
        findings.Severity.ERROR,
    ),
    Class.RIGHT_WRONG: (
        "The right server leaves the contract, the left one does not.",
        findings.Severity.ERROR,
    ),
    Class.UNDOCUMENTED: ("A field that the contract does not have.", findings.Severity.WARNING),
    Class.ALLOWED: ("The servers differ, and the contract admits both.", findings.Severity.NOTE),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A classed difference; `line` is that of the contract.

    `is_of_shape` says that it does not depend on what was asked, such as a field that one side lacks.
    """

    kind: Class
    place: str
    message: str
    line: int | None = None
    is_of_shape: bool = True


Broken = dict[tuple[str, str], tuple[str, int | None]]


class Judge:
    """Classes the differences between the answers to one step."""

    def __init__(self, checker: TrafficChecker, contract: Contract) -> None:
        self._checker = checker
        self._contract = contract

    def found(
        self, left: core.Exchange, right: core.Exchange, sides: tuple[Side, Side], *, values: bool
    ) -> Iterator[Found]:
        """What the two answers show."""
        broken = self._broken(left), self._broken(right)
        yield from _of_violations(*broken)
        covered = {place for one in broken for _, place in one}
        for difference in _differences(left, right, sides, values=values):
            if not _is_covered(difference.place, covered):
                yield Found(
                    Class.ALLOWED, difference.place, difference.message, is_of_shape=difference.is_of_shape
                )

    def _broken(self, exchange: core.Exchange) -> Broken:
        """What is wrong with an answer, by kind and place; what was asked may be wrong on purpose."""
        checked: Checked = self._checker.judge(recorded(exchange))
        found: Broken = {}
        for one in checked.violations:
            if not one.is_of_request:
                place = f"{one.where.value} {one.pointer}".strip() if one.where not in ROOTED else one.pointer
                is_note = one.severity is Severity.NOTE and not one.kind.name.endswith(".undocumented")
                if not is_note:
                    found[one.kind.name, generalised(place)] = one.message, one.contract_line
        if not found and exchange.failure is None:
            for broken in judge(exchange, self._contract, checks=OF_MEANING):
                found[broken.check.rule_id, ""] = broken.message, self._contract.line(exchange.operation_id)
        return found


def _of_violations(left: Broken, right: Broken) -> Iterator[Found]:
    for key in dict.fromkeys((*left, *right)):
        kind, place = key
        message, line = left.get(key) or right[key]
        if kind == "response_body.undocumented":
            who = "both" if key in left and key in right else "the left" if key in left else "the right"
            yield Found(Class.UNDOCUMENTED, place, f"{who} sent it; {message}", line)
        elif key in left and key in right:
            yield Found(Class.CONTRACT_WRONG, place, f"{kind}: {message}", line)
        else:
            wrong = Class.LEFT_WRONG if key in left else Class.RIGHT_WRONG
            yield Found(wrong, place, f"{kind}: {message}", line)


def _is_covered(place: str, covered: Iterable[str]) -> bool:
    return any(place == one or place.startswith(f"{one}/") for one in covered if one)


def _differences(
    left: core.Exchange, right: core.Exchange, sides: tuple[Side, Side], *, values: bool
) -> Iterator[Difference]:
    if left.status != right.status or bool(left.failure) != bool(right.failure):
        # what follows from another status is not said again
        yield Difference("status", _status(left), _status(right))
        return
    for name in HEADERS:
        first, second = (_header(one.headers.get(name)) for one in (left, right))
        if first != second:
            yield Difference(f"header {name}", first or "none", second or "none")
    if bool(left.body) != bool(right.body):
        yield Difference("body", *(f"{len(one.body)} bytes" if one.body else "none" for one in (left, right)))
        return
    if not (left.is_json and right.is_json):
        yield from _texts(left, right)
        return
    first_body, second_body = (
        normal(one.json, side.kept) for one, side in zip((left, right), sides, strict=True)
    )
    yield from (by_values if values else by_shape)(first_body, second_body)


def _texts(left: core.Exchange, right: core.Exchange) -> Iterator[Difference]:
    """Columns of CSV; other text is for people."""
    if left.media_type == right.media_type == "text/csv":
        columns = [set((one.text.splitlines() or [""])[0].split(",")) for one in (left, right)]
        if columns[0] != columns[1]:
            shown = [", ".join(sorted(one - other)) or "no more" for one, other in (columns, columns[::-1])]
            yield Difference("columns", *shown)


def _status(exchange: core.Exchange) -> str:
    if exchange.failure is not None:
        return exchange.failure
    body: Any = exchange.json
    detail = body.get("detail") or body.get("error") if isinstance(body, dict) else None
    return f"{exchange.status} {brief(detail)}" if detail and exchange.status >= 400 else str(exchange.status)


def _header(value: str | None) -> str | None:
    """A header without the parts that are the transport's; the order of methods says nothing."""
    if value is None:
        return None
    return ", ".join(sorted(part.strip().lower() for part in value.split(";")[0].split(",")))
