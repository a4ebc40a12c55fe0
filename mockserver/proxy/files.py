"""Writing files whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import StartError


def write_whole(path: Path, text: str) -> None:
    """Write a file so that nobody ever sees a part of it; raises StartError where that cannot be done."""
    if path.exists() and not path.is_file():
        # a pipe or a device has no whole
        path.write_text(text, "utf-8")
        return
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_text(text, "utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StartError(f"cannot write {path}: {error.strerror}") from None
