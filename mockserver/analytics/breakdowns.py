"""Breakdowns: what events are grouped by, how groups are limited, and how their values read.

PostHog: values are text; 25 groups unless `breakdown_limit` says otherwise and one more for all others;
events without the property are a group under a sentinel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.cohorts import cohort_name, in_cohort
from mockserver.analytics.filters import property_text
from mockserver.analytics.model import JSON, JSONObject, QueryError
from mockserver.analytics.reading import boolean, integer, listed, member, objects, optional_text
from mockserver.analytics.scope import Scope
from mockserver.analytics.sql import Sql

NULL_GROUP = "$$_posthog_breakdown_null_$$"
OTHER_GROUP = "$$_posthog_breakdown_other_$$"
DEFAULT_LIMIT = 25
ALL_USERS = "all"
MOST_BREAKDOWNS = 3

Group: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Property:
    """One thing to group by."""

    key: str
    kind: str
    group_type_index: int
    bins: int | None
    normalize_url: bool


@dataclass(frozen=True, slots=True)
class Breakdown:
    """All a query groups by; without properties and cohorts it groups by nothing."""

    properties: tuple[Property, ...] = ()
    cohorts: tuple[int | str, ...] = ()
    as_list: bool = False
    limit: int | None = DEFAULT_LIMIT
    hides_other: bool = False

    @property
    def size(self) -> int:
        """How many columns a group has."""
        return 1 if self.cohorts else len(self.properties)

    def value(self, group: Group) -> JSON:
        """A group as the vendor's `breakdown_value`."""
        if self.cohorts:
            return group[0] if group[0] == ALL_USERS else int(group[0])
        return list(group) if self.as_list else group[0]

    def label(self, group: Group, scope: Scope) -> str:
        """A group as people read it."""
        if self.cohorts:
            return "all users" if group[0] == ALL_USERS else cohort_name(int(group[0]), scope)
        return "::".join(group)


def breakdown_of(query: JSONObject, limited: bool = True) -> Breakdown:
    """A query's `breakdownFilter`; raises QueryError for one that cannot be."""
    given = member(query, "breakdownFilter")
    limit = integer(given, "breakdown_limit", DEFAULT_LIMIT, least=1) if limited else None
    hides_other = boolean(given, "breakdown_hide_other_aggregation")
    several = objects(given, "breakdowns")
    if several:
        if len(several) > MOST_BREAKDOWNS:
            raise QueryError(f"At most {MOST_BREAKDOWNS} breakdowns are allowed", attr="breakdowns")
        cohorts = [each for each in several if each.get("type") == "cohort"]
        if cohorts:
            ids = tuple(_cohort(each.get("property")) for each in cohorts)
            return Breakdown(cohorts=ids, limit=None)
        properties = tuple(
            _property(each, str(each.get("property", "")), each.get("type")) for each in several
        )
        return Breakdown(properties, (), True, limit, hides_other)
    value = given.get("breakdown")
    if value is None or (isinstance(value, str | list) and not value):
        return Breakdown()
    kind = optional_text(given, "breakdown_type") or "event"
    if kind == "cohort":
        return Breakdown(cohorts=tuple(_cohort(each) for each in listed(value)), limit=None)
    settings: JSONObject = {
        "group_type_index": given.get("breakdown_group_type_index"),
        "histogram_bin_count": given.get("breakdown_histogram_bin_count"),
        "normalize_url": given.get("breakdown_normalize_url"),
    }
    properties = tuple(_property(settings, str(each), kind) for each in listed(value))
    return Breakdown(properties, (), not isinstance(value, str | int | float), limit, hides_other)


def _property(settings: JSONObject, key: str, kind: JSON) -> Property:
    bins = settings.get("histogram_bin_count")
    return Property(
        key,
        str(kind or "event"),
        integer(settings, "group_type_index", 0),
        integer(settings, "histogram_bin_count", 10, least=1) if bins is not None else None,
        boolean(settings, "normalize_url"),
    )


def _cohort(value: JSON) -> int | str:
    if value in (ALL_USERS, 0, "0"):
        return ALL_USERS
    try:
        return int(value)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise QueryError("Input should be a cohort id", attr="breakdown") from error


def group_columns(
    breakdown: Breakdown, scope: Scope, bins: Sequence[Sequence[float] | None] = ()
) -> list[Sql]:
    """An expression for each column of the groups, never null; `bins` holds the histograms' edges."""
    if breakdown.cohorts:
        members = [
            sql.text(ALL_USERS)
            if each == ALL_USERS
            else sql.case([(in_cohort(int(each), scope), sql.text(str(each)))])
            for each in breakdown.cohorts
        ]
        return [sql.call("unnest", sql.call("list_filter", sql.call("list_value", *members), _is_set()))]
    columns: list[Sql] = []
    for place, each in enumerate(breakdown.properties):
        edges = bins[place] if place < len(bins) else None
        value = property_value(each, scope)
        column = value if edges is None else _bin(sql.as_double(value), edges)
        columns.append(exp.func("coalesce", exp.func("nullif", column, sql.text("")), sql.text(NULL_GROUP)))
    return columns


def property_value(each: Property, scope: Scope) -> Sql:
    """What one breakdown reads, as text, null where it is not set."""
    if each.kind == "hogql":
        from mockserver.analytics.hogql.snippets import text_value

        read = text_value(each.key, scope)
    else:
        read = property_text(each.kind, each.key, {"group_type_index": each.group_type_index}, scope)
    if not each.normalize_url:
        return read
    shortened = sql.call("regexp_replace", read, sql.text(r"[\\/?#]*$"), sql.text(""))
    return sql.case(
        [(sql.call("regexp_full_match", read.copy(), sql.text(r"[\\/?#]+")), sql.text("/"))], shortened
    )


def _is_set() -> Sql:
    name = exp.to_identifier("x")
    return exp.Lambda(this=exp.column("x").is_(exp.null()).not_(), expressions=[name])


def bin_edges(low: float, high: float, count: int) -> list[float]:
    """The bounds of equal bins from the least to the greatest value.

    PostHog: the last upper bound is 0.01 more.
    """
    if low == high:
        return [low, high + 0.01]
    width = (high - low) / count
    return [*(low + width * place for place in range(count)), high + 0.01]


def bin_label(low: float, high: float) -> str:
    """A bin as the vendor writes it: `[0,2.5]`, two decimals without zeros at the end."""
    return f"[{_short(low)},{_short(high)}]"


def _short(bound: float) -> str:
    return f"{bound:.2f}".rstrip("0").rstrip(".")


def _bin(value: Sql, edges: Sequence[float]) -> Sql:
    branches: list[tuple[Sql, Sql]] = []
    for low, high in pairwise(edges):
        inside = exp.and_(value.copy() >= _double(low), value.copy() < _double(high))
        branches.append((inside, sql.text(bin_label(low, high))))
    return sql.case(branches)


def _double(bound: float) -> Sql:
    return exp.cast(exp.Literal.string(repr(float(bound))), "double")


def group_order(group: Group, total: float) -> tuple[int, float, Group]:
    """The sort key of a group among its series: totals down, values up; the null group, then other, last."""
    rank = (
        2
        if all(each == OTHER_GROUP for each in group)
        else 1
        if all(each == NULL_GROUP for each in group)
        else 0
    )
    return (rank if group else 0, -total, group)
