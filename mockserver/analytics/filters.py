"""Property filters as conditions on events.

PostHog: filters compare text ("1" matches the number 1, true is "true"); a list means any of its values;
`is_not`, `not_icontains` and `not_regex` hold for a missing value; the default operator is `exact`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.cohorts import cohort_id, in_cohort
from mockserver.analytics.dates import parse_date
from mockserver.analytics.encoding import text_of
from mockserver.analytics.model import JSON, JSONObject, QueryError
from mockserver.analytics.ranges import local_now
from mockserver.analytics.reading import boolean, integer, listed, optional_text, sequence
from mockserver.analytics.scope import Scope
from mockserver.analytics.sql import Sql

Compare = Callable[[Sql, Sequence[str]], Sql]

EVENT_COLUMNS = frozenset({"event", "distinct_id", "uuid", "timestamp"})
COHORT_TYPES = frozenset({"cohort", "static-cohort", "dynamic-cohort", "precalculated-cohort"})


def query_conditions(query: JSONObject, scope: Scope) -> list[Sql]:
    """The conditions every event of a query must meet: its `properties`, test accounts and sample."""
    conditions = [property_group(query.get("properties"), scope)] if query.get("properties") else []
    if boolean(query, "filterTestAccounts"):
        conditions += [property_filter(each, scope) for each in scope.context.test_account_filters]
    return conditions


def property_group(value: JSON, scope: Scope) -> Sql:
    """A list of filters that must all hold, or nested groups `{type: AND|OR, values: [...]}`."""
    if isinstance(value, Mapping) and "values" in value:
        parts = [property_group(each, scope) for each in sequence(value.get("values"), "values")]
        operator = str(value.get("type", "AND")).upper()
        if operator not in ("AND", "OR"):
            raise QueryError("Input should be 'AND' or 'OR'", attr="type")
        if not parts:
            return exp.true()
        return exp.Paren(this=sql.all_of(parts) if operator == "AND" else sql.any_of(parts))
    if isinstance(value, Mapping):
        return property_filter(value, scope)
    return sql.all_of(property_group(each, scope) for each in sequence(value, "properties"))


def property_filter(filter_: JSONObject, scope: Scope) -> Sql:
    """One filter; raises QueryError for a type or an operator that there is not."""
    kind = optional_text(filter_, "type") or "event"
    if kind == "hogql":
        from mockserver.analytics.hogql.snippets import condition

        return condition(str(filter_.get("key", "")), scope)
    if kind in COHORT_TYPES:
        return _cohort_filter(filter_, scope)
    key = optional_text(filter_, "key")
    if not key:
        raise QueryError("Field required", attr="key")
    if kind == "element":
        from mockserver.analytics.elements import element_filter

        return element_filter(scope.event("$elements_chain"), key, filter_)
    return compare(property_text(kind, key, filter_, scope), filter_, scope)


def property_text(kind: str, key: str, owner: JSONObject, scope: Scope) -> Sql:
    """The text of an event, person, session or group property, or of an event's own column."""
    if kind in ("event", "feature"):
        return scope.event(key)
    if kind == "person":
        return scope.person(key)
    if kind == "session":
        return sql.as_text(scope.session(key))
    if kind == "group":
        return scope.group(integer(owner, "group_type_index", 0), key)
    if kind == "event_metadata":
        if key not in EVENT_COLUMNS:
            raise QueryError(f"Unknown event field: {key}", attr="key")
        return sql.as_text(scope.column(key))
    raise QueryError(f"property_to_expr not implemented for filter type {kind}", attr="type")


def _cohort_filter(filter_: JSONObject, scope: Scope) -> Sql:
    inside = in_cohort(cohort_id(filter_.get("value")), scope)
    outside = filter_.get("operator") == "not_in" or boolean(filter_, "negation")
    return sql.negated(inside) if outside else inside


def compare(value: Sql, filter_: JSONObject, scope: Scope) -> Sql:
    """Whether a property's text meets a filter's `operator` and `value`."""
    operator = optional_text(filter_, "operator") or "exact"
    given = filter_.get("value")
    if operator == "is_set":
        return value.is_(exp.null()).not_()
    if operator == "is_not_set":
        return value.is_(exp.null())
    if operator in DATES:
        return _compare_date(value, operator, given, scope)
    if operator in ("between", "not_between"):
        return _between(value, operator, given)
    if operator in ORDERS:
        return _compare_order(value, ORDERS[operator], given)
    if operator not in OPERATORS:
        raise QueryError(f"PropertyOperator {operator} not implemented", attr="operator")
    words = listed(given)
    if not words and isinstance(given, Sequence):
        return exp.true()
    if given is None:
        missing = value.is_(exp.null())
        return missing if operator == "exact" else missing.not_()
    return OPERATORS[operator](value, [text_of(each) or "" for each in words])


