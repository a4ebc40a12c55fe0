"""axe-core complains of nothing, in both themes; charts are drawn; nothing is wider than a telephone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .axe import broken_in_either_theme
from .conftest import OpenPage
from .screens import SCREENS, Screen
from .settling import settle

# how many colours each chart has; a canvas that is blank has one
COLOURS = """() => [...document.querySelectorAll('.canvas canvas')].map(canvas => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const seen = new Set();
  for (let at = 0; at < data.length; at += 4) seen.add(data.slice(at, at + 4).join());
  return seen.size;
})"""


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_no_rule_of_accessibility_is_broken_in_either_theme_and_360_pixels_are_enough(
    open_prepared: OpenPage, screen: Screen
) -> None:
    page = open_prepared(screen)
    expect(page.locator(screen.ready).first).to_be_visible()
    assert not broken_in_either_theme(page)
    assert all(colours > 8 for colours in page.evaluate(COLOURS))
    page.set_viewport_size({"width": 360, "height": 900})
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
