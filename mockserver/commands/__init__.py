"""The commands of the command line, one module each; what a command needs is imported when it runs.

A command module has `HELP`, `add_arguments(parser)` and `run(options)`, which gives the exit status.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from importlib import import_module
from types import MappingProxyType
from typing import Final, Protocol, cast

NAMES: Final = (
    "serve",
    "reset",
    "snapshot",
    "clock",
    "jobs",
    "faults",
    "keys",
    "env",
    "exec",
    "fixture",
    "proxy",
    "spec",
    "doctor",
    "completion",
)
# words that Python or its library keeps for itself
MODULES: Final = MappingProxyType({"exec": "execute"})


class Command(Protocol):
    """What a command module has."""

    HELP: str

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the command's flags."""
        ...

    def run(self, options: Namespace) -> int:
        """Do it; the exit status."""
        ...


def command(name: str) -> Command:
    """The module of a command; raises KeyError for one that does not exist."""
    if name not in NAMES:
        raise KeyError(name)
    return cast("Command", import_module(f"{__name__}.{MODULES.get(name, name)}"))
