"""A server without a control plane, as PostHog itself is: rules share one project and wait for real."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from contract_tests.engine import Engine
from contract_tests.mutants.in_process import LOCAL, InProcess
from contract_tests.options import RunOptions
from contract_tests.rules import Cost
from contract_tests.target import Login, Mode, Target
from mockserver.app import create_app
from mockserver.settings import Settings


class Uncontrolled(InProcess):
    """The fake with its control plane out of reach."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/_mock"):
            return httpx.Response(404, text="Not Found", request=request)
        return super().handle_request(request)


@pytest.fixture(scope="module", params=["docs", "current"])
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    settings = Settings(profile=request.param, log_requests=False, queue_seconds=0, run_seconds=0.2)
    server = create_app(settings)
    transport = Uncontrolled(server.asgi)
    seed = server.services.store.meta.find_one("name", "seed")
    yield Target(
        LOCAL,
        str(seed["project_id"]),
        seed["api_key"],
        mode=Mode.FULL,
        retries=1,
        transport=lambda: transport,
        login=Login(seed["email"], seed["password"]),
    )
    server.close()


def test_what_can_be_tried_there_passes_and_the_rest_is_said(target: Target) -> None:
    options = RunOptions(depth=Cost.QUICK, workers=2, generated=False, keep_ledger=False)
    report = Engine(target, options).run()
    assert [(one.rule_id, one.message) for one in report.findings] == []
    outcomes = {result.outcome.value for result in report.results}
    assert outcomes == {"passed", "skipped"}
    assert all(result.reason for result in report.results if result.outcome.value == "skipped")
    assert sum(result.outcome.value == "passed" for result in report.results) > 100
    assert report.leftovers == []
