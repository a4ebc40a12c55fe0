"""A real server in a process of its own, over real sockets."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def live_server(*flags: str) -> Iterator[dict[str, Any]]:
    """Start `mockserver` on a free port and give what it says at its start; stopped afterwards."""
    command = [sys.executable, "-m", "mockserver", "--port", "0", "--log-format", "json"]
    quiet = ["--log-requests", "false", "--fixture", "empty"]
    process = subprocess.Popen([*command, *quiet, *flags], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, "the server did not start"
        yield json.loads(line)
    finally:
        process.terminate()
        process.wait(20)
