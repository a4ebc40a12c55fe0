"""The key under which a query's result is cached: by what is computed, not by who asks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

import orjson

from ..store import JSON
from ..store.documents import ProjectDocument

COSMETIC: Final = frozenset(
    (
        "custom_name",
        "tags",
        "version",
        "response",
        "name",
        "full",
        "embedded",
        "showHeader",
        "showTable",
        "showLegend",
        "showValuesOnSeries",
        "showAlertThresholdLines",
        "showPercentStackView",
        "showLabelsOnSeries",
        "showMultipleYAxes",
        "yAxisScaleType",
        "aggregationAxisFormat",
        "aggregationAxisPrefix",
        "aggregationAxisPostfix",
        "decimalPlaces",
        "minDecimalPlaces",
        "resultCustomizations",
        "resultCustomizationBy",
        "hiddenLegendIndexes",
        "hiddenLegendBreakdowns",
        "toggledLifecycles",
        "explicitDate",
    )
)
WRAPPERS: Final = frozenset(("InsightVizNode", "DataVisualizationNode", "DataTableNode"))


def source_of(query: Mapping[str, JSON] | None) -> dict[str, JSON] | None:
    """The query inside its nodes; None where there is none."""
    node = query
    while node and node.get("kind") in WRAPPERS:
        inner = node.get("source")
        node = inner if isinstance(inner, dict) else None
    return dict(node) if node else None


def cache_key(source: Mapping[str, JSON], project: ProjectDocument) -> str:
    """`cache_<project>_<hash>` of the query without its cosmetic parts, and of what else decides it."""
    content = {
        "query": _plain(dict(source), top=True),
        "timezone": project["timezone"],
        "week_start_day": project["week_start_day"],
        "test_account_filters": project["test_account_filters"],
    }
    digest = hashlib.md5(orjson.dumps(content, option=orjson.OPT_SORT_KEYS), usedforsecurity=False)
    return f"cache_{project['id']}_{digest.hexdigest()}"


def _plain(value: JSON, *, top: bool = False) -> JSON:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    # a series' `name` only labels it, but an event filter's key or a formula's name may not
    dropped = COSMETIC if top or "kind" in value else COSMETIC - {"name"}
    kept = {key: _plain(item) for key, item in value.items() if key not in dropped and item is not None}
    # a filter that held only cosmetics is as good as none
    return {key: item for key, item in kept.items() if item != {}}
