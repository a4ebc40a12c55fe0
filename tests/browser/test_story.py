"""The story that the console is for: what happens on the server is seen as it happens."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from .axe import broken_in_either_theme
from .conftest import OpenPage
from .serving import Served, serve


def test_a_chart_appears_when_the_clock_is_moved_past_its_calculation(
    served: Served, open_page: OpenPage
) -> None:
    served.mock("PUT", "clock", {"frozen": False})
    clock = open_page("/_mock/ui/clock")
    clock.get_by_role("button", name="Freeze").click()
    expect(clock.locator("#state")).to_have_text("frozen")
    page = open_page("/_mock/ui/insights/1")
    expect(page.get_by_text("Nothing is cached for this query yet.")).to_be_visible()
    expect(page.locator("#moment-state")).to_have_text("frozen")
    page.get_by_role("button", name="async", exact=True).click()
    expect(page.get_by_text(re.compile(r"Job \d+ is queued"))).to_be_visible()
    assert page.locator(".canvas").count() == 0
    page.evaluate("window.neverReloaded = true")
    clock.get_by_role("button", name="+ 1 s", exact=True).click()
    expect(page.get_by_text(re.compile(r"Job \d+ is running"))).to_be_visible()
    clock.get_by_role("button", name="+ 30 s").click()
    expect(page.locator(".canvas[data-drawn]")).to_be_visible()
    expect(page.locator("#freshness")).to_have_text("fresh")
    expect(page.get_by_text(re.compile(r"Job \d+ is"))).to_be_hidden()
    assert page.evaluate("window.neverReloaded") is True
    expect(clock.locator("#changed")).to_contain_text("complete")
    assert not broken_in_either_theme(clock)


def test_a_result_grows_stale_before_ones_eyes(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/insights/1")
    page.get_by_role("button", name="blocking", exact=True).click()
    expect(page.locator("#freshness")).to_have_text("fresh")
    served.mock("POST", "clock/advance", {"seconds": 7 * 3600})
    expect(page.locator("#freshness")).to_have_text("stale")
    served.mock("POST", "clock/advance", {"seconds": 7 * 3600})
    expect(page.locator("#freshness")).to_have_text("lazily stale")
    expect(page.locator("#forecast")).to_contain_text("queue a calculation")


def test_a_dashboard_is_refreshed_together_with_a_progress_bar(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/dashboards/1")
    expect(page.get_by_text("7 of 7 tiles")).to_be_visible()
    page.get_by_role("button", name="Refresh in the background").click()
    expect(page.get_by_text("0 of 7 tiles")).to_be_visible()
    bar = page.get_by_role("progressbar", name="Tiles refreshed")
    expect(bar).to_have_attribute("aria-valuenow", "0")
    # all have been asked for before time moves on
    expect(page.get_by_text("Being calculated …")).to_have_count(7)
    served.mock("POST", "clock/advance", {"seconds": 60})
    expect(page.get_by_text("7 of 7 tiles")).to_be_visible()
    expect(bar).to_have_attribute("aria-valuenow", "7")
    # a second in the queue and three at work
    expect(page.get_by_text("Calculated 2026-06-17 12:00:04")).to_have_count(7)


def test_a_server_that_has_gone_is_missed(chromium: Any) -> None:
    page = chromium.new_page()
    with serve() as own:
        page.goto(f"{own.url}/_mock/ui/clock")
        expect(page.locator("#link")).to_have_text("live")
    expect(page.locator("#link")).to_have_text("no connection")
    page.close()
