"""One mutant, one run of the suite, and what has told it apart."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx

from ..core.events import Event, RuleFinished
from ..engine import Engine, RunReport
from ..errors import Misuse
from ..options import RunOptions
from ..rules import Cost
from ..target import Mode, Target
from .in_process import LOCAL, InProcess

NO_MUTANT = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a mutant; `killers` are the rules that found it, empty for a survivor."""

    mutant: str
    group: str
    description: str
    rule: str
    killers: tuple[str, ...]
    seconds: float
    by_generated: bool = False


@dataclass(frozen=True, slots=True)
class TrialOptions:
    """How mutants are tried."""

    profile: str
    depth: Cost
    seed: int
    generated: bool
    examples: int | None
    whole_matrix: bool


@dataclass
class Bench:
    """A fake in this process that becomes one mutant after another."""

    options: TrialOptions
    server: Any = field(init=False)
    transport: httpx.BaseTransport = field(init=False)

    def __post_init__(self) -> None:
        from mockserver.app import create_app
        from mockserver.settings import Settings

        logging.getLogger("connexion").setLevel(logging.ERROR)
        logging.getLogger("mockserver").setLevel(logging.CRITICAL)
        self.server = create_app(Settings(profile=self.options.profile, log_requests=False))
        self.transport = InProcess(self.server.asgi)
        self.control("GET", "/health")

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """A call to the control plane."""
        request = httpx.Request(method, f"{LOCAL}/_mock{path}", json=body)
        response = self.transport.handle_request(request)
        response.read()
        response.raise_for_status()
        return response.json() if response.content else None

    def become(self, mutant: str) -> None:
        """Start afresh as a mutant, or as the correct server for no name."""
        self.control("POST", "/reset")
        if mutant:
            self.control("POST", "/faults", {"effect": {"contract": mutant}})

    def target(self) -> Target:
        """The server as a target."""
        known = self.control("GET", "/info")["credentials"]
        return Target(
            base_url=LOCAL,
            project=str(known["project_id"]),
            api_key=known["api_key"],
            mode=Mode.FULL,
            retries=1,
            transport=lambda: self.transport,
        )

    def suite(self, *, generated: bool, scenarios: bool) -> tuple[tuple[str, ...], RunReport | None]:
        """Run the suite; the rules that found something."""
        options = RunOptions(
            depth=self.options.depth,
            seed=self.options.seed,
            workers=1,
            generated=generated,
            scenarios=scenarios,
            rule_time=30.0,
            keep_ledger=False,
            examples=self.options.examples,
        )
        engines: list[Engine] = []
        engine = Engine(self.target(), options, listen=partial(self._stop_early, engines))
        engines.append(engine)
        try:
            report = engine.run()
        except Misuse as misuse:
            return (f"probe: {misuse}",), None
        return tuple(sorted({finding.rule_id for finding in report.findings})), report

    def _stop_early(self, engines: list[Engine], event: Event) -> None:
        if not self.options.whole_matrix and isinstance(event, RuleFinished) and event.result.findings:
            engines[0].stop()

    def close(self) -> None:
        """Let go of the server."""
        self.server.close()


def try_mutant(bench: Bench, mutant: str) -> Trial:
    """Let the suite look for a mutant: first by rules, then, where it survived, by generated requests."""
    from mockserver.http.contract_faults import contract_faults

    started = time.monotonic()
    bench.become(mutant)
    killers, _ = bench.suite(generated=False, scenarios=True)
    by_generated = False
    if not killers and bench.options.generated:
        bench.become(mutant)
        killers, _ = bench.suite(generated=True, scenarios=False)
        by_generated = bool(killers)
    seconds = round(time.monotonic() - started, 2)
    fault = contract_faults().get(mutant)
    if fault is None:
        return Trial(mutant, "", "the correct server", "", killers, seconds, by_generated)
    return Trial(mutant, fault.group, fault.description, fault.rule, killers, seconds, by_generated)
