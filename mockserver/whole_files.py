"""Writing files whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write a file of which nobody ever sees a part; raises OSError, and then leaves nothing."""
    if path.exists() and not path.is_file():
        # a pipe or a device has no whole
        path.write_text(text, "utf-8")
        return
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_text(text, "utf-8")
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
