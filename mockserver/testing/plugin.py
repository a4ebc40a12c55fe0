"""The pytest plugin: a fake for the session, a project for each test, its requests where one fails."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any, Final

import pytest

from .plugin_options import add_options, value_of

if TYPE_CHECKING:
    import httpx

    from .project import Project
    from .server import Server
    from .steering import ClockHandle

PROJECT: Final = pytest.StashKey["Project"]()
MARKER: Final = (
    "insights(fixture=..., profile=..., timezone=..., now=..., refresh=..., faults=[...]): "
    "what the test's insights_project is like"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Each option has an ini key of the same name."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", MARKER)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist where the workers' one server is noted."""
    from .shared import share_with

    share_with(node)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the workers' server when all workers are done."""
    from .shared import stop_shared

    stop_shared(config)


@pytest.fixture(scope="session")
def insights_server(pytestconfig: pytest.Config) -> Iterator[Server]:
    """A fake for the whole session, one for all workers of pytest-xdist."""
    try:
        from .session import open_server
    except ModuleNotFoundError as error:
        if error.name not in ("httpx", "filelock"):
            raise
        pytest.fail(
            f"insights_server needs {error.name}: pip install 'posthog-insights-mock[pytest]'", pytrace=False
        )
    with open_server(pytestconfig) as server:
        yield server


@pytest.fixture
def insights_project(insights_server: Server, request: pytest.FixtureRequest) -> Iterator[Project]:
    """A project of the test's own, as its `insights` marker says; deleted afterwards."""
    from .session import create_project

    project = create_project(insights_server, request)
    request.node.stash[PROJECT] = project
    yield project
    project.delete()


@pytest.fixture
def insights_client(insights_project: Project) -> Iterator[httpx.Client]:
    """An httpx client that sends the project's API key; its paths are those of PostHog's docs."""
    with insights_project.client() as client:
        yield client


@pytest.fixture
def insights_clock(insights_project: Project) -> ClockHandle:
    """The project's clock: `freeze`, `set`, `advance`, `now`."""
    return insights_project.clock


@pytest.fixture
def insights_environment(insights_project: Project, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """POSTHOG_HOST, POSTHOG_PROJECT_ID and POSTHOG_PERSONAL_API_KEY, set for the test."""
    for name, value in insights_project.environment.items():
        monkeypatch.setenv(name, value)
    return insights_project.environment


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the requests that a failing test made to its report."""
    report = yield
    project = item.stash.get(PROJECT, None)
    if project is not None and report.failed and report.when in ("setup", "call"):
        from .failure_report import request_lines

        lines = request_lines(project, int(value_of(item.config, "insights_report")))
        if lines:
            report.sections.append(("Insights requests", "\n".join(lines)))
    return report
