"""The fake in tests: a context manager, handles to steer it, an ASGI app, and a pytest plugin.

Everything is imported when it is first asked for: pytest loads the plugin at every start, also where no
test needs a server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .container import MockServerContainer as MockServerContainer
    from .control import ControlError as ControlError
    from .local import MockServer as MockServer
    from .local import asgi_app as asgi_app
    from .project import Project as Project
    from .server import Server as Server

HOMES: Final = (
    ("ControlError", "control"),
    ("MockServer", "local"),
    ("MockServerContainer", "container"),
    ("Project", "project"),
    ("Server", "server"),
    ("asgi_app", "local"),
)

__all__ = ["ControlError", "MockServer", "MockServerContainer", "Project", "Server", "asgi_app"]


def __getattr__(name: str) -> Any:
    """What is asked for, from the module that holds it."""
    from importlib import import_module

    for each, module in HOMES:
        if each == name:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
