"""Generated tests: Schemathesis over the contract, through the suite's own wire."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from .checks import judge
from .core.events import Notice, Outcome, PhaseStarted, RuleFinished, RuleResult
from .core.exchange import Exchange
from .core.tape import Tape
from .core.wire import Wire
from .errors import Breach
from .findings import Finding, merge
from .generation.document import generation_document
from .generation.gateway import Gateway
from .generation.pool import Pool, make_pool
from .generation.sessionless import over_an_app
from .generation.settings import configuration
from .ledger import Ledger
from .options import is_in_shard, is_wanted
from .target import Mode

if TYPE_CHECKING:
    from .engine import Engine, RunReport

GRACE: Final = 30.0
TITLES: Final = {
    "negative_data_rejection": "Requests that break the contract are refused.",
    "positive_data_acceptance": "Requests that keep to the contract are accepted.",
    "unsupported_method": "Methods that a route does not have are 405.",
    "missing_required_header": "Requests without a required header are refused.",
    "ignored_auth": "What needs credentials does not answer without them.",
    "use_after_free": "What was deleted is not found.",
    "ensure_resource_availability": "What was made is found.",
}


def generate(engine: Engine, report: RunReport, time_left: float | None) -> None:
    """Run the generated tests and add their results to the report."""
    wire = Wire(engine.target)
    ledger = Ledger()
    state = _Collected(engine, report)
    try:
        pool = make_pool(engine, report, wire, ledger)
        gateway = Gateway(wire, engine.target.base_url, engine.contract, pool, state.record)
        _bounded(engine, report, state, gateway, pool, time_left)
        _note_made(engine, wire, pool, ledger)
    except Breach as breach:
        state.findings.append(
            engine.finding_of(
                breach, "generated.setup", "Objects for generated tests can be made.", None, None
            )
        )
    finally:
        ledger.clean(report.probe.companion)
        wire.close()
    for result in state.results():
        report.results.append(result)
        engine.tell(RuleFinished(result))


class _Collected:
    """What the checks and Schemathesis have found, by rule."""

    def __init__(self, engine: Engine, report: RunReport) -> None:
        self._engine = engine
        self._report = report
        self._started = time.monotonic()
        self._seen: set[tuple[str, str | None]] = set()
        self._lock = threading.Lock()
        self.requests = 0
        self.findings: list[Finding] = []

    def record(self, exchange: Exchange) -> None:
        """Judge an exchange."""
        self._report.coverage.add(exchange)
        broken = list(judge(exchange, self._engine.contract, self._engine.target.secrets))
        with self._lock:
            self.requests += 1
            for one in broken:
                self._add(Breach(one.message), one.check.rule_id, one.check.title, exchange)
            if exchange.failure is not None:
                from .core.caller import failure_of

                self._add(failure_of(exchange), "transport.speaks_http", "Answers can be read.", exchange)

    def failed(self, check: str, message: str, exchange: Exchange) -> None:
        """Note a failure of one of Schemathesis' checks."""
        title = TITLES.get(check, check.replace("_", " "))
        with self._lock:
            self._add(Breach(message), f"generated.{check}", title, exchange)

    def _add(self, breach: Breach, rule_id: str, title: str, exchange: Exchange) -> None:
        key = (breach.rule_id or rule_id, exchange.operation_id)
        if key in self._seen:
            return
        self._seen.add(key)
        self.findings.append(
            self._engine.finding_of(breach, rule_id, title, exchange, exchange.operation_id, "generated")
        )

    def results(self) -> Iterator[RuleResult]:
        """One result for all generated tests."""
        findings = tuple(merge(self.findings))
        outcome = Outcome.FAILED if findings else Outcome.PASSED
        seconds = round(time.monotonic() - self._started, 3)
        title = "Generated requests are answered as the contract says."
        yield RuleResult(
            "generated.requests", title, "generated", outcome, seconds, self.requests, findings=findings
        )


def _note_made(engine: Engine, wire: Wire, pool: Pool, ledger: Ledger) -> None:
    """Everything in the pool is to be deleted, what generated requests have made too."""
    if engine.target.mode is Mode.READ_ONLY:
        return
    caller = engine.caller(wire, Tape()).within(pool.project)
    for kind, ids in (("insights", pool.insights), ("dashboards", pool.dashboards)):
        for one in ids:
            ledger.made(engine.target, caller, kind, one)


