"""The composition root: the one place that knows every room, and reads like a table of contents."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from .api import find_handlers
from .clock import Clock, Clocks
from .control.fixture_shelf import FixtureShelf
from .control.handlers import find_handlers as find_control_handlers
from .control.problems import Problem
from .control.seeds import SEED, lay_out, settle
from .control.state import make_control
from .errors import ApiError
from .http.bridge import InlineBridge
from .http.checked_bodies import CheckedBodies
from .http.contract import Contract, read_document
from .http.contract_faults import contract_faults
from .http.contract_reader import LoadedContract
from .http.control_dispatch import ControlDispatcher
from .http.control_errors import ErrorDialects
from .http.control_guard import ControlGuard
from .http.control_validators import ControlBody, ControlParameters
from .http.cors import VendorCors
from .http.dispatch import Dispatcher
from .http.documents import SpecDocuments
from .http.exceptions import ErrorAnswers
from .http.exchange import Exchange
from .http.fault_layer import FaultLayer
from .http.front import Front
from .http.journal_recorder import JournalRecorder
from .http.operation_finder import OperationFinder
from .http.routed import Routed
from .http.routing import (
    ContractFlaskApp,
    HTTPException,
    MediaTypeDict,
    MiddlewarePosition,
    ProblemException,
    Resolver,
    SwaggerUIOptions,
)
from .http.security import CallerSecurity
from .http.validators import BodyValidator, ParameterValidator, ResponseValidator
from .randomness import Randomness, unpredictable_token
from .refresh.calculator import Calculator
from .refresh.event_shelf import EventShelf
from .refresh.job_board import JobBoard
from .refresh.policies import Policies
from .refresh.policy import RefreshPolicy
from .refresh.service import RefreshService
from .resource_files import bundled
from .resources.row_cache import RowCache
from .seeding.loader import seed_events
from .services import Services
from .settings import Settings, is_loopback
from .store import JournalDocuments, MemoryDocuments, Store, from_stored
from .store.documents import ProjectDocument
from .store.storage import Durability

if TYPE_CHECKING:
    from .analytics.events import EventStore


@dataclass(frozen=True, slots=True)
class MockServer:
    """One fake, ready to be served: the ASGI app and the services behind it."""

    asgi: Any
    services: Services
    contract: Contract

    def close(self) -> None:
        """Let go of files and threads."""
        self.services.close()


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> MockServer:
    """Make a fake from its settings; two made in one process share nothing.

    Raises StartError with one clear line for a fixture, data folder or setting that can't be used.
    """
    settings = settings or Settings()
    services = create_services(settings, clock or Clock())
    contract = Contract.load(bundled("spec/openapi.yaml"))
    control = Contract(read_document(bundled("spec/control.yaml")), "urn:control")
    services.control.operations = frozenset(contract.operations)
    services.control.violations = cache(contract_faults)
    services.control.contract = LoadedContract(contract, bundled("spec/openapi.yaml"), services)
    if not is_loopback(settings.host):
        services.control.token = settings.control_token or unpredictable_token()
    return MockServer(create_asgi(services, contract, control), services, contract)


def create_services(settings: Settings, clock: Clock) -> Services:
    """The store, seeded where it is new, and what works on it."""
    store = Store(_storage(settings))
    control = make_control(store, settings.journal_size)
    default = RefreshPolicy(queue_seconds=settings.queue_seconds, run_seconds=settings.run_seconds)
    policies = Policies(store, default)
    calculator = Calculator(store, EventShelf(store, partial(open_events, control.fixtures)))
    _set_clock(settings, clock)
    services = Services(
        settings=settings,
        store=store,
        clocks=Clocks(clock),
        random=Randomness(settings.seed).stream("live"),
        policies=policies,
        refresh=RefreshService(store, calculator, JobBoard(store, policies.for_job)),
        control=control,
        rows=RowCache(store),
    )
    if store.meta.find_one("name", SEED) is None:
        lay_out(
            store, control.fixtures, fixture=settings.fixture, seed=settings.seed, now=services.clock.now()
        )
    settle(services)
    return services


def _set_clock(settings: Settings, clock: Clock) -> None:
    now = datetime.fromisoformat(settings.now) if settings.now else None
    if now is not None or settings.frozen:
        clock.set(now=now, frozen=settings.frozen or None)


def _storage(settings: Settings) -> MemoryDocuments | JournalDocuments:
    if settings.data is None:
        return MemoryDocuments()
    return JournalDocuments(Path(settings.data), cast("Durability", settings.durability))


def open_events(fixtures: FixtureShelf, project: ProjectDocument) -> EventStore:
    """A project's events as its fixture lays them out."""
    from .analytics.events import EventStore

    events = EventStore()
    seed_events(
        events,
        fixtures.fixture(project["fixture"]),
        seed=project["seed"],
        now=from_stored(project["seeded_at"]),
        project=project,
    )
    return events


