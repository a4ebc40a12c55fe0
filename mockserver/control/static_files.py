"""The files of the console and of shared pages: scripts, styles, pictures, fonts. None of them is secret."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent.parent / "static"
NAME: Final = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9]+)+")
MEDIA_TYPES: Final = MappingProxyType(
    {
        ".js": "text/javascript",
        ".css": "text/css",
        ".svg": "image/svg+xml",
        ".txt": "text/plain",
        ".woff2": "font/woff2",
    }
)
SMALLEST_TO_PACK: Final = 1024


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file, plain and packed; `tag` changes with its content."""

    media_type: str
    tag: str
    plain: bytes
    packed: bytes


class StaticFiles:
    """Reads each file once and keeps it."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._held: dict[tuple[str, str], tuple[float, StaticFile]] = {}

    def find(self, folder: str, name: str) -> StaticFile | None:
        """A file in a folder (`""` for the top), or None; a file that was changed is read again."""
        path = self._folder / folder / name
        media_type = MEDIA_TYPES.get(path.suffix)
        if media_type is None or NAME.fullmatch(name) is None or not path.is_file():
            return None
        changed = path.stat().st_mtime
        held = self._held.get((folder, name))
        if held is None or held[0] != changed:
            plain = path.read_bytes()
            tag = f'"{hashlib.sha256(plain).hexdigest()[:20]}"'
            is_text = path.suffix != ".woff2"
            packed = gzip.compress(plain, 6, mtime=0) if is_text and len(plain) >= SMALLEST_TO_PACK else plain
            whole_type = f"{media_type}; charset=utf-8" if is_text else media_type
            held = (changed, StaticFile(whole_type, tag, plain, packed))
            self._held[folder, name] = held
        return held[1]
