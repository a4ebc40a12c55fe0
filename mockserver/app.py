"""The composition root: the one place that knows every room, and reads like a table of contents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from .analytics.opening import EventStores, event_stores
from .api import find_handlers
from .clock import Clock, Clocks
from .control.clock_keeping import share_start
from .control.following import follow
from .control.handlers import find_handlers as find_control_handlers
from .control.problems import Problem
from .control.seeds import SEED, lay_out, settle
from .control.state import make_control
from .errors import ApiError
from .http.bridge import InlineBridge
from .http.catching_up import CatchingUp
from .http.checked_bodies import CheckedBodies
from .http.contract import Contract, read_document
from .http.contract_checks import RequestChecks, ResponseChecks
from .http.contract_faults import contract_faults
from .http.contract_reader import LoadedContract
from .http.contract_routing import ContractRouting
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
from .http.front import Front, Observer
from .http.journal_recorder import JournalRecorder
from .http.observing import open_observers, open_tracing
from .http.path_tree import PathTree
from .http.routing import (
    ContractFlaskApp,
    ExceptionMiddleware,
    HTTPException,
    MediaTypeDict,
    ProblemException,
    Resolver,
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
from .seeding.event_source import SeededEvents
from .services import Services
from .settings import Settings, is_loopback
from .store import SharedStore, Store
from .store.opening import open_store

if TYPE_CHECKING:
    from .http.tracing import Tracing


@dataclass(frozen=True, slots=True)
class MockServer:
    """One fake, ready to be served: the ASGI app and the services behind it."""

    asgi: Any
    services: Services
    contract: Contract
    tracing: Tracing | None = None

    def close(self) -> None:
        """Let go of files and threads."""
        self.services.close()
        if self.tracing is not None:
            self.tracing.close()


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> MockServer:
    """Make a fake from its settings; two made in one process share nothing.

    Raises StartError with one clear line for a fixture, data folder or setting that can't be used.
    """
    settings = settings or Settings()
    tracing = open_tracing(settings)
    services = create_services(settings, clock or Clock())
    contract = Contract.load(bundled("spec/openapi.yaml"))
    control = Contract(read_document(bundled("spec/control.yaml")), "urn:control")
    services.control.operations = frozenset(contract.operations)
    services.control.violations = cache(contract_faults)
    services.control.contract = LoadedContract(contract, bundled("spec/openapi.yaml"), services)
    if not is_loopback(settings.host):
        services.control.token = settings.control_token or unpredictable_token()
    observers = open_observers(services, tracing)
    asgi = create_asgi(services, contract, control, observers)
    server = MockServer(
        tracing.around(asgi, contract, control) if tracing else asgi, services, contract, tracing
    )
    if settings.watch:
        from .control.fixture_watch import FixtureWatch

        services.watch = FixtureWatch(services)
        services.watch.start()
    return server


def create_services(settings: Settings, clock: Clock) -> Services:
    """The store, seeded where it is new, and what works on it."""
    store = open_store(settings)
    control = make_control(store, settings.journal_size)
    default = RefreshPolicy(queue_seconds=settings.queue_seconds, run_seconds=settings.run_seconds)
    policies = Policies(store, default)
    source = SeededEvents(_event_stores(settings, store), control.fixtures.last_good)
    calculator = Calculator(store, EventShelf(store, source))
    _set_clock(settings, clock)
    share_start(store, clock)
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
    with store.locked():
        if store.meta.find_one("name", SEED) is None:
            lay_out(
                store,
                control.fixtures,
                fixture=settings.fixture,
                seed=settings.seed,
                now=services.clock.now(),
            )
            # a document a line, so that damage to one does not cost the others
            store.compact()
        settle(services)
    if isinstance(store, SharedStore):
        store.on_news = partial(follow, services)
    return services


def _set_clock(settings: Settings, clock: Clock) -> None:
    now = datetime.fromisoformat(settings.now) if settings.now else None
    if now is not None or settings.frozen:
        clock.set(now=now, frozen=settings.frozen or None)


def _event_stores(settings: Settings, store: Store) -> EventStores:
    try:
        return event_stores(settings.events)
    except BaseException:
        store.close()
        raise


def create_asgi(
    services: Services, contract: Contract, control: Contract, observers: Sequence[Observer] = ()
) -> ContractFlaskApp:
    """The layers around the handlers, innermost first."""
    settings = services.settings
    handlers = find_handlers(contract.operations)
    dispatcher = Dispatcher(services, handlers, contract.allowed_methods)
    executor = ThreadPoolExecutor(max_workers=8, thread_name_prefix="compute")
    services.executor = executor
    app = ContractFlaskApp(
        "mockserver",
        bridge=partial(InlineBridge, executor=executor, may_compute=partial(_may_compute, services)),
        layers=_layers(services, contract, control, observers),
    )
    app.add_api(
        contract.routing_document(),
        base_path="",
        resolver=Resolver(dispatcher.view),
        validate_responses=True,
        validator_map=_validators(contract, strict=settings.strict),
    )
    app.add_api(
        control.routing_document(),
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
    return app


def _layers(
    services: Services, contract: Contract, control: Contract, observers: Sequence[Observer]
) -> list[Any]:
    """What stands around the handlers, the outermost first."""
    settings = services.settings
    operations = (*contract.operations.values(), *control.operations.values())
    secured = frozenset(name for name, operation in contract.operations.items() if operation.secured)
    finder = PathTree(contract.operations.values())
    vendor_spec, control_spec = bundled("spec/openapi.yaml"), bundled("spec/control.yaml")
    control_place = {"address": "/_mock/openapi", "ui": "/_mock/docs"}
    return [
        partial(Front, random=_own_random(services), log_requests=settings.log_requests, observers=observers),
        *([partial(CatchingUp, services=services)] if services.store.is_shared else []),
        partial(VendorCors, origins=settings.cors),
        partial(ControlGuard, token=services.control.token),
        partial(JournalRecorder, services=services),
        partial(FaultLayer, services=services, finder=finder),
        ExceptionMiddleware,
        partial(SpecDocuments, contract=contract, source=vendor_spec),
        partial(SpecDocuments, contract=control, source=control_spec, **control_place),
        partial(ContractRouting, operations=operations),
        partial(CallerSecurity, services=services, secured=secured),
        RequestChecks,
        ResponseChecks,
    ]


def _own_random(services: Services) -> Randomness:
    """A source for what must differ between servers that share a store, as their request ids do."""
    store = services.store
    if not isinstance(store, SharedStore):
        return services.random
    return services.random.stream(f"server {store.server_number}")


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
