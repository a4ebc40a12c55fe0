"""What a PathsQuery asks for, read and checked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mockserver.analytics.model import JSONObject, QueryError
from mockserver.analytics.reading import integer, member, objects, optional_text, sequence

PAGE_VIEW, SCREEN, CUSTOM, HOGQL = "$pageview", "$screen", "custom_event", "hogql"
EVENT_TYPES = (PAGE_VIEW, SCREEN, CUSTOM, HOGQL)
DEFAULT_STEPS = 5
DEFAULT_EDGES = 50
FUNNEL_PATHS = ("funnel_path_before_step", "funnel_path_between_steps", "funnel_path_after_step")


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What of an item is rewritten: every match of `regex` becomes `alias`."""

    regex: str
    alias: str


@dataclass(frozen=True, slots=True)
class PathsSettings:
    """A paths query; PostHog: page views, screens and custom events are all in unless types are named."""

    query: JSONObject
    types: tuple[str, ...]
    expression: str | None
    start: str | None
    end: str | None
    groupings: tuple[str, ...]
    cleanings: tuple[Cleaning, ...]
    excluded: tuple[str, ...]
    steps: int
    edges: int | None
    least: int | None
    most: int | None
    funnel: JSONObject
    funnel_path: str | None
    funnel_step: int


def paths_settings(query: JSONObject) -> PathsSettings:
    """Read a paths query; raises QueryError for one that cannot be."""
    given = member(query, "pathsFilter")
    types = tuple(str(each) for each in sequence(given.get("includeEventTypes"), "includeEventTypes"))
    for each in types:
        if each not in EVENT_TYPES:
            raise QueryError(f"Input should be one of {', '.join(EVENT_TYPES)}", attr="includeEventTypes")
    expression = optional_text(given, "pathsHogQLExpression")
    if set(types) == {HOGQL} and not expression:
        raise QueryError("Paths of HogQL alone need an expression", attr="pathsHogQLExpression")
    from_funnel = member(query, "funnelPathsFilter") or member(given, "funnelPathsFilter")
    funnel_path = optional_text(from_funnel, "funnelPathType")
    if funnel_path is not None and funnel_path not in FUNNEL_PATHS:
        raise QueryError(f"Input should be one of {', '.join(FUNNEL_PATHS)}", attr="funnelPathType")
    # PostHog: `pathReplacements` switches the project's own cleaning rules on, never those of the query.
    cleanings = objects(given, "localPathCleaningFilters")
    return PathsSettings(
        query=query,
        types=types or (PAGE_VIEW, SCREEN, CUSTOM),
        expression=expression,
        start=_shortened(optional_text(given, "startPoint")),
        end=_shortened(optional_text(given, "endPoint")),
        groupings=tuple(str(each) for each in sequence(given.get("pathGroupings"), "pathGroupings")),
        cleanings=tuple(_cleaning(each) for each in cleanings),
        excluded=tuple(str(each) for each in sequence(given.get("excludeEvents"), "excludeEvents")),
        steps=integer(given, "stepLimit", DEFAULT_STEPS, least=2),
        edges=integer(given, "edgeLimit", DEFAULT_EDGES, least=1),
        least=integer(given, "minEdgeWeight", 0) or None,
        most=integer(given, "maxEdgeWeight", 0) or None,
        funnel=member(from_funnel, "funnelSource"),
        funnel_path=funnel_path,
        funnel_step=_funnel_step(from_funnel),
    )


def _funnel_step(given: JSONObject) -> int:
    value = given.get("funnelStep")
    if value is None:
        return 1
    if isinstance(value, bool) or not isinstance(value, int) or value == 0:
        raise QueryError("Input should be a valid integer", attr="funnelStep")
    return value


def _cleaning(given: JSONObject) -> Cleaning:
    regex = optional_text(given, "regex") or ""
    try:
        re.compile(regex)
    except re.error as error:
        raise QueryError(f"Invalid path cleaning regex: {regex}", attr="localPathCleaningFilters") from error
    return Cleaning(regex, optional_text(given, "alias") or "")


def _shortened(point: str | None) -> str | None:
    """PostHog: a slash at the end goes, except from `/` itself."""
    if not point:
        return None
    return point[:-1] if len(point) > 1 and point.endswith("/") else point


def grouping_pattern(grouping: str) -> str:
    """A wildcard as a pattern that is found anywhere in an item."""
    return ".*".join(re.escape(part) for part in grouping.split("*"))
