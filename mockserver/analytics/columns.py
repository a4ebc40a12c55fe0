"""The columnar form in which many events enter the store at once."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from mockserver.analytics.model import JSON


@dataclass(frozen=True, slots=True)
class Coded:
    """A column with few distinct values: row `i` holds `values[codes[i]]`.

    The quickest form: hand in `codes` as `array("B")`, `array("H")` or `array("I")` with up to 256, 65,536
    or more values; any sequence of whole numbers works. `values` must not repeat and may hold None, which is
    "not set".
    """

    values: Sequence[JSON]
    codes: Sequence[int]

    def __len__(self) -> int:
        return len(self.codes)


Column: TypeAlias = "Sequence[JSON] | Coded"


@dataclass(frozen=True, slots=True)
class PersonColumns:
    """People, one list per field, all of the same length; row `i` is person index `i` of this load.

    `distinct_ids` holds each person's ids, first one first; `uuids` their ids in text form;
    `created_at` epoch microseconds, UTC; `properties` one column per property, None where not set.
    """

    distinct_ids: Sequence[Sequence[str]]
    uuids: Sequence[str]
    created_at: Sequence[int]
    properties: Mapping[str, Column] = field(default_factory=lambda: MappingProxyType({}))

    def __len__(self) -> int:
        return len(self.uuids)


@dataclass(frozen=True, slots=True)
class EventColumns:
    """Events, one list per field, all of the same length, in any order.

    `event` holds names; `timestamp` epoch microseconds, UTC (an `array("q")` is quickest); `properties` one
    column per property (`$session_id` is one of them), None where not set.
    Who did it: `person` gives indexes into the `PersonColumns` of the same load (the event then carries that
    person's first distinct id), or `distinct_id` names the ids themselves, known or not; give exactly one.
    `uuid` holds ids in text form; without it they are derived from each event's place in the store.
    """

    event: Column
    timestamp: Sequence[int]
    person: Sequence[int] | None = None
    distinct_id: Column | None = None
    properties: Mapping[str, Column] = field(default_factory=lambda: MappingProxyType({}))
    uuid: Sequence[str] | None = None

    def __len__(self) -> int:
        return len(self.timestamp)


def microseconds(values: Sequence[int]) -> array[int]:
    """A sequence of epoch microseconds in its compact form."""
    return values if isinstance(values, array) and values.typecode == "q" else array("q", values)
