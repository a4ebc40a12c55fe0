"""Recorded calls, and the command as a user calls it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from contract_tests.cli import main
from mockserver.traffic import Exchange
from tests.conftest import Running
from tests.traffic.calls import recorded_calls


@pytest.fixture(scope="module")
def calls(docs: Running) -> dict[str, Exchange]:
    """Valid calls by name, of a server in the docs profile."""
    return recorded_calls(docs)


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    status: int
    out: str
    err: str


Command = Callable[..., Ran]


@pytest.fixture
def contract_tests(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run `contract-tests` in this process."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)

    def run(*arguments: str | Path) -> Ran:
        status = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Ran(status, out, err)

    return run
