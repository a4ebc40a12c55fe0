"""Runs of the suite against servers in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from contract_tests.engine import Engine, RunReport
from contract_tests.mutants.in_process import LOCAL
from contract_tests.options import RunOptions
from contract_tests.rules import Cost
from contract_tests.target import Mode, Target
from tests.contract_suite.independent_server import KEY

Run = Callable[..., RunReport]


def wsgi_target(app: Any, **fields: Any) -> Target:
    """A WSGI app as a target."""
    fields.setdefault("mode", Mode.FULL)
    return Target(LOCAL, "1", KEY, transport=lambda: httpx.WSGITransport(app=app), **fields)


def run_suite(target: Target, **options: Any) -> RunReport:
    """A run without generated tests, unless the options say otherwise."""
    options.setdefault("generated", False)
    options.setdefault("keep_ledger", False)
    options.setdefault("depth", Cost.FULL)
    return Engine(target, RunOptions(**options)).run()


@pytest.fixture
def bench() -> Iterator[Callable[..., Any]]:
    """Fakes in this process, closed after the test."""
    from contract_tests.mutants.trial import Bench, TrialOptions

    made: list[Any] = []

    def start(profile: str, depth: Cost = Cost.QUICK) -> Any:
        one = Bench(TrialOptions(profile, depth, 1, False, None, False))
        one.become("")
        made.append(one)
        return one

    yield start
    for one in made:
        one.close()
