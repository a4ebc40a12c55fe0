"""What the next refresh of an insight will do in each mode, and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from ..refresh.modes import OUTCOMES, Action, Freshness, Mode, for_insight
from ..refresh.service import Question
from ..refresh.staleness import DEFAULT_AGE, LAZY_AGE, freshness, never_stale, next_allowed, target_age
from ..resources.context import Caller, Context
from ..store import JSON, JSONObject, from_stored, to_wire, wire
from ..store.documents import CachedResultDocument, InsightDocument, ProjectDocument

if TYPE_CHECKING:
    from ..services import Services

# Why a mode does what it does, beside the age of the result
RULES: Final[Mapping[Mode, str]] = MappingProxyType(
    {
        Mode.FORCE_CACHE: "It never calculates; it shows whatever is cached.",
        Mode.BLOCKING: "It calculates while the client waits unless the result is fresh.",
        Mode.ASYNC: "It calculates in the background unless the result is fresh.",
        Mode.LAZY_ASYNC: "It calculates in the background only when the result is lazily stale or missing.",
        Mode.ASYNC_EXCEPT_ON_CACHE_MISS: "Insights do not know it: it acts as force_cache there.",
        Mode.FORCE_BLOCKING: "It calculates while the client waits, whatever is cached.",
        Mode.FORCE_ASYNC: "It calculates in the background, whatever is cached.",
    }
)
UNITS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
QUEUES: Final = (Action.QUEUE, Action.SERVE_AND_QUEUE)


def context_of(services: Services, project: ProjectDocument) -> Context:
    """The control plane's own look at a project."""
    return Context(
        store=services.store,
        now=services.clock_of(project["id"]).now(),
        random=services.random,
        project=project,
        profile=services.profile_of(project),
        caller=Caller("system"),
    )


def forecast(services: Services, project: ProjectDocument, insight: InsightDocument) -> JSONObject:
    """How old an insight's result is, when it will be stale, and what each mode would do now."""
    context = context_of(services, project)
    question = services.refresh.question_of(context, insight)
    cached = services.refresh.cached_result(context, question) if question else None
    held = freshness(cached, context.now)
    running = services.refresh.board.running(context, question.key) if question else None
    modes: list[JSON] = [
        _mode(mode, held, cached, context.now, joins=running is not None) for mode in Mode if question
    ]
    return {
        "insight_id": insight["id"],
        "has_query": question is not None,
        "freshness": str(held),
        "state": _state(held, cached, context.now) if question else "There is no query.",
        "job_id": running["id"] if running else None,
        "modes": modes,
        **_ages(cached, question, context.now),
    }


def freshness_by_insight(services: Services, project: ProjectDocument) -> list[JSONObject]:
    """How old the result of each insight of a project is."""
    context = context_of(services, project)
    found: list[JSONObject] = []
    for insight in services.store.insights.find("project", project["id"]):
        if not insight["deleted"]:
            question = services.refresh.question_of(context, insight)
            cached = services.refresh.cached_result(context, question) if question else None
            found.append(
                {
                    "insight_id": insight["id"],
                    "freshness": str(freshness(cached, context.now)),
                    "last_refresh": to_wire(cached["last_refresh"]) if cached else None,
                }
            )
    return found


def insights_by_key(services: Services, project_id: int) -> dict[str, list[int]]:
    """The ids of a project's insights by the key under which the result of their query is cached."""
    context = context_of(services, cast("ProjectDocument", services.store.projects.fetch(project_id)))
    found: dict[str, list[int]] = {}
    for insight in services.store.insights.find("project", project_id):
        question = None if insight["deleted"] else services.refresh.question_of(context, insight)
        if question is not None:
            found.setdefault(question.key, []).append(insight["id"])
    return found


def _ages(cached: CachedResultDocument | None, question: Question | None, now: datetime) -> JSONObject:
    if cached is None or question is None:
        names = ("last_refresh", "age_seconds", "interval", "stale_at", "lazily_stale_at", "next_allowed_at")
        return dict.fromkeys(names)
    refreshed = from_stored(cached["last_refresh"])
    stale = target_age(cached)
    lazily = None if stale is None else refreshed + LAZY_AGE[cached["interval"]]
    return {
        "last_refresh": wire(refreshed),
        "age_seconds": (now - refreshed).total_seconds(),
        "interval": cached["interval"],
        "stale_at": wire(stale) if stale else None,
        "lazily_stale_at": wire(lazily) if lazily else None,
        "next_allowed_at": wire(next_allowed(cached, str(question.source.get("kind")))),
    }


def _mode(
    mode: Mode, held: Freshness, cached: CachedResultDocument | None, now: datetime, *, joins: bool
) -> JSONObject:
    action = OUTCOMES[for_insight(mode)][held]
    does = str(action)
    if action in QUEUES and joins:
        does += ", by joining the one under way"
    return {
        "mode": str(mode),
        "action": does,
        "rule": RULES[mode],
        "why": f"{RULES[mode]} {_state(held, cached, now)}",
    }


def _state(held: Freshness, cached: CachedResultDocument | None, now: datetime) -> str:
    if cached is None:
        return "Nothing is cached for this query."
    age = f"The result is {span(now - from_stored(cached['last_refresh']))} old"
    if never_stale(cached):
        return f"{age} and can't go stale: its date range had ended when it was calculated."
    interval = cached["interval"]
    kind = f"a query by {interval}" if interval else "a query without an interval"
    fresh, lazy = span(DEFAULT_AGE[interval]), span(LAZY_AGE[interval])
    if held is Freshness.FRESH:
        return f"{age}; that of {kind} is fresh for {fresh}."
    if held is Freshness.STALE:
        return f"{age}: past the {fresh} of {kind}, not yet past the {lazy} after which it is lazily stale."
    return f"{age}: past the {lazy} after which that of {kind} is lazily stale."


def span(length: timedelta) -> str:
    """A span of time in its largest whole unit, such as `6 hours`."""
    seconds = max(int(length.total_seconds()), 0)
    name, size = next(((name, size) for name, size in UNITS if seconds >= size), UNITS[-1])
    number = seconds // size
    return f"{number} {name}{'' if number == 1 else 's'}"
