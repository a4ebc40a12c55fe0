"""What a request costs, in calls of Python functions: beside a bare Flask answer, in the same run.

Calls are counted, not seconds, so that a busy machine makes no difference; a layer that is added to every
request, or a copy of every row, shows.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import flask
import pytest

from contract_tests.mutants.in_process import InProcess
from tests.conftest import Running, start_server


@pytest.fixture(scope="module")
def running() -> Any:
    server = start_server(strict=False)
    for number in range(100):
        server.create(name=f"Insight {number}")
    yield server
    server.server.close()


def counted(act: Callable[[], object]) -> int:
    """How many Python functions `act` calls, all threads and C functions left out, once it is warm."""
    act()
    act()
    calls = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(before)
    return calls


def bare() -> int:
    app = flask.Flask("bare")

    @app.get("/api/projects/<project>/insights/<insight>")
    def retrieve(project: str, insight: str) -> Any:
        return flask.jsonify({"id": int(insight), "project": project})

    with app.test_client() as client:
        environ = client._request_from_builder_args(("/api/projects/1/insights/1",), {}).environ

        def answer() -> None:
            body = app.wsgi_app(dict(environ), lambda *_: None)
            b"".join(body)

        return counted(answer)


def cost(running: Running, path: str, method: str = "GET", body: Any = None) -> int:
    import httpx

    transport = InProcess(running.server.asgi)
    headers = {"Authorization": f"Bearer {running.api_key}"}
    request = httpx.Request(method, f"http://127.0.0.1:8129{path}", headers=headers, json=body)
    request.read()
    return counted(lambda: transport.handle_request(request))


def test_a_retrieve_costs_a_bounded_multiple_of_a_bare_flask_answer(running: Running) -> None:
    one = cost(running, f"{running.insights}/1")
    assert one < 3.5 * bare(), (one, bare())


def test_a_row_of_a_page_costs_little_more_than_nothing(running: Running) -> None:
    ten = cost(running, f"{running.insights}?limit=10")
    hundred = cost(running, f"{running.insights}?limit=100")
    assert (hundred - ten) / 90 < 12, (ten, hundred)


def test_a_patch_costs_a_bounded_multiple_of_a_bare_flask_answer(running: Running) -> None:
    changed = cost(running, f"{running.insights}/1", "PATCH", {"description": "other"})
    assert changed < 5 * bare(), (changed, bare())
