"""Functions whose arguments have to be looked at before they can be said in ClickHouse's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from sqlglot import exp

from mockserver.analytics.clickhouse.documents import exists, member, raw_member, whole_object
from mockserver.analytics.clickhouse.pieces import call, enclosed, filled
from mockserver.analytics.model import UnsupportedQuery

Of = Callable[[exp.Expr], exp.Expr]
Special = Callable[[Of, Sequence[exp.Expr]], exp.Expr]

# strftime's letters, as formatDateTime has them; those that both know are not named.
LETTERS: Mapping[str, str] = MappingProxyType({"M": "i", "B": "M", "A": "W", "-d": "e"})


def _over_list(name: str) -> Special:
    """`list_filter(list, x -> ...)`, or `(x, i) -> ...` where the place is asked for too."""

    def special(of: Of, arguments: Sequence[exp.Expr]) -> exp.Expr:
        listed, function = arguments
        lists = [of(listed)]
        if len(function.expressions) > 1:
            lists.append(call("arrayEnumerate", lists[0].copy()))
        return call(name, of(function), *lists)

    return special


def _by_unit(name: str) -> Special:
    """The unit is written out, in small letters."""

    def special(of: Of, arguments: Sequence[exp.Expr]) -> exp.Expr:
        unit = arguments[0]
        if isinstance(unit, exp.Anonymous) and unit.name == "lower":
            unit = unit.expressions[0]
        if not isinstance(unit, exp.Literal):
            raise UnsupportedQuery(f"{name} needs its unit written out")
        return call(name, exp.Literal.string(unit.name.lower()), *[of(each) for each in arguments[1:]])

    return special


def _strftime(of: Of, arguments: Sequence[exp.Expr]) -> exp.Expr:
    pattern = arguments[1]
    if not isinstance(pattern, exp.Literal):
        raise UnsupportedQuery("formatDateTime needs its format as text")
    if pattern.name == "%U":
        return filled("leftPad(toString(toWeek(_1)), 2, '0')", [of(arguments[0])])
    letters = re.sub(r"%(-?.)", lambda found: "%" + LETTERS.get(found[1], found[1]), pattern.name)
    return call("formatDateTime", of(arguments[0]), exp.Literal.string(letters))


def _timezone(of: Of, arguments: Sequence[exp.Expr]) -> exp.Expr:
    """`timezone(zone, wall clock)` is an instant, `timezone(zone, instant)` a wall clock."""
    zone, moment = arguments
    if isinstance(moment, exp.Anonymous) and moment.name == "timezone":
        return filled("toDateTime64(toString(toTimeZone(_1, _2)), 6, 'UTC')", [of(moment), of(zone)])
    return filled("toDateTime64(toString(toDateTime64(_1, 6, 'UTC')), 6, _2)", [of(moment), of(zone)])


def _quantile(of: Of, arguments: Sequence[exp.Expr]) -> exp.Expr:
    value, level = arguments
    if isinstance(level, exp.Array):
        places = ", ".join(f"_{place}" for place in range(2, len(level.expressions) + 2))
        levels = [of(each) for each in level.expressions]
        return filled(f"quantilesExactInclusive({places})(_1)", [of(value), *levels])
    return filled("quantileExactInclusive(_2)(_1)", [of(value), of(level)])


def _list(of: Of, arguments: Sequence[exp.Expr]) -> exp.Expr:
    only = arguments[0]
    if isinstance(only, exp.Distinct):
        return call("groupUniqArray", *[of(each) for each in only.expressions])
    return call("groupArray", of(only))


def _regexp_extract(of: Of, arguments: Sequence[exp.Expr]) -> exp.Expr:
    """The group may be chosen by the pattern, which `extract` does by itself."""
    value, pattern, group = arguments
    if isinstance(group, exp.Case):
        return call("extract", of(value), of(pattern))
    return call("regexpExtract", *[of(each) for each in (value, pattern, group)])


def _time_bucket(of: Of, arguments: Sequence[exp.Expr]) -> exp.Expr:
    """Periods are counted from 1970 or, those of weeks, from its first Monday."""
    step, moment = (of(each) for each in arguments[:2])
    origin = arguments[2].find(exp.Literal) if len(arguments) > 2 else None
    if origin is None or origin.name.startswith("1970-01-01"):
        return call("toStartOfInterval", moment, step)
    return filled("addDays(toStartOfInterval(subtractDays(_1, 4), _2), 4)", [moment, step])


def _concat(of: Of, arguments: Sequence[exp.Expr]) -> exp.Expr:
    return call("concat", *[enclosed(of(each)) for each in arguments])


SPECIAL: Mapping[str, Special] = MappingProxyType(
    {
        "list_filter": _over_list("arrayFilter"),
        "list_transform": _over_list("arrayMap"),
        "date_diff": _by_unit("dateDiff"),
        "date_sub": _by_unit("age"),
        "date_trunc": _by_unit("dateTrunc"),
        "strftime": _strftime,
        "time_bucket": _time_bucket,
        "timezone": _timezone,
        "list": _list,
        "quantile_cont": _quantile,
        "regexp_extract": _regexp_extract,
        "concat": _concat,
        "json_extract": raw_member,
        "json_extract_string": member,
        "json_exists": exists,
        "json_object": whole_object,
    }
)
