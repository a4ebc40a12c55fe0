"""Fault rules: kept as documents, tried in order, counted."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, cast

from ..randomness import Randomness
from ..store import JSON, JSONObject, Store, to_stored, to_wire
from ..store.steering import FaultDocument
from .delays import check_delay, delay_seconds
from .matching import fits
from .problems import Problem, invalid
from .throttle import take_token

ENDINGS: Final = ("status", "throttle", "connection", "contract")
WITH_STATUS: Final = ("body", "headers", "retry_after")


@dataclass(slots=True)
class Plan:
    """What happens to one request: how long it waits, and the effect that ends it, if any.

    `throttled_seconds` is the `Retry-After` of a bucket that was empty.
    """

    delay: float = 0.0
    effect: Mapping[str, JSON] | None = None
    throttled_seconds: int | None = None
    rules: list[int] = field(default_factory=list)


class FaultBook:
    """The rules of one server."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def is_empty(self) -> bool:
        """Whether there are no rules, so that requests need not be looked at."""
        return not self._store.faults.documents()

    def rules(self, project_id: int | None = None) -> list[FaultDocument]:
        """The rules in order, or those for one project."""
        listed = sorted(self._store.faults.documents().values(), key=lambda rule: rule["id"])
        return [rule for rule in listed if project_id is None or rule["project_id"] == project_id]

    def rule(self, rule_id: int) -> FaultDocument:
        """A rule; raises Problem."""
        found = self._store.faults.fetch(rule_id)
        if found is None:
            raise Problem("unknown_fault", f"There is no fault rule {rule_id}.", field="fault_id")
        return found

    def add(self, wanted: Mapping[str, JSON], now: datetime) -> FaultDocument:
        """Keep a rule whose effect has been checked."""
        match = cast("JSONObject", wanted.get("match") or {})
        return self._store.faults.add(
            {
                "id": self._store.faults.new_id(),
                "project_id": cast("int | None", match.get("project_id")),
                "match": match,
                "effect": cast("JSONObject", wanted["effect"]),
                "times": cast("int | None", wanted.get("times")),
                "probability": cast("float", wanted.get("probability", 1)),
                "hits": 0,
                "seen": 0,
                "buckets": {},
                "created_at": to_stored(now),
            }
        )

    def remove(self, rule_id: int) -> None:
        """Remove a rule; raises Problem."""
        self._store.faults.drop(self.rule(rule_id)["id"])

    def clear(self, project_id: int | None = None) -> None:
        """Remove all rules, or those for one project."""
        for rule in self.rules(project_id):
            self._store.faults.drop(rule["id"])

    def plan(self, facts: Mapping[str, JSON], now: datetime, random: Randomness) -> Plan:
        """Try the rules on a request: delays add up, the first other effect decides."""
        plan = Plan()
        for rule in self.rules():
            if plan.effect is not None:
                break
            if fits(rule["match"], facts):
                self._try(rule, plan, facts, now, random)
        return plan

    def _try(
        self,
        rule: FaultDocument,
        plan: Plan,
        facts: Mapping[str, JSON],
        now: datetime,
        random: Randomness,
    ) -> None:
        changes: dict[str, object] = {"seen": rule["seen"] + 1}
        draws = random.stream(f"faults/{rule['id']}/{rule['seen'] + 1}")
        is_spent = rule["times"] is not None and rule["hits"] >= rule["times"]
        if not is_spent and draws.random() < rule["probability"]:
            fired, buckets = self._fire(rule, plan, facts, now, draws)
            if fired:
                changes["hits"] = rule["hits"] + 1
                plan.rules.append(rule["id"])
            changes["buckets"] = buckets
        self._store.faults.amend(rule["id"], changes)

    def _fire(
        self,
        rule: FaultDocument,
        plan: Plan,
        facts: Mapping[str, JSON],
        now: datetime,
        random: Randomness,
    ) -> tuple[bool, dict[str, dict[str, list[JSON]]]]:
        effect, buckets = rule["effect"], rule["buckets"]
        throttle = cast("JSONObject | None", effect.get("throttle"))
        if throttle is not None:
            if "preset" in throttle and not facts.get("by_key"):
                return False, buckets
            tenant = str(facts.get("project_id"))
            held, seconds = take_token(throttle, buckets.get(tenant, {}), now)
            buckets = {**buckets, tenant: held}
            if seconds is None:
                return False, buckets
            plan.throttled_seconds = seconds
        delay = cast("JSONObject | None", effect.get("delay"))
        if delay is not None:
            plan.delay += delay_seconds(delay, random)
        if any(name in effect for name in ENDINGS):
            plan.effect = effect
        return True, buckets


def check_effect(effect: Mapping[str, JSON], violations: Callable[[], Container[str]]) -> None:
    """Raise Problem for an effect that names nothing, several endings, or an unknown violation."""
    named = [name for name in ENDINGS if name in effect]
    if not named and "delay" not in effect:
        raise invalid("effect", f"Name one of {', '.join((*ENDINGS, 'delay'))}.")
    if len(named) > 1:
        raise invalid(f"effect.{named[1]}", f"`{named[0]}` and `{named[1]}` exclude each other.")
    for name in WITH_STATUS:
        if name in effect and "status" not in effect:
            raise invalid(f"effect.{name}", f"`{name}` needs a `status`.")
    if "delay" in effect:
        check_delay(cast("JSONObject", effect["delay"]))
    if "contract" in effect and effect["contract"] not in violations():
        raise invalid(
            "effect.contract",
            f"There is no contract violation {effect['contract']!r}; see /_mock/contract-faults.",
        )


def fault_shape(rule: FaultDocument) -> JSONObject:
    """A rule as the control plane answers it."""
    return {
        "id": rule["id"],
        "match": rule["match"],
        "effect": rule["effect"],
        "times": rule["times"],
        "probability": rule["probability"],
        "hits": rule["hits"],
        "created_at": to_wire(rule["created_at"]),
    }
