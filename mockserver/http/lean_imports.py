"""Importing Connexion without what only its test client and its token introspection need.

Connexion 3 imports httpx, requests and Starlette's test client as it loads: 0.12 s of each start, for
features that are not used here. While it loads, modules that nobody has imported yet are stood in for.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

UNUSED: Final = ("httpx", "requests", "starlette.testclient")


class StandIn(types.ModuleType):
    """A module with whatever public name is asked for, each an empty class."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


@contextmanager
def stood_in(names: tuple[str, ...] = UNUSED) -> Iterator[None]:
    """Let imports of `names` give stand-ins; what was imported before, or is imported later, is real."""
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update({name: StandIn(name) for name in absent})
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
