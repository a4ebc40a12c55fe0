"""The suite as ordinary tests: `pytest --pyargs contract_tests --contract-url URL`.

The credentials come from the environment, as for the command line: CONTRACT_API_KEY, CONTRACT_PASSWORD.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .session import Session

NO_URL = "needs --contract-url"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the suite's flags."""
    group = parser.getgroup("contract", "contract tests")
    group.addoption("--contract-url", help="base URL of the server to test")
    group.addoption("--contract-project", default="@current", help="project id")
    group.addoption("--contract-depth", choices=("quick", "full"), default="full")
    group.addoption("--contract-mode", choices=("read-only", "full"), default=None)
    group.addoption("--contract-generation", choices=("docs", "current"), default=None)
    group.addoption("--contract-seed", type=int, default=1)
    group.addoption("--contract-examples", type=int, default=5, help="generated examples an operation")
    group.addoption(
        "--contract-login", default=None, help="e-mail of an account; password in CONTRACT_PASSWORD"
    )
    group.addoption("--contract-i-own-this-project", action="store_true", default=False)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a URL there is nothing to test."""
    for item in items:
        if item.name == "test_generated" and not hasattr(item, "_nodeid"):
            # Schemathesis 4.32 puts the operation into this attribute, which pytest 9 no longer has
            item._nodeid = item.nodeid  # type: ignore[attr-defined]
    if config.getoption("--contract-url", None) is None:
        for item in items:
            if item.path.parent.name == "contract_tests":
                item.add_marker(pytest.mark.skip(reason=NO_URL))


@pytest.fixture(scope="session")
def contract_session(request: pytest.FixtureRequest) -> Iterator[Session]:
    """One probed target for all tests of a process; what they have made is deleted at the end."""
    from .cli_options import parser, run_options_of, target_of
    from .errors import Misuse
    from .session import Session

    config = request.config
    flags: list[str] = [
        "run",
        config.getoption("--contract-url"),
        "--project",
        config.getoption("--contract-project"),
    ]
    for name in ("depth", "mode", "generation", "seed", "examples", "login"):
        value: Any = config.getoption(f"--contract-{name}")
        if value is not None:
            flags += [f"--{name}", str(value)]
    if config.getoption("--contract-i-own-this-project"):
        flags.append("--i-own-this-project")
    options = parser().parse_args(flags)
    try:
        session = Session(target_of(options), run_options_of(options))
    except Misuse as misuse:
        pytest.exit(f"contract tests: {misuse}", returncode=2)
    yield session
    session.close()


@pytest.fixture(scope="session")
def contract_schema(contract_session: Session) -> Any:
    """The contract for Schemathesis' `parametrize`, sent over the suite's own wire."""
    return contract_session.schema()


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say what is tested."""
    if config.getoption("--contract-url", None) is None:
        return None
    key = "with" if os.environ.get("CONTRACT_API_KEY") else "without"
    return f"contract tests: {config.getoption('--contract-url')}, {key} an API key"
