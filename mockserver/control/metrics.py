"""What the server did, as Prometheus reads it."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from ..errors import StartError
from ..refresh.jobs import State
from ..resources.context import Caller, Context

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Metric
    from prometheus_client.core import GaugeMetricFamily

    from ..services import Services
    from ..store.documents import JobDocument

METHODS: Final = frozenset(("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"))
SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The counters of one server, in a registry of its own; raises StartError without the library."""

    def __init__(self) -> None:
        try:
            from prometheus_client import CollectorRegistry, Counter, Histogram
            from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
        except ImportError:
            raise StartError(
                "--metrics needs prometheus-client; pip install 'posthog-insights-mock[metrics]'"
            ) from None
        self.content_type: str = CONTENT_TYPE_PLAIN_0_0_4
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "mockserver_requests",
            "Requests that were answered.",
            ("operation", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "mockserver_request_seconds",
            "How long requests took, delays on purpose included.",
            ("operation",),
            buckets=SECONDS,
            registry=self._registry,
        )

    def note(self, operation: str, method: str, status: int, seconds: float) -> None:
        """Count one request; a status of 0 is a connection that was broken on purpose."""
        known = method if method in METHODS else "other"
        self._requests.labels(operation, known, str(status)).inc()
        self._seconds.labels(operation).observe(seconds)

    def page(self, services: Services) -> str:
        """All numbers, those of the state as it is now, in Prometheus' text format."""
        from prometheus_client import CollectorRegistry, generate_latest

        shown = CollectorRegistry()
        shown.register(_Counted(self._registry))
        shown.register(_State(services))
        return generate_latest(shown).decode()


class _Counted:
    """What was counted, without the moments at which counting began, which nobody asks for."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterator[Metric]:
        """Each family."""
        for family in self._registry.collect():
            family.samples = [each for each in family.samples if not each.name.endswith("_created")]
            yield family


class _State:
    """Numbers that are read off the state when they are asked for."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Each family."""
        from prometheus_client.core import GaugeMetricFamily

        store = self._services.store
        about = GaugeMetricFamily("mockserver_info", "What is served.", labels=("version", "profile"))
        about.add_metric((version("posthog-insights-mock"), self._services.settings.profile), 1)
        yield about
        jobs = GaugeMetricFamily("mockserver_jobs", "Background queries by state.", labels=("state",))
        found = Tally(str(_state(self._services, job)) for job in store.jobs.documents().values())
        for state in State:
            jobs.add_metric((str(state),), found[str(state)])
        yield jobs
        yield GaugeMetricFamily(
            "mockserver_projects", "Projects that there are.", len(store.projects.documents())
        )
        live = sum(not each["deleted"] for each in store.insights.documents().values())
        yield GaugeMetricFamily(
            "mockserver_insights", "Insights that there are, deleted ones left out.", live
        )


def _state(services: Services, job: JobDocument) -> State:
    project = services.store.projects.fetch(job["project_id"])
    if project is None:
        return State.EXPIRED
    context = Context(
        store=services.store,
        now=services.clock_of(project["id"]).now(),
        random=services.random,
        project=project,
        profile=services.profile_of(project),
        caller=Caller("system"),
    )
    return services.refresh.board.look(context, job).state
