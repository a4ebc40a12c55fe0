"""The first look: is it there, is it PostHog's API, may we in, which generation is it, what can be tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from .companion import Companion, find_companion
from .core.caller import Caller
from .core.reply import Reply
from .errors import Breach, Misuse
from .rules import Need
from .target import Mode, Target

PROFILES: Final = ("docs", "current")
UNKNOWN: Final = "unknown"
NO_SUCH_ID: Final = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Probe:
    """What a run may count on. `missing` says why a need can't be met."""

    profile: str
    signals: dict[str, str]
    needs: frozenset[Need]
    missing: dict[Need, str]
    insights: int
    project_id: int | None
    companion: Companion | None = field(default=None, repr=False)
    trouble: tuple[Breach, ...] = ()


def probe(target: Target, caller: Caller, *, profile: str | None = None) -> Probe:
    """Look at a target; raises Misuse where a run makes no sense."""
    listed = _first_answer(target, caller)
    companion = find_companion(caller.wire, target)
    signals, trouble = _signals(caller)
    chosen = profile or _majority(signals)
    needs, missing = _needs(target, companion)
    return Probe(chosen, signals, needs, missing, listed[0], _project_id(caller), companion, trouble)


def _first_answer(target: Target, caller: Caller) -> tuple[int]:
    """The number of insights; raises Misuse where the first request shows that nothing can be tried."""
    place = f"{target.base_url} (project {target.project})"
    try:
        reply = caller.get("insights", limit=1, basic="true")
    except Breach as breach:
        if breach.rule_id != "transport.speaks_http":
            return (0,)
        if "onnect" in breach.message or "resolve" in breach.message or "Name or" in breach.message:
            raise Misuse(f"cannot reach {target.base_url}: {breach.message}") from None
        return (0,)
    body = reply.json if isinstance(reply.json, dict) else {}
    detail = str(body.get("detail", ""))
    if reply.status in (401, 403):
        raise Misuse(_refusal(reply, detail, place))
    if reply.status == 404 and "roject" in detail:
        raise Misuse(f"there is no project {target.project} on {target.base_url}")
    if reply.status == 404 or (reply.status == 200 and reply.exchange.media_type == "text/html"):
        raise Misuse(f"{target.base_url} answers, but not as PostHog's API does ({_what(reply)})")
    if reply.status == 200 and not isinstance(reply.json, dict | list):
        return (0,)
    count = body.get("count")
    return (count if isinstance(count, int) else 0,)


def _refusal(reply: Reply, detail: str, place: str) -> str:
    said = f"{reply.status}: {detail}" if detail else str(reply.status)
    if "scope" in detail:
        return f"the API key may not list insights of {place} ({said})"
    if "access to the project" in detail or "requested project" in detail:
        return f"the API key is valid but has no access to {place} ({said})"
    return f"the API key is not accepted by {place} ({said})"


def _what(reply: Reply) -> str:
    return f"{reply.status}, {reply.exchange.media_type or 'no media type'}"


def _signals(caller: Caller) -> tuple[dict[str, str], tuple[Breach, ...]]:
    found: dict[str, str] = {}
    trouble: list[Breach] = []
    for name, look in SIGNALS:
        try:
            found[name] = look(caller)
        except Breach as breach:
            found[name] = UNKNOWN
            trouble.append(breach)
    return found, tuple(trouble)


def _long_search(caller: Caller) -> str:
    reply = caller.get("insights", search="x" * 201, limit=1, basic="true")
    return {200: "docs", 400: "current"}.get(reply.status, UNKNOWN)


def _missing_activity(caller: Caller) -> str:
    reply = caller.get(f"insights/{NO_SUCH_ID}/activity")
    if reply.status != 404:
        return UNKNOWN
    return "current" if reply.exchange.body else "docs"


def _trending(caller: Caller) -> str:
    reply = caller.get("insights/trending")
    if reply.status != 200:
        return UNKNOWN
    return "docs" if isinstance(reply.json, list) else "current" if isinstance(reply.json, dict) else UNKNOWN


SIGNALS: Final[tuple[tuple[str, Callable[[Caller], str]], ...]] = (
    ("a search of 201 characters", _long_search),
    ("the activity of an unknown insight", _missing_activity),
    ("the trending list", _trending),
)


def _majority(signals: dict[str, str]) -> str:
    votes = [vote for vote in signals.values() if vote in PROFILES]
    best = max(PROFILES, key=votes.count)
    return best if votes.count(best) * 2 > len(votes) and votes else UNKNOWN


def _project_id(caller: Caller) -> int | None:
    if caller.project.isdigit():
        return int(caller.project)
    try:
        body: Any = caller.get(f"/api/projects/{caller.project}").json
    except Breach:
        return None
    return body.get("id") if isinstance(body, dict) else None


def _needs(target: Target, companion: Companion | None) -> tuple[frozenset[Need], dict[Need, str]]:
    has_session = target.login is not None or companion is not None
    held = {
        Need.WRITES: target.mode is Mode.FULL,
        Need.SECOND_PROJECT: target.second_project is not None or companion is not None,
        Need.SESSION: has_session and target.mode is Mode.FULL,
        Need.KEYS: has_session and target.mode is Mode.FULL,
        Need.CLOCK: companion is not None,
        Need.OWN_PROJECT: companion is not None,
        Need.EVENTS: True,
    }
    needs = frozenset(need for need, met in held.items() if met)
    return needs, {need: f"the target has no {need.value}" for need, met in held.items() if not met}
