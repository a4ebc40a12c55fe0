"""The plugin's options, one row each: a flag, and an ini key."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

import pytest


@dataclass(frozen=True, slots=True)
class Option:
    """An option; `variable` is the environment variable behind flag and ini key."""

    name: str
    default: str
    help: str
    choices: tuple[str, ...] = ()
    variable: str = ""

    @property
    def flag(self) -> str:
        """The command line's spelling."""
        return "--" + self.name.replace("_", "-")


OPTIONS: Final = (
    Option("insights_url", "", "a fake that runs already; without it one is started", (), "MOCKSERVER_URL"),
    Option("insights_token", "", "the control token of that fake", (), "MOCKSERVER_CONTROL_TOKEN"),
    Option("insights_transport", "socket", "how tests reach a fake of their own", ("socket", "in-process")),
    Option("insights_fixture", "empty", "fixture of the tests' projects, by name or path"),
    Option("insights_profile", "docs", "which generation of PostHog to be", ("docs", "current")),
    Option("insights_seed", "1", "seed of every id, token and draw"),
    Option("insights_report", "20", "how many requests the report of a failing test shows"),
)


def add_options(parser: pytest.Parser) -> None:
    """Add every option and its ini key."""
    group = parser.getgroup("insights", "PostHog's Insights API, mocked")
    for option in OPTIONS:
        group.addoption(
            option.flag,
            dest=option.name,
            choices=option.choices or None,
            metavar=option.name.removeprefix("insights_").upper(),
            help=f"{option.help} (ini key {option.name})",
        )
        parser.addini(option.name, f"{option.help} (default {option.default or 'none'})")


def value_of(config: pytest.Config, name: str) -> str:
    """An option's value: flag, environment, ini key, default, in this order. Raises UsageError."""
    option = next(each for each in OPTIONS if each.name == name)
    found = config.getoption(name) or os.environ.get(option.variable) or config.getini(name) or option.default
    if option.choices and found not in option.choices:
        raise pytest.UsageError(f"{name} cannot be {found!r}; choose {' or '.join(option.choices)}")
    return str(found)
