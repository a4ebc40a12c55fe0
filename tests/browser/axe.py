"""axe-core, the checker of accessibility rules, run inside a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# what depends on the theme; everything else is the same in both
OF_COLOURS = ("color-contrast", "link-in-text-block")


def broken_rules(page: Any, *rules: str) -> list[str]:
    """What axe-core finds against these rules, or against all of WCAG 2.2 AA and of best practice."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    options = {"runOnly": list(rules or TAGS), "resultTypes": ["violations"], "preload": False}
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]


def broken_in_either_theme(page: Any) -> list[str]:
    """All rules as the page is, and those of colours in the other theme too."""
    found = broken_rules(page)
    page.emulate_media(color_scheme="dark")
    page.wait_for_selector(":root[data-theme='dark']", state="attached")
    return found + [f"dark: {line}" for line in broken_rules(page, *OF_COLOURS)]
