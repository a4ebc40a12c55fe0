"""One target for many tests: the engine's parts without its loop."""

from __future__ import annotations

import time
from typing import Any

from .checks import judge
from .core.events import RuleResult
from .core.exchange import Exchange
from .core.wire import Wire
from .coverage import Coverage
from .crew import Crew
from .engine import Engine, RunReport
from .generation.document import generation_document
from .generation.gateway import Gateway
from .generation.pool import make_pool
from .generation.settings import configuration
from .ledger import Ledger
from .options import RunOptions
from .rules import Cost, Rule
from .target import Mode, Target


class Session:
    """Tries single rules, and gives Schemathesis what it needs; raises Misuse for a hopeless target."""

    def __init__(self, target: Target, options: RunOptions) -> None:
        self.engine = Engine(target, options)
        self.report = RunReport(target, self.engine.contract, options, self.engine.look(), Coverage())
        self._wire = Wire(target)
        self._ledger = Ledger()
        self._crew = Crew(self.engine, self.report, self._wire, self._ledger, time.monotonic())
        self.broken: list[str] = []

    def try_rule(self, rule: Rule) -> RuleResult:
        """Try a rule, or say why it is skipped."""
        if self.engine.options.depth is Cost.QUICK and rule.cost is Cost.FULL:
            return self._crew.skipped(rule, "only in a full run")
        reason = self._crew.reason_to_skip(rule)
        return self._crew.skipped(rule, reason) if reason else self._crew.bounded(rule)

    def schema(self) -> Any:
        """The contract as a Schemathesis schema whose requests leave over this session's wire."""
        import schemathesis
        from schemathesis.config import SchemathesisConfig

        pool = make_pool(self.engine, self.report, self._wire, self._ledger)
        reads_only = self.engine.target.mode is Mode.READ_ONLY
        document = generation_document(self.engine.contract, pool, reads_only=reads_only)
        headers = {**self.engine.target.headers, "Authorization": f"Bearer {self.engine.target.api_key}"}
        options = self.engine.options
        settings = configuration(
            options.depth, options.seed, headers, workers=1, examples=options.examples or 5
        )
        settings["phases"]["coverage"]["enabled"] = False
        schema: Any = schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict(settings))
        schema.app = Gateway(
            self._wire, self.engine.target.base_url, self.engine.contract, pool, self._record
        )
        return schema

    def _record(self, exchange: Exchange) -> None:
        found = judge(exchange, self.engine.contract, self.engine.target.secrets)
        self.broken += [f"{one.check.rule_id}: {one.message}" for one in found]
        if exchange.failure is not None:
            self.broken.append(exchange.failure)

    def close(self) -> None:
        """Delete what was made."""
        self._ledger.clean(self.report.probe.companion)
        self._wire.close()
