"""The query of an insight: what may be written, how it is kept, what is read back."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, cast

from ..errors import api_error
from ..profiles import Profile
from ..store import JSON, JSONObject
from ..store.documents import InsightDocument
from .context import Context
from .legacy_filters import query_of_filters
from .query_reading import source_kind, source_of, with_source

NODE_OF: Final = MappingProxyType(
    {
        "HogQLQuery": "DataVisualizationNode",
        "TrendsQuery": "InsightVizNode",
        "FunnelsQuery": "InsightVizNode",
        "RetentionQuery": "InsightVizNode",
        "PathsQuery": "InsightVizNode",
        "PathsV2Query": "InsightVizNode",
        "StickinessQuery": "InsightVizNode",
        "LifecycleQuery": "InsightVizNode",
        "WebStatsTableQuery": "InsightVizNode",
    }
)


def query_to_store(body: Mapping[str, JSON], profile: Profile, *, creating: bool) -> JSONObject | None:
    """The query of a create or an update as it is stored; None for none.

    Raises `legacy_filters_refused` where `filters` come without a query, `query_required` and
    `query_emptied` where an insight would be left without one, `query_not_object`, and the rules of
    `check_rules`, each in the profile that has them. An update that does not name `query` is not for here.
    """
    query = body.get("query")
    if query is not None and not isinstance(query, dict):
        raise api_error("query_not_object")
    if not query:
        if profile.query_required:
            refuse_filters(body, profile)
            raise api_error("query_required" if creating else "query_emptied")
        return None
    stored = wrapped(query) if profile.wraps_bare_queries else query
    if profile.checks_query_rules:
        check_rules(stored)
    return stored


def refuse_filters(body: Mapping[str, JSON], profile: Profile) -> None:
    """Raises `legacy_filters_refused` for legacy filters that come without a query."""
    if not profile.accepts_filters and body.get("filters") and not body.get("query"):
        raise api_error("legacy_filters_refused")


def wrapped(query: JSONObject) -> JSONObject:
    """A bare source inside the node that shows it, nulls dropped; any other query as it is."""
    node = NODE_OF.get(str(query.get("kind")))
    return query if node is None else {"kind": node, "source": _without_nulls(query)}


def _without_nulls(value: JSON) -> JSON:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def check_rules(query: Mapping[str, JSON]) -> None:
    """Raises a validation error for trends without a series and for a funnel of fewer than two steps."""
    source = source_of(query) or {}
    series = source.get("series")
    count = len(series) if isinstance(series, list) else 0
    if source.get("kind") == "TrendsQuery" and count < 1:
        raise api_error(
            "invalid_value",
            field="query",
            reason="An insight requires at least one series.",
            code="insight_requires_at_least_one_series",
        )
    if source.get("kind") == "FunnelsQuery" and count < 2:
        raise api_error(
            "invalid_value",
            field="query",
            reason="Funnels require at least two steps.",
            code="funnels_require_at_least_two_steps",
        )


def effective_query(context: Context, insight: InsightDocument) -> JSONObject | None:
    """The query that an insight shows and computes.

    The stored one, its variables as they are defined now. Without one: what the legacy `filters` stand for
    where the profile still derives it, else None.
    """
    query = insight["query"]
    if query:
        return with_current_variables(context, query)
    return query_of_filters(insight["filters"]) if context.profile.derives_query else None


def with_current_variables(context: Context, query: JSONObject) -> JSONObject:
    """A query whose variables carry their current code names; those that were deleted are left out."""
    if source_kind(query) != "HogQLQuery":
        return query
    source = cast("JSONObject", source_of(query))
    variables = source.get("variables")
    if not isinstance(variables, dict) or not variables:
        return query
    current: JSONObject = {}
    for uuid, used in variables.items():
        found = context.store.variables.find_one("uuid", uuid)
        if found is not None and found["project_id"] == context.project_id and isinstance(used, dict):
            current[uuid] = {**used, "variableId": uuid, "code_name": found["code_name"]}
    return query if current == variables else with_source(query, {**source, "variables": current})
