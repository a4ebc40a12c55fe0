"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from pathlib import Path


def describe() -> str:
    """One line: processor, cores, memory, system, versions, and how busy it was."""
    found = re.search(r"model name\s*: (.+)", _read("/proc/cpuinfo"))
    model = found[1] if found else platform.processor()
    total = re.search(r"MemTotal:\s+(\d+) kB", _read("/proc/meminfo"))
    memory = f"{int(total[1]) / 1024**2:.0f} GiB, " if total else ""
    asked = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    node = asked.stdout.strip()
    return (
        f"{len(os.sched_getaffinity(0))} cores of {model}, {memory}{platform.system()} "
        f"{platform.release().split('-')[0]}, Python {platform.python_version()}, Node {node}, "
        f"load average {os.getloadavg()[0]:.1f} at the start"
    )


def two_sides() -> tuple[frozenset[int], frozenset[int]]:
    """One core for the server and the others for the load; nothing where there is but one."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        return frozenset(), frozenset()
    return frozenset(cores[:1]), frozenset(cores[1:])


def _read(place: str) -> str:
    path = Path(place)
    return path.read_text() if path.exists() else ""
