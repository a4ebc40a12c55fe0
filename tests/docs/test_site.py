"""What only the built site has: drawings, and pages that are all in its navigation."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest

from mockserver.refresh.diagram import mermaid
from mockserver.refresh.jobs import EDGES

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def module(name: str) -> Any:
    """A module of the docs' own tools."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_the_drawing_has_every_state_and_every_move() -> None:
    page = f"Before\n\n```mermaid\n{mermaid()}\n```\n\nAfter\n"
    drawn = module("state_drawing").with_drawings(page)
    assert drawn.startswith("Before\n\n<svg ")
    assert drawn.endswith("</svg>\n\nAfter\n")
    assert set(re.findall(r"<text [^>]*>(\w+)<", drawn)) == {str(state) for state in EDGES}
    moves = sum(len(successors) for successors in EDGES.values())
    assert drawn.count("marker-end=") == moves + 2
    (picture,) = re.findall(r"<svg.*</svg>", drawn, re.DOTALL)
    assert "\n" not in picture


def test_a_state_that_has_no_place_is_not_left_out_silently() -> None:
    with pytest.raises(KeyError):
        module("state_drawing").drawing("queued --> nowhere\n")


def test_the_page_on_how_it_is_built_shows_the_state_machine_as_it_is() -> None:
    assert mermaid() in (DOCS / "architecture.md").read_text("utf-8")


def test_every_page_is_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text("utf-8")
    pages = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")}
    assert {page for page in pages if page not in navigation} == set()


def test_every_field_of_a_fixture_is_described() -> None:
    schema = json.loads((ROOT / "fixtures" / "fixture.schema.json").read_text("utf-8"))
    parts = {"": schema, **{name: part for name, part in schema["$defs"].items() if "properties" in part}}
    missing = [
        f"{name}.{field}"
        for name, part in parts.items()
        for field, described in part["properties"].items()
        if not described.get("description")
    ]
    assert missing == []
