"""What MkDocs does with pages that are also read in the repository."""

from __future__ import annotations

import posixpath
import re
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from state_drawing import with_drawings

LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)#\s]+)(#[^)]*)?\)")


def on_page_markdown(markdown: str, page: Any, **_: object) -> str:
    """Keep the words alone of a link out of the docs, which the site has no page of, and draw diagrams."""
    folder = posixpath.dirname(page.file.src_uri)

    def replace(found: re.Match[str]) -> str:
        target = found[2]
        if "://" in target or not posixpath.normpath(posixpath.join(folder, target)).startswith(".."):
            return found[0]
        return found[1]

    return with_drawings(LINK.sub(replace, markdown))
