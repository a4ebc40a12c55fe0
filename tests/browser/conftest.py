"""One server and one browser for all tests; the server goes back to its seed after each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from .screens import Prepared, Screen, prepared_server
from .screenshots import EVERYWHERE
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
def prepared() -> Iterator[Prepared]:
    """Another server, in the state that the screens show; only to be read."""
    with prepared_server() as server:
        yield server


@pytest.fixture(scope="session")
def reader(chromium: Any) -> Any:
    """Somebody who has all files of the pages already, and changes nothing."""
    return chromium.new_context(**EVERYWHERE)


@pytest.fixture
def open_page(served: Served, chromium: Any) -> Iterator[OpenPage]:
    """Open a page by its path, each as somebody new."""
    contexts: list[Any] = []

    def find_context() -> Any:
        contexts.append(chromium.new_context(reduced_motion="reduce"))
        return contexts[-1]

    with opener(find_context) as begin:
        yield lambda path, **wishes: begin(served.url + path, **wishes)
    for context in contexts:
        context.close()


@pytest.fixture
def open_prepared(prepared: Prepared, reader: Any) -> Iterator[OpenPage]:
    """Open a screen of the prepared server."""
    with opener(lambda: reader) as begin:

        def begin_screen(screen: Screen, **wishes: Any) -> Any:
            return begin(prepared.address(screen), **wishes)

        yield begin_screen


@contextmanager
def opener(find_context: Callable[[], Any]) -> Iterator[OpenPage]:
    """A way to open pages; at the end all are closed. None may have complained or asked another server."""
    pages: list[Any] = []
    errors: list[str] = []

    def begin(address: str, *, theme: str = "light", width: int = 1280) -> Any:
        page = find_context().new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.set_default_timeout(PATIENCE)
        own = "/".join(address.split("/")[:3])
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: note_message(errors, message))
        page.on("request", lambda request: note_foreign(errors, own, request.url))
        page.goto(address)
        return page

    yield begin
    for page in pages:
        page.close()
    assert not errors


def note_message(errors: list[str], message: Any) -> None:
    """Keep what the browser complains of; a missing thing that a test asks for is no complaint."""
    if message.type == "error" and "Failed to load resource" not in message.text:
        errors.append(message.text)


def note_foreign(errors: list[str], own: str, url: str) -> None:
    """Keep a request to anywhere but the server."""
    if not url.startswith((own, "data:", "blob:")):
        errors.append(f"asked {url}")
