"""axe-core finds nothing to complain of, in both themes; nothing is wider than a small telephone."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import OpenPage
from .screens import SCREENS, Screen

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_no_rule_of_accessibility_is_broken(open_prepared: OpenPage, screen: Screen, theme: str) -> None:
    page = open_prepared(screen, theme=theme)
    page.wait_for_selector(screen.ready)
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
    told = [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]
    assert not told


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_nothing_is_wider_than_360_pixels(open_prepared: OpenPage, screen: Screen) -> None:
    page = open_prepared(screen, width=360)
    page.wait_for_selector(screen.ready, state="attached")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
