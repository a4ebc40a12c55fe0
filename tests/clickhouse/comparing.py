"""One form for what both engines answer, so that equal things are equal."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

WRAPPED = re.compile(r"^(?:Nullable|LowCardinality)\((.*)\)$")
MOMENT = re.compile(r"^DateTime(?:64)?(?:\((?:\d+, ?)?'(?P<zone>[^']+)'\))?")


def common(value: Any, kind: str) -> Any:
    """ClickHouse's JSON of a value, as the event store's results have it."""
    wrapped = WRAPPED.match(kind)
    if wrapped is not None:
        return common(value, wrapped[1])
    if value is None:
        return None
    moment = MOMENT.match(kind)
    if moment is not None:
        local = datetime.fromisoformat(value).replace(tzinfo=ZoneInfo(moment["zone"] or "UTC"))
        return local.astimezone(ZoneInfo("UTC"))
    if isinstance(value, list):
        inner = kind[6:-1] if kind.startswith("Array(") else ""
        return [common(each, inner) for each in value]
    if isinstance(value, bool):
        return int(value)
    return value


def own(value: Any, kind: str) -> Any:
    """A value of the event store's results in the common form."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, list):
        return [own(each, kind[6:-1] if kind.startswith("Array(") else "") for each in value]
    wrapped = WRAPPED.match(kind)
    if isinstance(value, str) and MOMENT.match(wrapped[1] if wrapped else kind):
        return datetime.fromisoformat(value).astimezone(ZoneInfo("UTC"))
    return value


def same(one: Any, other: Any) -> bool:
    """Equal; numbers nearly; an instant at midnight is not a day."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other, strict=True))
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return bool(type(one) is type(other) and one == other)


def differences(
    ours: Sequence[Sequence[Any]], theirs: Sequence[Sequence[Any]], names: Sequence[str]
) -> list[str]:
    """What differs, by column, one line each."""
    if len(ours) != len(theirs):
        return [f"{len(ours)} rows here, {len(theirs)} in ClickHouse: {ours!r} and {theirs!r}"]
    found = []
    for place, name in enumerate(names):
        one, other = [row[place] for row in ours], [row[place] for row in theirs]
        if not same(one, other):
            found.append(f"{name}: {one!r} here, {other!r} in ClickHouse")
    return found
