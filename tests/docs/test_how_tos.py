"""What tutorial and how-tos show is run as a reader would: files written, commands run, outputs compared.

Blocks of kind `sh` are run; `console` blocks are for people (they install, or never end).
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [DOCS / "tutorial.md", *sorted((DOCS / "how-to").glob("*.md"))]


def _tools() -> Any:
    spec = importlib.util.spec_from_file_location("snippets", DOCS / "snippets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOLS = _tools()


def environment(folder: Path) -> dict[str, str]:
    """A reader's environment: this Python first, no server that runs already, no report of coverage."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("MOCKSERVER", "PYTEST"))
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    return {
        **kept,
        "PATH": path,
        "HOME": str(folder),
        "PYTEST_ADDOPTS": f"-p no:cacheprovider --rootdir={folder}",
    }


def as_pattern(shown: str) -> str:
    """A shown output as a pattern: `...` stands for anything, also for further lines."""
    return r"\s*" + ".*".join(re.escape(part) for part in shown.strip().split("...")) + r"\s*"


def with_outputs(page: Path) -> list[tuple[str, str | None]]:
    """Each command block of a page, with the output shown right after it."""
    blocks = TOOLS.snippets(page)
    found: list[tuple[str, str | None]] = []
    for place, block in enumerate(blocks):
        if block.language == "sh":
            after = blocks[place + 1] if place + 1 < len(blocks) else None
            found.append((block.text, after.text if after is not None and after.language == "text" else None))
    return found


@pytest.mark.parametrize("page", [page for page in PAGES if with_outputs(page)], ids=lambda page: page.stem)
def test_commands_do_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    TOOLS.write_titled(page, tmp_path)
    for command, shown in with_outputs(page):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=tmp_path,
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        if shown is not None:
            assert re.fullmatch(as_pattern(shown), done.stdout, re.DOTALL), f"{command}\n{done.stdout}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_python_on_the_page_is_python_and_names_what_there_is(page: Path) -> None:
    import mockserver.testing

    for block in TOOLS.snippets(page):
        if block.language != "python":
            continue
        for node in ast.walk(ast.parse(block.text)):
            if isinstance(node, ast.ImportFrom) and node.module == "mockserver.testing":
                assert all(hasattr(mockserver.testing, name.name) for name in node.names)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_file_of_python_is_run_by_a_command_of_its_page(page: Path) -> None:
    commands = " ".join(text for text, _ in with_outputs(page))
    for block in TOOLS.snippets(page):
        if block.language == "python" and block.title:
            stem = block.title.removesuffix(".py")
            assert stem in commands or "pytest" in commands, block.title
