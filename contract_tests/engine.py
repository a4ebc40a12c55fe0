"""Runs rules and generated tests against a target and tells listeners what happens."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .checks import judge
from .contract import Contract
from .core.caller import Caller
from .core.events import Event, Listener, Outcome, RuleFinished, RuleResult, RunFinished, RunStarted
from .core.exchange import Exchange
from .core.shown import shown
from .core.tape import Tape
from .core.wire import Wire
from .coverage import Coverage
from .crew import STOPPED, Crew
from .errors import Breach, Misuse
from .findings import Finding, merge
from .ledger import Ledger, ledger_folder
from .options import RunOptions, is_wanted, selected
from .probe import Probe, probe
from .redaction import Redaction
from .rules import Rule, catalogue
from .target import Mode, Target


@dataclass
class RunReport:
    """What a run has found out."""

    target: Target
    contract: Contract
    options: RunOptions
    probe: Probe
    coverage: Coverage
    results: list[RuleResult] = field(default_factory=list)
    started_at: float = 0.0
    seconds: float = 0.0
    stopped: str = ""
    leftovers: list[str] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        """All findings, one for each rule and operation."""
        return merge([finding for result in self.results for finding in result.findings])

    @property
    def was_interrupted(self) -> bool:
        """Whether somebody stopped it by hand."""
        return self.stopped == STOPPED


class Engine:
    """One run against one target."""

    def __init__(
        self,
        target: Target,
        options: RunOptions,
        *,
        contract: Contract | None = None,
        listen: Listener = lambda _: None,
    ) -> None:
        self.target = target
        self.options = options
        self.contract = contract or Contract()
        self._listen = listen
        self._listening = threading.Lock()
        self._redact = Redaction(target.secrets)
        self._run_id = f"{int(time.time()):x}{os.getpid() % 4096:03x}"
        self._stop = threading.Event()

    def tell(self, event: Event) -> None:
        """Tell the listener, one event at a time."""
        with self._listening:
            self._listen(event)

    def caller(self, wire: Wire, tape: Tape, record: Callable[[Exchange], None] | None = None) -> Caller:
        """The main key's caller."""
        headers = {**self.target.headers, "Authorization": f"Bearer {self.target.api_key}"}
        return Caller(wire, self.target.base_url, self.target.project, self.contract, tape, headers, record)

    def look(self) -> Probe:
        """Probe the target; raises Misuse."""
        wire = Wire(self.target)
        try:
            return probe(self.target, self.caller(wire, Tape()), profile=self.options.profile)
        finally:
            wire.close()

    def run(self) -> RunReport:
        """Run everything that was asked for; raises Misuse where the target can't be tested at all."""
        started = time.monotonic()
        found = self.look()
        report = RunReport(
            self.target, self.contract, self.options, found, Coverage(), started_at=time.time()
        )
        rules = selected(catalogue(), self.options) if self.options.scenarios else []
        if not rules and not self._generates() and self.options.shard is None:
            named = ", ".join((*self.options.only, *(f"without {each}" for each in self.options.exclude)))
            raise Misuse(f"no rule is left to try ({named or 'neither half'}); see contract-tests list")
        self.tell(RunStarted(len(rules), found.profile))
        path = ledger_folder() / f"{self._run_id}.jsonl" if self.options.keep_ledger else None
        ledger = Ledger(path if self.target.mode is Mode.FULL else None)
        wire = Wire(self.target)
        try:
            self._note_trouble(report)
            Crew(self, report, wire, ledger, started).work(rules)
            if not self._stop.is_set() and self._generates():
                self._generate(report, started)
        except KeyboardInterrupt:
            self._stop.set()
            report.stopped = STOPPED
        finally:
            report.leftovers = ledger.clean(found.companion)
            if not report.leftovers:
                ledger.finished()
            wire.close()
        report.seconds = time.monotonic() - started
        self.tell(RunFinished(report.seconds, report.stopped))
        return report

    def _note_trouble(self, report: RunReport) -> None:
        for number, breach in enumerate(report.probe.trouble):
            finding = self.finding_of(breach, f"probe.{number}", "The first look gets answers.", None, None)
            report.results.append(
                RuleResult(finding.rule_id, finding.title, "probe", Outcome.FAILED, 0.0, findings=(finding,))
            )

    def _generates(self) -> bool:
        """Whether generated requests were asked for."""
        named = any(pattern.startswith(("generated", "check")) for pattern in self.options.only)
        return self.options.generated and (named or is_wanted("generated", (), self.options))

    def _generate(self, report: RunReport, started: float) -> None:
        broken = next((one for one in report.findings if one.rule_id.startswith("transport.")), None)
        if broken is not None:
            reason = f"answers could not be read ({broken.rule_id}), so no requests were generated"
            self.skip(
                report, "generated.all", "Generated requests keep to the contract.", "generated", reason
            )
            return
        from .generated import generate

        generate(self, report, self.time_left(started))

    def time_left(self, started: float) -> float | None:
        """Seconds until --max-time; None without one."""
        if self.options.max_time is None:
            return None
        return max(0.0, self.options.max_time - (time.monotonic() - started))

    def skip(self, report: RunReport, rule_id: str, title: str, source: str, reason: str) -> None:
        """Note a rule that is not tried, and why."""
        result = RuleResult(rule_id, title, source, Outcome.SKIPPED, 0.0, reason=reason)
        report.results.append(result)
        self.tell(RuleFinished(result))

    @property
    def is_stopped(self) -> bool:
        """Whether no more rules should begin."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Let running rules end and begin no more."""
        self._stop.set()

    def finding_of(
        self,
        breach: Breach,
        rule_id: str,
        title: str,
        exchange: Exchange | None,
        operation_id: str | None,
        source: str = "scenario",
    ) -> Finding:
        """A breach as a finding, without secrets."""
        operation = exchange.operation_id if exchange and exchange.operation_id else operation_id
        return Finding(
            rule_id=breach.rule_id or rule_id,
            title=title,
            message=self._redact(breach.message),
            operation_id=operation,
            request=self._redact(exchange.curl) if exchange else "",
            response=self._redact(shown(exchange)) if exchange else "",
            contract_line=self.contract.line(operation),
            source=source,
        )

    def judged(self, tape: Tape, source: str) -> list[Finding]:
        """What the checks for every answer say of the exchanges of a tape."""
        return [
            self.finding_of(
                Breach(broken.message), broken.check.rule_id, broken.check.title, exchange, None, source
            )
            for exchange in tape
            for broken in judge(exchange, self.contract, self.target.secrets)
        ]

    def label(self, rule: Rule) -> str:
        """What names of a rule's objects carry."""
        return self.label_of(rule.rule_id.split(".")[1])

    def label_of(self, name: str) -> str:
        """What names of objects carry that were made for something else."""
        return f"{self._run_id}-{name[:40]}"
