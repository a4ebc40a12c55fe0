"""The threads that try rules, each rule within its time."""

from __future__ import annotations

import queue
import random
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from .core.events import Notice, Outcome, RuleFinished, RuleResult
from .core.tape import Tape
from .core.wire import Wire
from .errors import Breach, Skip, WriteRefused
from .findings import Finding, merge
from .ledger import Ledger
from .rules import Need, Rule
from .world import World

if TYPE_CHECKING:
    from .engine import Engine, RunReport

OUT_OF_TIME: Final = "out of time"
STOPPED: Final = "stopped"


class Crew:
    """The threads of a run. They are daemons: one that hangs is given up, not waited for."""

    def __init__(self, engine: Engine, report: RunReport, wire: Wire, ledger: Ledger, started: float) -> None:
        self._engine = engine
        self._report = report
        self._wire = wire
        self._ledger = ledger
        self._started = started

    def work(self, rules: list[Rule]) -> None:
        has_own = Need.OWN_PROJECT in self._report.probe.needs
        together = [rule for rule in rules if has_own or not rule.alone]
        apart = [rule for rule in rules if not has_own and rule.alone]
        self._run(together, self._engine.options.workers)
        self._run(apart, 1)

    def _run(self, rules: list[Rule], workers: int) -> None:
        waiting: queue.SimpleQueue[Rule] = queue.SimpleQueue()
        for rule in rules:
            waiting.put(rule)
        threads = [
            threading.Thread(target=self._take, args=(waiting,), daemon=True)
            for _ in range(min(workers, len(rules)))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(0.2)

    def _take(self, waiting: queue.SimpleQueue[Rule]) -> None:
        while True:
            try:
                rule = waiting.get_nowait()
            except queue.Empty:
                return
            reason = self.reason_to_skip(rule)
            if reason:
                self._engine.skip(self._report, rule.rule_id, rule.title, rule.source, reason)
            else:
                result = self.bounded(rule)
                self._report.results.append(result)
                self._engine.tell(RuleFinished(result))

    def skipped(self, rule: Rule, reason: str) -> RuleResult:
        """A rule that is not tried, and why."""
        return RuleResult(rule.rule_id, rule.title, rule.source, Outcome.SKIPPED, 0.0, reason=reason)

    def reason_to_skip(self, rule: Rule) -> str:
        """Why a rule can't be tried on this target; empty where it can."""
        probed = self._report.probe
        left = self._engine.time_left(self._started)
        if self._engine.is_stopped or (left is not None and left <= 0):
            self._report.stopped = self._report.stopped or OUT_OF_TIME
            return self._report.stopped
        if rule.profiles and probed.profile not in rule.profiles:
            return f"only for the profile {' or '.join(rule.profiles)}; this server is {probed.profile}"
        lacking = next((need for need in Need if need in rule.needs and need not in probed.needs), None)
        return probed.missing[lacking] if lacking else ""

    def bounded(self, rule: Rule) -> RuleResult:
        """Run a rule in a thread of its own, which is left behind where it takes too long."""
        tape = Tape()
        done: list[RuleResult] = []
        thread = threading.Thread(target=lambda: done.append(self._try(rule, tape)), daemon=True)
        limit = self._engine.options.rule_time
        thread.start()
        thread.join(limit)
        if done:
            return done[0]
        if not thread.is_alive():
            raise RuntimeError(f"{rule.rule_id} ended without a result")
        breach = Breach(
            f"{rule.rule_id} was not done after {limit:g} s", rule_id="transport.rule_ends_in_time"
        )
        finding = self._engine.finding_of(breach, rule.rule_id, rule.title, tape.last, None)
        return self._result(rule, Outcome.FAILED, limit, tape, [finding])

    def _try(self, rule: Rule, tape: Tape) -> RuleResult:
        started = time.monotonic()
        engine = self._engine
        ledger = self._ledger.part()
        findings: list[Finding] = []
        reason = ""
        try:
            world = self._world(rule, tape, ledger)
            rule(world)
        except Skip as skip:
            reason = str(skip)
        except Breach as breach:
            findings.append(self._found(breach, rule, tape))
        except WriteRefused as refused:
            reason = f"it would write: {refused}"
        except Exception as error:  # an answer of an unexpected shape ends here: it is the server's
            unusable = Breach(f"the answer could not be used: {type(error).__name__}: {error}")
            findings.append(self._found(unusable, rule, tape))
        finally:
            self._ledger_out(ledger)
        findings = merge([*findings, *engine.judged(tape, rule.source)])
        seconds = time.monotonic() - started
        if findings:
            return self._result(rule, Outcome.FAILED, seconds, tape, findings)
        if reason:
            return replace(self._result(rule, Outcome.SKIPPED, seconds, tape, []), reason=reason)
        return self._result(rule, Outcome.PASSED, seconds, tape, [])

    def _found(self, breach: Breach, rule: Rule, tape: Tape) -> Finding:
        operation = rule.operations[0] if rule.operations else None
        return self._engine.finding_of(breach, rule.rule_id, rule.title, tape.last, operation, rule.source)

    def _ledger_out(self, ledger: Ledger) -> None:
        problems = ledger.clean(self._report.probe.companion)
        for problem in problems:
            self._engine.tell(Notice(f"could not delete {problem}"))
        self._report.leftovers.extend(problems)

    def _world(self, rule: Rule, tape: Tape, ledger: Ledger) -> World:
        engine, probed = self._engine, self._report.probe
        caller = engine.caller(self._wire, tape, self._report.coverage.add)
        if probed.project_id is not None:
            caller = caller.within(str(probed.project_id))
        world = World(
            engine.target,
            probed,
            caller,
            ledger,
            engine.label(rule),
            random.Random(f"{engine.options.seed}/{rule.rule_id}"),  # noqa: S311 - names and values of tests
        )
        if probed.companion is not None and (rule.alone or Need.OWN_PROJECT in rule.needs):
            own = probed.companion.project(
                profile=probed.profile if probed.profile in ("docs", "current") else None
            )
            ledger.project(own.id)
            headers = {**engine.target.headers, "Authorization": f"Bearer {own.api_key}"}
            world.own = own
            world.api = replace(caller, project=str(own.id), headers=headers)
        return world

    def _result(
        self, rule: Rule, outcome: Outcome, seconds: float, tape: Tape, findings: list[Finding]
    ) -> RuleResult:
        return RuleResult(
            rule.rule_id,
            rule.title,
            rule.source,
            outcome,
            round(seconds, 4),
            tape.count,
            findings=tuple(findings),
        )