def _bounded(
    engine: Engine,
    report: RunReport,
    state: _Collected,
    gateway: Gateway,
    pool: Pool,
    time_left: float | None,
) -> None:
    """Run Schemathesis in a thread that is left behind where it does not end."""
    failures: list[BaseException] = []
    stream: list[Any] = []

    def work() -> None:
        try:
            _run(engine, state, gateway, pool, stream)
        except Exception as error:
            failures.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    deadline = None if time_left is None else time.monotonic() + time_left
    try:
        while thread.is_alive():
            thread.join(0.2)
            if (deadline is not None and time.monotonic() > deadline) or gateway.is_given_up:
                report.stopped = report.stopped or ("" if gateway.is_given_up else "out of time")
                for one in stream:
                    one.stop()
                thread.join(GRACE)
                return
    except KeyboardInterrupt:
        for one in stream:
            one.stop()
        raise
    if failures:
        raise failures[0]


def _run(
    engine: Engine,
    state: _Collected,
    gateway: Gateway,
    pool: Pool,
    stream: list[Any],
) -> None:
    import logging

    import schemathesis
    from schemathesis.config import SchemathesisConfig
    from schemathesis.engine import from_schema

    logging.getLogger("hypothesis").setLevel(logging.ERROR)
    options = engine.options
    headers = {**engine.target.headers, "Authorization": f"Bearer {engine.target.api_key}"}
    settings = configuration(
        options.depth, options.seed, headers, workers=min(2, options.workers), examples=options.examples
    )
    reads_only = engine.target.mode is Mode.READ_ONLY
    document = generation_document(engine.contract, pool, reads_only=reads_only)
    _keep_selected(document, engine)
    config = SchemathesisConfig.from_dict(settings)
    schema: Any = schemathesis.openapi.from_dict(document, config=config)
    schema.app = gateway
    running = from_schema(over_an_app(schema)).execute()
    stream.append(running)
    _follow(running, state, engine)


def _follow(running: Iterable[Any], state: _Collected, engine: Engine) -> None:
    from schemathesis.engine import events

    for event in running:
        if isinstance(event, events.PhaseStarted) and event.phase.is_enabled:
            engine.tell(PhaseStarted(str(event.phase.name.value)))
        elif isinstance(event, events.ScenarioFinished):
            _collect(event, state, engine)
        elif isinstance(event, events.NonFatalError):
            engine.tell(Notice(f"generated: {event.label}: {str(event.info.message)[:200]}"))


def _keep_selected(document: dict[str, Any], engine: Engine) -> None:
    """Leave out operations that --exclude names, or that another shard has."""
    for path, item in list(document["paths"].items()):
        for method in [name for name in item if name in ("get", "put", "post", "patch", "delete")]:
            name = item[method]["operationId"]
            wanted = not any(
                not is_wanted("generated", (name,), engine.options) for _ in engine.options.exclude
            )
            if not wanted or not is_in_shard(name, engine.options.shard):
                del item[method]
        if not any(name in item for name in ("get", "put", "post", "patch", "delete")):
            del document["paths"][path]


def _collect(event: Any, state: _Collected, engine: Engine) -> None:
    for case_id, nodes in event.recorder.checks.items():
        for node in nodes:
            if node.failure_info is None:
                continue
            interaction = event.recorder.interactions.get(case_id)
            if interaction is None:
                continue
            exchange = _exchange(interaction, engine)
            failure = node.failure_info.failure
            message = " ".join(f"{failure.title}: {failure.message}".split())
            state.failed(node.name, message[:500], exchange)


def _exchange(interaction: Any, engine: Engine) -> Exchange:
    request, response = interaction.request, interaction.response
    path = request.uri.split("://", 1)[-1].partition("/")
    url = f"{engine.target.base_url}/{path[2]}"
    place = url.partition("?")[0].removeprefix(engine.target.base_url)
    operation = engine.contract.operation_at(request.method, place)
    headers = {name: values[0] for name, values in request.headers.items()}
    received = {name.lower(): values[0] for name, values in response.headers.items()} if response else {}
    return Exchange(
        request.method,
        url,
        headers,
        request.body or b"",
        status=response.status_code if response else 0,
        headers=received,
        body=response.content if response else b"",
        operation_id=operation.operation_id if operation else None,
    )
