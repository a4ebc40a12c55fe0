"""Pages that are made from tables say what the tables say."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"


def _generator() -> object:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", _generator().PAGES)  # type: ignore[attr-defined]
def test_a_generated_page_is_up_to_date(name: str) -> None:
    made = _generator().PAGES[name]()  # type: ignore[attr-defined]
    assert (DOCS / name).read_text("utf-8") == made, "run `python docs/generate.py`"
