"""Writing a fixture file: whole or not at all, and only what will be read back."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import Any, Final

import orjson

from ..errors import StartError
from ..resource_files import bundled
from .reading import read_content
from .shapes import FixtureContent

SCHEMA: Final = "fixture.schema.json"
FIRST_LINE: Final = f"# yaml-language-server: $schema={SCHEMA}\n"
WIDTH: Final = 110
SECTION: Final = re.compile(
    r"^(?=(?:people|actions|cohorts|variables|insights|dashboards|population):)", re.M
)


def write_fixture(path: Path, content: FixtureContent, *, comment: str = "", replace: bool = False) -> None:
    """Write a fixture, checked, and beside it the JSON Schema that editors check it by.

    `comment` comes first, a line each. Raises StartError for a file that is there already (without
    `replace`), for a folder that can't be written to, and for content that would not be read back; nothing
    is left half-written.
    """
    lines = "".join(f"# {line}\n" for line in comment.splitlines())
    write_text(path, FIRST_LINE + lines + _yaml(content), replace=replace)


def starter(name: str) -> str:
    """The text of a small, complete fixture whose project is called `name`."""
    import yaml

    text = Path(__file__).with_name("starter.yaml").read_text("utf-8")
    quoted = yaml.safe_dump(name, allow_unicode=True, default_style='"', width=1000).strip()
    return FIRST_LINE + text.replace("NAME", quoted)


def refuse_existing(path: Path, *, replace: bool) -> None:
    """Raise StartError for a file that is there already."""
    if path.exists() and not replace:
        raise StartError(f"{path} is there already; choose another name, or --force to write over it")


def write_text(path: Path, text: str, *, replace: bool = False) -> None:
    """Write the text of a fixture as `write_fixture` does."""
    refuse_existing(path, replace=replace)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".yaml", dir=path.parent)
    except OSError as error:
        raise StartError(f"cannot write {path}: {error.strerror}") from None
    made = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        try:
            read_content(made)
        except StartError as error:
            raise StartError(str(error).replace(str(made), str(path))) from None
        made.chmod(0o644)
        made.replace(path)
        schema = path.with_name(SCHEMA)
        if not schema.exists():
            schema.write_bytes(bundled(f"fixtures/{SCHEMA}").read_bytes())
    except OSError as error:
        raise StartError(f"cannot write {path}: {error.strerror}") from None
    finally:
        made.unlink(missing_ok=True)


def _yaml(content: FixtureContent) -> str:
    import yaml

    fast: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    # no references between entries that happen to hold the same
    dumper = type("Dumper", (fast,), {"ignore_aliases": lambda *_: True})
    results = content.get("results") or []
    text = yaml.dump(
        {name: value for name, value in content.items() if name != "results"},
        Dumper=dumper,
        sort_keys=False,
        allow_unicode=True,
        width=WIDTH,
        default_flow_style=None,
    )
    # a line each, which is YAML as well, and is read many times as fast
    lines = "".join(f"- {orjson.dumps(each).decode()}\n" for each in results)
    return SECTION.sub("\n", text) + (f"\nresults:\n{lines}" if results else "")
