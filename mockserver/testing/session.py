"""What a pytest session and its tests are given, as options and markers say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import pytest

from .control import ControlError
from .local import MockServer
from .plugin_options import value_of
from .project import Project
from .server import Server
from .shared import shared_place, use_shared

CHOICES: Final = ("fixture", "profile", "timezone", "week_start_day", "features", "seed", "name")
STEERING: Final = ("now", "refresh", "faults")


@contextmanager
def open_server(config: pytest.Config) -> Iterator[Server]:
    """The session's fake: the one that is named, the workers' one, or one of its own."""
    url = value_of(config, "insights_url")
    if url:
        server = Server(url, token=value_of(config, "insights_token") or None)
        yield server
        server.close()
        return
    settings = {
        "fixture": "empty",
        "profile": value_of(config, "insights_profile"),
        "seed": value_of(config, "insights_seed"),
    }
    in_process = value_of(config, "insights_transport") == "in-process"
    place = shared_place(config)
    if place is not None and not in_process:
        server = use_shared(place, settings)
        yield server
        server.close()
        return
    with MockServer(in_process=in_process, **settings) as server:
        yield server


def create_project(server: Server, request: pytest.FixtureRequest) -> Project:
    """The project of one test; it fails where its marker asks for what can't be."""
    wanted = _wanted(request.node)
    choices: dict[str, object] = {
        "fixture": value_of(request.config, "insights_fixture"),
        "name": request.node.name[:200],
        "profile": value_of(request.config, "insights_profile"),
        **{name: wanted[name] for name in CHOICES if name in wanted},
    }
    try:
        project = server.create_project(**choices)  # type: ignore[arg-type]
    except ControlError as error:
        pytest.fail(f"no project for {request.node.name}: {error}", pytrace=False)
    try:
        _steer(project, wanted)
    except (ControlError, TypeError) as error:
        project.delete()
        pytest.fail(f"@pytest.mark.insights of {request.node.name}: {error}", pytrace=False)
    return project


def _wanted(node: pytest.Item) -> dict[str, Any]:
    """What the markers say; the nearest has the last word."""
    wanted: dict[str, Any] = {}
    for marker in reversed(list(node.iter_markers("insights"))):
        unknown = [name for name in marker.kwargs if name not in CHOICES + STEERING]
        if unknown or marker.args:
            known = ", ".join(CHOICES + STEERING)
            said = unknown[0] if unknown else "a value without a name"
            pytest.fail(f"@pytest.mark.insights takes {known}; not {said}", pytrace=False)
        wanted.update(marker.kwargs)
    return wanted


def _steer(project: Project, wanted: Mapping[str, Any]) -> None:
    if "now" in wanted:
        project.clock.freeze(wanted["now"])
    refresh = wanted.get("refresh")
    if refresh is not None:
        policy = {"mode": refresh} if isinstance(refresh, str) else refresh
        project.refresh.set(**policy)
    for fault in wanted.get("faults") or ():
        rule = fault if "effect" in fault else {"effect": fault}
        project.faults.add(**rule)
