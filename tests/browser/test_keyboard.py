"""Everything can be reached and used by keyboard, in the order in which it is read."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from .conftest import OpenPage
from .screens import SCREENS, Screen, read
from .serving import Served
from .settling import settle

NAMES = ("overview", "insights", "dashboard", "queries", "clock", "faults", "requests", "state", "trends")
NAMES += ("shared-insight", "shared-dashboard", "unlock", "sign-in")
WALKED = tuple(screen for screen in SCREENS if screen.name in NAMES)

NUMBER = """() => {
  const all = document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]');
  const isSeen = each => each.checkVisibility({ visibilityProperty: true });
  const reachable = [...all].filter(each => isSeen(each) && !each.disabled);
  reachable.forEach((each, place) => { each.dataset.place = place; });
  return reachable.length;
}"""
HELD = """() => {
  const held = document.activeElement;
  const style = getComputedStyle(held);
  const isSeen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const place = held === document.body ? null : Number(held.dataset.place ?? -1);
  return [place, isSeen, held.outerHTML.slice(0, 120)];
}"""


def walk(page: Any, count: int) -> list[int]:
    """Press Tab until the page ends; gives the places that were reached, in order."""
    reached: list[int] = []
    # a field of date and time has a stop for each of its parts
    for _ in range(count + 12):
        page.keyboard.press("Tab")
        place, is_seen, html = page.evaluate(HELD)
        if place is None:
            break
        assert is_seen, f"nothing shows that the keyboard is on {html}"
        if not reached or reached[-1] != place:
            reached.append(place)
    return reached


@pytest.mark.parametrize("screen", WALKED, ids=lambda screen: screen.name)
def test_tab_reaches_everything_in_the_order_of_reading(open_prepared: OpenPage, screen: Screen) -> None:
    page = open_prepared(screen)
    expect(page.locator(screen.ready).first).to_be_visible()
    settle(page)
    page.evaluate("document.activeElement.blur()")
    count = page.evaluate(NUMBER)
    assert count > 0
    walked = walk(page, count)
    assert walked == list(range(count)), walked


def test_the_first_stop_skips_to_the_content(open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/faults")
    settle(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Switch on: Slow")).to_be_focused()


def test_the_keyboard_stays_on_a_preset_that_it_switches(open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/faults")
    page.get_by_role("button", name="Switch on: Garbage").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Switch off: Garbage")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Switch on: Garbage")).to_be_focused()


def test_the_keyboard_stays_in_a_list_whose_entry_it_removes(served: Served, open_page: OpenPage) -> None:
    for status in (500, 502):
        served.mock("POST", "faults", {"effect": {"status": status}})
    page = open_page("/_mock/ui/faults")
    page.get_by_role("button", name="Remove rule 1").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remove rule 2")).to_be_focused()


def test_the_keyboard_stays_on_a_mode_while_its_result_is_drawn(open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/insights/1")
    page.get_by_role("button", name="blocking", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#freshness")).to_have_text("fresh")
    expect(page.get_by_role("button", name="blocking", exact=True)).to_be_focused()


def test_a_series_is_hidden_and_shown_by_keyboard(served: Served, open_page: OpenPage) -> None:
    read(served, "12", "blocking")
    page = open_page("/_mock/ui/insights/12")
    series = page.get_by_role("button", name="business")
    series.focus()
    page.keyboard.press("Space")
    expect(series).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Space")
    expect(series).to_have_attribute("aria-pressed", "true")


def test_insights_are_searched_and_opened_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/insights")
    page.get_by_label("Search").focus()
    page.keyboard.type("Browsers")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Browsers").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Browsers")).to_be_visible()
    expect(page).to_have_url(re.compile("/_mock/ui/insights/9"))