def _exact(value: Sql, words: Sequence[str]) -> Sql:
    if len(words) == 1:
        return value.eq(sql.text(words[0]))
    return exp.In(this=value, expressions=[sql.text(each) for each in words])


def _contains(value: Sql, words: Sequence[str]) -> Sql:
    return sql.any_of(sql.contains(value.copy(), each) for each in words)


def _matches(value: Sql, words: Sequence[str]) -> Sql:
    return sql.any_of(sql.call("regexp_matches", value.copy(), sql.text(_regex(each))) for each in words)


def _regex(pattern: str) -> str:
    """A pattern both Python and RE2 accept; PostHog takes one that is not valid to match nothing."""
    try:
        re.compile(pattern)
    except re.error:
        return r"[^\s\S]"
    return pattern


def _starts(value: Sql, words: Sequence[str]) -> Sql:
    return sql.any_of(sql.call("starts_with", value.copy(), sql.text(each)) for each in words)


def _ends(value: Sql, words: Sequence[str]) -> Sql:
    return sql.any_of(sql.call("ends_with", value.copy(), sql.text(each)) for each in words)


def _not(test: Compare) -> Compare:
    return lambda value, words: sql.negated(test(value, words))


OPERATORS: Mapping[str, Compare] = MappingProxyType(
    {
        "exact": _exact,
        "in": _exact,
        "is_not": _not(_exact),
        "not_in": _not(_exact),
        "icontains": _contains,
        "not_icontains": _not(_contains),
        "icontains_multi": _contains,
        "not_icontains_multi": _not(_contains),
        "regex": _matches,
        "not_regex": _not(_matches),
        "starts_with": _starts,
        "ends_with": _ends,
    }
)
ORDERS: Mapping[str, type[exp.Binary]] = MappingProxyType(
    {"gt": exp.GT, "lt": exp.LT, "gte": exp.GTE, "lte": exp.LTE, "min": exp.GTE, "max": exp.LTE}
)
DATES = frozenset({"is_date_exact", "is_date_before", "is_date_after"})


def _as_number(value: JSON) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _compare_order(value: Sql, order: type[exp.Binary], given: JSON) -> Sql:
    alone = listed(given)[0] if listed(given) else None
    bound = _as_number(alone)
    if bound is not None:
        return order(this=sql.as_double(value), expression=sql.number(bound))
    return order(this=value, expression=sql.text(text_of(alone) or ""))


def _between(value: Sql, operator: str, given: JSON) -> Sql:
    bounds = [_as_number(each) for each in listed(given)]
    if len(bounds) != 2 or bounds[0] is None or bounds[1] is None:
        raise QueryError(f"{operator} operator requires a two-element array [min, max]", attr="value")
    if bounds[0] > bounds[1]:
        raise QueryError(
            f"{operator} operator requires min value to be less than or equal to max value", attr="value"
        )
    inside = exp.Between(this=sql.as_double(value), low=sql.number(bounds[0]), high=sql.number(bounds[1]))
    return inside if operator == "between" else sql.negated(inside)


def as_timestamp(value: Sql) -> Sql:
    """A property's text as a moment: ISO 8601, or epoch seconds."""
    written = exp.TryCast(this=value, to=exp.DataType.build("timestamptz"))
    seconds = exp.Mul(this=exp.Paren(this=sql.as_double(value.copy())), expression=sql.number(1_000_000))
    counted = sql.call("make_timestamp", exp.TryCast(this=seconds, to=exp.DataType.build("bigint")))
    return exp.func("coalesce", exp.cast(written, "timestamp"), counted)


def _compare_date(value: Sql, operator: str, given: JSON, scope: Scope) -> Sql:
    alone = listed(given)[0] if listed(given) else None
    if not isinstance(alone, str):
        raise QueryError("Input should be a date", attr="value")
    parsed = parse_date(alone, local_now(scope.context))
    moment = as_timestamp(value)
    start = parsed.moment
    day = start.replace(hour=23, minute=59, second=59, microsecond=999_999)
    if operator == "is_date_before":
        return moment < sql.instant(start)
    if operator == "is_date_after":
        return moment > sql.instant(start if parsed.exact or parsed.relative else day)
    if parsed.exact:
        return moment.eq(sql.instant(start))
    return exp.Between(this=moment, low=sql.instant(start), high=sql.instant(day))
