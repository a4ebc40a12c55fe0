"""One server for all workers of pytest-xdist.

The first worker that needs it starts it, under a file lock, and notes its address in a folder that the
controller named; the controller stops it. It also stops by itself when the controller is gone.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

if TYPE_CHECKING:
    from .server import Server

FOLDER: Final = pytest.StashKey[tempfile.TemporaryDirectory[str]]()
NOTE: Final = "server.json"
LOG: Final = "server.log"


class SharedPlace(NamedTuple):
    """Where the server is noted, and the process that it belongs to."""

    folder: Path
    controller: int


def share_with(node: Any) -> None:
    """In the controller: name the folder to a worker."""
    stash = node.config.stash
    if FOLDER not in stash:
        stash[FOLDER] = tempfile.TemporaryDirectory(prefix="mockserver-")
    node.workerinput["insights_folder"] = stash[FOLDER].name
    node.workerinput["insights_controller"] = os.getpid()


def shared_place(config: pytest.Config) -> SharedPlace | None:
    """In a worker: where the server is noted; None outside of pytest-xdist."""
    given = getattr(config, "workerinput", None)
    if given is None or "insights_folder" not in given:
        return None
    return SharedPlace(Path(given["insights_folder"]), given["insights_controller"])


def use_shared(place: SharedPlace, settings: Mapping[str, object]) -> Server:
    """In a worker: the handle to the one server, started where no other worker has. Raises RuntimeError."""
    from filelock import FileLock

    from .server import Server

    note = place.folder / NOTE
    with FileLock(place.folder / "server.lock"):
        if not note.exists():
            started = _start(place, settings)
            note.write_text(json.dumps(started), "utf-8")
    return Server(json.loads(note.read_text("utf-8"))["url"])


def _start(place: SharedPlace, settings: Mapping[str, object]) -> dict[str, object]:
    command = [sys.executable, "-m", "mockserver.testing.shared_process"]
    log = place.folder / LOG
    with log.open("wb") as errors:
        process = subprocess.Popen(  # noqa: S603
            [*command, str(place.controller), json.dumps(dict(settings))],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
    if process.stdout is None:
        raise RuntimeError("the workers' fake has no output")
    with process.stdout:
        line = process.stdout.readline()
    if not line:
        process.wait()
        raise RuntimeError(f"the workers' fake did not start:\n{log.read_text('utf-8', 'replace')}")
    return {"url": json.loads(line)["url"], "pid": process.pid}


def stop_shared(config: pytest.Config) -> None:
    """In the controller: stop the server, where there is one, and drop the folder."""
    if FOLDER not in config.stash:
        return
    folder = config.stash[FOLDER]
    note = Path(folder.name) / NOTE
    if note.exists():
        with suppress(ProcessLookupError):
            os.kill(json.loads(note.read_text("utf-8"))["pid"], signal.SIGTERM)
    folder.cleanup()
    del config.stash[FOLDER]
