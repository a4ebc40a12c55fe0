"""The code on a page: `python docs/snippets.py PAGE FOLDER` writes its titled blocks as files."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final, NamedTuple

FENCE: Final = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)


class Snippet(NamedTuple):
    """One block: its language, the file that it is, and its text."""

    language: str
    title: str | None
    text: str


def snippets(page: Path) -> list[Snippet]:
    """The blocks of a page, in order."""
    return [Snippet(*found.groups()) for found in FENCE.finditer(page.read_text("utf-8"))]


def write_titled(page: Path, folder: Path) -> None:
    """Write every block that is a file into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for snippet in snippets(page):
        if snippet.title:
            path = folder / snippet.title
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(snippet.text, "utf-8")


if __name__ == "__main__":
    write_titled(Path(sys.argv[1]), Path(sys.argv[2]))
