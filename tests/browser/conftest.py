"""One server and one browser for all tests; the server goes back to its seed after each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from .screens import prepare
from .serving import Served, browse, serve

HERE = Path(__file__).parent
# long enough for a machine that does much else; what is there is seen at once all the same
PATIENCE = 30_000
OpenPage = Callable[..., Any]

# without Playwright there is nothing here to run
collect_ignore_glob = [] if find_spec("playwright") else ["test_*.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that is here needs a browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def process() -> Iterator[Served]:
    """The server."""
    with serve() as served:
        yield served


@pytest.fixture
def served(process: Served) -> Iterator[Served]:
    """The server, put back to its seed afterwards."""
    yield process
    process.mock("POST", "reset", {})
    for snapshot in process.mock("GET", "snapshots"):
        process.mock("DELETE", f"snapshots/{snapshot['name']}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser."""
    from playwright.sync_api import expect

    expect.set_options(timeout=PATIENCE)
    with browse() as browser:
        yield browser


@pytest.fixture(scope="session")
def prepared() -> Iterator[tuple[Served, dict[str, str]]]:
    """Another server, in the state that the screens show, and the tokens of its links; only to be read."""
    with serve() as server:
        yield server, prepare(server)


@pytest.fixture
def open_page(served: Served, chromium: Any) -> Iterator[OpenPage]:
    """Open a page by its path; it must cause no error and ask nobody else for anything."""
    with opener(served, chromium) as begin:
        yield begin


@pytest.fixture
def open_prepared(prepared: tuple[Served, dict[str, str]], chromium: Any) -> Iterator[OpenPage]:
    """Open a screen of the prepared server."""
    server, tokens = prepared
    with opener(server, chromium) as begin:
        yield lambda screen, **wishes: begin(screen.path.format(**tokens), **wishes)


@contextmanager
def opener(server: Served, chromium: Any) -> Iterator[OpenPage]:
    """A way to open pages of a server; at the end all are closed, and none may have complained."""
    contexts: list[Any] = []
    errors: list[str] = []

    def begin(path: str, *, theme: str = "light", width: int = 1280) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: note_message(errors, message))
        page.on("request", lambda request: note_foreign(errors, server.url, request.url))
        page.goto(server.url + path)
        return page

    yield begin
    for context in contexts:
        context.close()
    assert not errors


def note_message(errors: list[str], message: Any) -> None:
    """Keep what the browser complains of; a missing thing that a test asks for is no complaint."""
    if message.type == "error" and "Failed to load resource" not in message.text:
        errors.append(message.text)


def note_foreign(errors: list[str], own: str, url: str) -> None:
    """Keep a request to anywhere but the server."""
    if not url.startswith((own, "data:", "blob:")):
        errors.append(f"asked {url}")
