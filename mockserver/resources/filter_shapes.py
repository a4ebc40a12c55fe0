"""The parts of filters that come as free JSON, held to the shapes that queries may have.

Stored queries are checked against the contract; filters that come in a query parameter or in a legacy
`filters` object are not, and what is made of them is shown again as part of a query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from ..store import JSON, JSONObject


def names(text: str) -> frozenset[str]:
    """The words of a text, for tables of allowed values."""
    return frozenset(text.split())


INTERVALS: Final = names("second minute hour day week month")
PROPERTY_TYPES: Final = names(
    "event event_metadata person element session cohort recording log_entry group feature flag hogql "
    "data_warehouse data_warehouse_person_property error_tracking_issue revenue_analytics empty"
)
OPERATORS: Final = names(
    "exact is_not icontains not_icontains regex not_regex gt gte lt lte is_set is_not_set is_date_exact "
    "is_date_before is_date_after between not_between min max in not_in is_cleaned_path_exact "
    "flag_evaluates_to semver_eq semver_neq semver_gt semver_gte semver_lt semver_lte semver_tilde "
    "semver_caret semver_wildcard icontains_multi not_icontains_multi"
)
BREAKDOWN_TYPES: Final = names(
    "cohort person event event_metadata group session hogql data_warehouse data_warehouse_person_property "
    "revenue_analytics"
)

Check = Callable[[JSON], bool]


def is_text(value: JSON) -> bool:
    """Whether a value is a string."""
    return isinstance(value, str)


def is_flag(value: JSON) -> bool:
    """Whether a value is true or false."""
    return isinstance(value, bool)


def is_whole(value: JSON) -> bool:
    """Whether a value is an integer, booleans aside."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_texts(value: JSON) -> bool:
    """Whether a value is a list of strings."""
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def one_of(*allowed: str) -> Check:
    """A check for one of these strings."""
    choices = frozenset(allowed)
    return lambda value: isinstance(value, str) and value in choices


def within(choices: Iterable[str]) -> Check:
    """A check for a member of `choices`."""
    return one_of(*choices)


def between(low: int, high: int) -> Check:
    """A check for an integer from `low` to `high`."""
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _is_scalar(value: JSON) -> bool:
    return isinstance(value, str | int | float | bool)


def _is_filter_value(value: JSON) -> bool:
    return _is_scalar(value) or (isinstance(value, list) and all(_is_scalar(item) for item in value))


def _is_breakdown_value(value: JSON) -> bool:
    if isinstance(value, list):
        return all(is_text(item) or is_whole(item) for item in value)
    return is_text(value) or is_whole(value)


def _is_breakdowns(value: JSON) -> bool:
    return isinstance(value, list) and len(value) <= 3 and all(map(_is_breakdown, value))


def _is_breakdown(value: JSON) -> bool:
    return isinstance(value, dict) and "property" in value and fits(value, _BREAKDOWN)


_PROPERTY: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "key": is_text,
        "type": within(PROPERTY_TYPES),
        "operator": within(OPERATORS),
        "value": _is_filter_value,
        "label": is_text,
        "group_type_index": between(0, 4),
        "cohort_name": is_text,
    }
)
_BREAKDOWN: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "property": lambda value: is_text(value) or is_whole(value),
        "type": within(BREAKDOWN_TYPES),
        "normalize_url": is_flag,
        "group_type_index": between(0, 4),
        "histogram_bin_count": is_whole,
    }
)
_BREAKDOWN_FILTER: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "breakdown": _is_breakdown_value,
        "breakdown_type": within(BREAKDOWN_TYPES),
        "breakdowns": _is_breakdowns,
        "breakdown_limit": is_whole,
        "breakdown_histogram_bin_count": is_whole,
        "breakdown_hide_other_aggregation": is_flag,
        "breakdown_normalize_url": is_flag,
        "breakdown_path_cleaning": is_flag,
        "breakdown_group_type_index": between(0, 4),
    }
)


def fits(value: Mapping[str, JSON], checks: Mapping[str, Check]) -> bool:
    """Whether an object has only the keys of `checks`, each null or as its check wants it."""
    return all(key in checks and (item is None or checks[key](item)) for key, item in value.items())


def kept(value: Mapping[str, JSON], checks: Mapping[str, Check]) -> JSONObject:
    """The entries of an object that pass their checks; null and unknown ones are left out."""
    return {
        key: item for key, item in value.items() if key in checks and item is not None and checks[key](item)
    }


def is_property_filter(value: JSON) -> bool:
    """Whether a value is one condition on a property."""
    if not isinstance(value, dict) or not is_text(value.get("key")):
        return False
    return fits({key: item for key, item in value.items() if key != "group_key_names"}, _PROPERTY)


def is_property_group(value: JSON) -> bool:
    """Whether a value is a group of conditions, or of groups, joined by AND or OR."""
    if not isinstance(value, dict) or set(value) != {"type", "values"} or value["type"] not in ("AND", "OR"):
        return False
    members = value["values"]
    return isinstance(members, list) and all(
        is_property_group(member) or is_property_filter(member) for member in members
    )


def is_properties(value: JSON) -> bool:
    """Whether a value is a list of conditions, or a group of them."""
    if isinstance(value, list):
        return all(map(is_property_filter, value))
    return is_property_group(value)


def is_breakdown_filter(value: JSON) -> bool:
    """Whether a value says how to split a result into groups."""
    return isinstance(value, dict) and fits(value, _BREAKDOWN_FILTER)


def breakdown_of(value: Mapping[str, JSON]) -> JSONObject:
    """The entries of an object that together are a breakdown filter."""
    return kept(value, _BREAKDOWN_FILTER)


DASHBOARD_FILTERS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "date_from": is_text,
        "date_to": is_text,
        "explicitDate": is_flag,
        "interval": within(INTERVALS),
        "filterTestAccounts": is_flag,
        "properties": is_properties,
        "breakdown_filter": is_breakdown_filter,
    }
)


def first_misfit(filters: Mapping[str, JSON]) -> str | None:
    """The first key of dashboard filters whose value is not of its shape; unknown keys don't count."""
    for key, check in DASHBOARD_FILTERS.items():
        if filters.get(key) is not None and not check(filters[key]):
            return key
    return None