def create_asgi(services: Services, contract: Contract, control: Contract) -> ContractFlaskApp:
    """The layers around the handlers, innermost first."""
    settings = services.settings
    handlers = find_handlers(contract.operations)
    dispatcher = Dispatcher(services, handlers, contract.allowed_methods)
    executor = ThreadPoolExecutor(max_workers=8, thread_name_prefix="compute")
    services.executor = executor
    app = ContractFlaskApp(
        "mockserver",
        bridge=partial(InlineBridge, executor=executor, may_compute=partial(_may_compute, services)),
        swagger_ui_options=SwaggerUIOptions(swagger_ui=False, serve_spec=False),
    )
    app.add_api(
        contract.routing_document(),
        base_path="",
        resolver=Resolver(dispatcher.view),
        validate_responses=True,
        validator_map=_validators(contract, strict=settings.strict),
        security_map={"apiKey": partial(CallerSecurity, services)},
    )
    app.add_api(
        control.routing_document(secured=False),
        base_path="",
        name="control",
        resolver=Resolver(ControlDispatcher(services, find_control_handlers(control.operations)).view),
        validate_responses=True,
        validator_map=_control_validators(control, strict=settings.strict),
    )
    errors = ErrorDialects(ErrorAnswers(contract), control)
    app.add_error_handler(Problem, errors.problem)
    app.add_error_handler(ApiError, errors.api_error)
    app.add_error_handler(HTTPException, errors.http_exception)
    app.add_error_handler(ProblemException, errors.refusal)
    app.add_error_handler(Exception, errors.crash)
    _add_layers(app, services, contract, control)
    return app


def _add_layers(app: ContractFlaskApp, services: Services, contract: Contract, control: Contract) -> None:
    """What stands around routing; at one position the outermost comes first."""
    settings = services.settings
    operations = {**contract.operations, **control.operations}
    app.add_middleware(
        Routed, position=MiddlewarePosition.BEFORE_SECURITY, operations=operations, contract=contract
    )
    app.add_middleware(
        SpecDocuments,
        position=MiddlewarePosition.BEFORE_SWAGGER,
        contract=contract,
        source=bundled("spec/openapi.yaml"),
    )
    app.add_middleware(
        SpecDocuments,
        position=MiddlewarePosition.BEFORE_SWAGGER,
        contract=control,
        source=bundled("spec/control.yaml"),
        address="/_mock/openapi",
        ui="/_mock/docs",
    )
    outermost = MiddlewarePosition.BEFORE_EXCEPTION
    app.add_middleware(Front, position=outermost, random=services.random, log_requests=settings.log_requests)
    app.add_middleware(VendorCors, position=outermost, origins=settings.cors)
    app.add_middleware(ControlGuard, position=outermost, token=services.control.token)
    app.add_middleware(JournalRecorder, position=outermost, services=services)
    finder = OperationFinder(contract.operations.values())
    app.add_middleware(FaultLayer, position=outermost, services=services, finder=finder)


def _validators(contract: Contract, *, strict: bool) -> Mapping[str, Any]:
    return {
        "parameter": partial(ParameterValidator, contract),
        "body": MediaTypeDict({"*/*": partial(BodyValidator, contract)}),
        "response": MediaTypeDict(
            {"*/*": partial(ResponseValidator, contract, CheckedBodies(), strict=strict)}
        ),
    }


def _control_validators(contract: Contract, *, strict: bool) -> Mapping[str, Any]:
    return {
        "parameter": partial(ControlParameters, contract),
        "body": MediaTypeDict({"*/*": partial(ControlBody, contract)}),
        "response": MediaTypeDict(
            {"*/*": partial(ResponseValidator, contract, CheckedBodies(), strict=strict)}
        ),
    }


def _may_compute(services: Services, exchange: Exchange) -> bool:
    """Whether a request may run a query: only then is a thread worth its price."""
    operation = exchange.operation
    if operation is None or not operation.computes:
        return False
    if not operation.operation_id.startswith(("insights_", "dashboards_")):
        return True
    return "refresh" in exchange.query or "refresh" in exchange.sent_object() or services.refresh.has_work()
