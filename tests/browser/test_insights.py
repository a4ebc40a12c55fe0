"""Insights and dashboards: the list, every kind of picture, the buttons that refresh."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from .conftest import OpenPage
from .screens import read
from .serving import Served

# what the picture of each kind says of itself; a chart is drawn on a canvas, but has words too
PICTURES = {
    1: "Lines of Visitors over 31 points",
    2: "Lines of Pageview (current), Pageview (previous) over 15 points",
    4: "Bars of signed up over 14 points",
    5: "Lines of signed up over",
    6: "Areas of note created, note shared, comment added over",
    8: "Shares of starter, team, business",
    9: "Bars of Chrome, Mobile Safari",
    10: "World map; most in United States",
    12: "Bars of business, team, starter over 14 points",
    19: "Lines of all users, Beta testers over",
    24: "Funnel of 1. Visited, 2. Signed up, 3. Made a workspace, 4. Wrote a note;",
    25: "Desktop:",
    26: "Histogram of times to convert",
    27: "Lines of Conversion over",
    32: "Bars of note created over",
    34: "Lifecycle over 10 intervals: New",
    36: "Paths of 5 steps",
    39: "Bars of purchases, revenue over 15 points",
}
TABLES = {11: "search performed", 30: "Week 1", 38: "$pageview", 41: "purchase"}
FAILING: dict[str, Any] = {
    "name": "Fails",
    "query": {
        "kind": "DataVisualizationNode",
        "source": {"kind": "HogQLQuery", "query": "SELECT nothing FROM nowhere"},
    },
}


def test_every_kind_of_insight_is_drawn_as_it_asks(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/sign-in")
    for insight, words in PICTURES.items():
        read(served, str(insight), "blocking")
        page.goto(f"{served.url}/_mock/ui/insights/{insight}")
        picture = page.locator("#picture .canvas[data-drawn]")
        expect(picture).to_have_attribute("aria-label", re.compile(re.escape(words)))
    for insight, text in TABLES.items():
        read(served, str(insight), "blocking")
        page.goto(f"{served.url}/_mock/ui/insights/{insight}")
        expect(page.locator("#picture table").first).to_contain_text(text)


def test_one_number_is_shown_large_with_how_it_changed(served: Served, open_page: OpenPage) -> None:
    read(served, "7", "blocking")
    page = open_page("/_mock/ui/insights/7")
    expect(page.locator(".number-face strong")).to_have_text(re.compile(r"^\$[\d,]+$"))
    expect(page.locator(".number-face")).to_contain_text(re.compile(r"(up|down) [\d.,]+% from \$"))


@pytest.mark.parametrize("mode", ["force_cache", "blocking", "lazy_async", "force_blocking", "force_async"])
def test_each_mode_has_a_button_that_asks_for_it(open_page: OpenPage, mode: str) -> None:
    page = open_page("/_mock/ui/insights/4")
    expect(page.get_by_text("Nothing is cached for this query yet.")).to_be_visible()
    page.get_by_role("button", name=mode, exact=True).click()
    expect(page.locator("#response code")).to_have_text(f"GET /api/projects/1/insights/4?refresh={mode}")
    if mode.endswith("blocking"):
        expect(page.locator(".canvas[data-drawn]")).to_be_visible()
    if mode.endswith("_async"):
        expect(page.locator("#job")).to_contain_text("is queued")


def test_the_query_and_the_raw_response_stand_beside_the_picture(served: Served, open_page: OpenPage) -> None:
    read(served, "1", "blocking")
    page = open_page("/_mock/ui/insights/1")
    expect(page.locator("#query")).to_contain_text('"kind": "TrendsQuery"')
    expect(page.locator("#response")).to_contain_text('"short_id": "bouyRik9"')
    expect(page.locator("#facts")).to_contain_text("2026-06-17 12:00:00")
    expect(page.locator("#forecast")).to_contain_text("Stale in 6 h")


def test_a_query_that_fails_says_why(served: Served, open_page: OpenPage) -> None:
    made = served.api("POST", "insights", FAILING)
    page = open_page(f"/_mock/ui/insights/{made['id']}")
    page.get_by_role("button", name="blocking", exact=True).click()
    expect(page.locator("#picture [role='alert']")).to_contain_text(re.compile("nowhere|nothing", re.I))
    page.get_by_role("button", name="force_async", exact=True).click()
    expect(page.locator("#job")).to_contain_text("is queued")
    served.mock("POST", "clock/advance", {"seconds": 60})
    expect(page.locator("#job")).to_be_hidden()


def test_an_insight_that_is_not_there_says_so(open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/insights/98765")
    expect(page.get_by_role("alert")).to_have_text("Not found.")


def test_the_list_is_narrowed_and_paged(served: Served, open_page: OpenPage) -> None:
    for number in range(5):
        served.api("POST", "insights", {"name": f"Extra {number}"})
    page = open_page("/_mock/ui/insights")
    rows = page.locator("#list tbody tr")
    expect(rows).to_have_count(50)
    page.get_by_role("button", name="Older").click()
    expect(page.get_by_text(re.compile(r"^51 to \d+ of \d+$"))).to_be_visible()
    page.get_by_label("Kind").select_option("FUNNELS")
    expect(rows.first).to_contain_text("Funnels")
    expect(page.get_by_role("button", name="Older")).to_be_disabled()
    page.get_by_label("Search").fill("no such thing")
    expect(page.get_by_text("No insight fits.")).to_be_visible()


def test_the_list_follows_what_is_changed(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/insights")
    expect(page.get_by_role("link", name="Daily visitors")).to_be_visible()
    expect(page.locator("#link")).to_have_text("live")
    served.api("PATCH", "insights/1", {"name": "Visitors by day"})
    expect(page.get_by_role("link", name="Visitors by day")).to_be_visible()


def test_tiles_stand_where_their_layouts_put_them(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/dashboards")
    page.get_by_role("link", name=re.compile("how are we doing")).click()
    expect(page.get_by_text("7 of 7 tiles")).to_be_visible()
    expect(page.locator(".tile.text")).to_contain_text("Numbers for everybody.")
    boxes = [tile.bounding_box() for tile in page.locator(".layout > .tile").all()]
    text, visitors, revenue = boxes[:3]
    assert text["y"] == visitors["y"] < revenue["y"]
    assert text["x"] == revenue["x"] < visitors["x"]
    assert visitors["height"] > revenue["height"] > text["height"]
    assert all(
        page.evaluate("[...document.querySelectorAll('.tile .canvas')].map(e => e.clientHeight > 100)")
    )


def test_a_dashboard_that_is_not_there_says_so(open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/dashboards/98765")
    expect(page.locator("#page")).to_contain_text("Not found.")
