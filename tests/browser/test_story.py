"""Stories that people live through in the console."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from .conftest import OpenPage
from .serving import Served


def test_a_chart_appears_when_the_clock_is_moved_past_its_calculation(
    served: Served, open_page: OpenPage
) -> None:
    page = open_page("/_mock/ui/insights/1")
    expect(page.get_by_text("Nothing is cached for this query yet.")).to_be_visible()
    page.get_by_role("button", name="async", exact=True).click()
    expect(page.get_by_text(re.compile(r"Job \d+ is queued"))).to_be_visible()
    assert page.locator(".canvas").count() == 0
    page.evaluate("window.neverReloaded = true")
    served.mock("POST", "clock/advance", {"seconds": 2})
    expect(page.get_by_text(re.compile(r"Job \d+ is running"))).to_be_visible()
    served.mock("POST", "clock/advance", {"seconds": 10})
    expect(page.locator(".canvas[data-drawn]")).to_be_visible()
    expect(page.locator("#freshness")).to_have_text("fresh")
    assert page.evaluate("window.neverReloaded") is True


def test_a_result_grows_stale_before_ones_eyes(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/insights/1")
    page.get_by_role("button", name="blocking", exact=True).click()
    expect(page.locator("#freshness")).to_have_text("fresh")
    served.mock("POST", "clock/advance", {"seconds": 7 * 3600})
    expect(page.locator("#freshness")).to_have_text("stale")
    served.mock("POST", "clock/advance", {"seconds": 7 * 3600})
    expect(page.locator("#freshness")).to_have_text("lazily stale")
    expect(page.locator("#forecast")).to_contain_text("queue a calculation")


def test_the_clock_is_frozen_and_moved_and_says_what_changed(served: Served, open_page: OpenPage) -> None:
    served.mock("PUT", "clock", {"frozen": False})
    body = {"operation_id": "insights_retrieve", "path": {"id": "1"}, "query": {"refresh": "blocking"}}
    served.mock("POST", f"projects/{served.project_id}/read", body)
    page = open_page("/_mock/ui/clock")
    page.get_by_role("button", name="Freeze").click()
    expect(page.locator("#state")).to_have_text("frozen")
    page.get_by_role("button", name="+ 7 days").click()
    expect(page.locator("#changed-words")).to_contain_text("1 thing changed")
    expect(page.locator("#changed")).to_contain_text("lazily stale")
    assert served.mock("GET", f"projects/{served.project_id}/clock")["frozen"] is True


def test_a_job_is_moved_by_its_buttons(served: Served, open_page: OpenPage) -> None:
    body = {"operation_id": "insights_retrieve", "path": {"id": "1"}, "query": {"refresh": "force_async"}}
    served.mock("POST", f"projects/{served.project_id}/read", body)
    page = open_page("/_mock/ui/queries")
    page.get_by_role("button", name="Run job 1").click()
    expect(page.locator("[data-job='1']")).to_contain_text("running")
    page.get_by_role("button", name="Complete job 1").click()
    expect(page.get_by_role("button", name="Expire job 1")).to_be_visible()
    assert served.mock("GET", "jobs/1")["state"] == "complete"


def test_a_fault_is_switched_on_in_one_click_and_its_hits_are_counted(
    served: Served, open_page: OpenPage
) -> None:
    page = open_page("/_mock/ui/faults")
    page.get_by_role("button", name="Switch on: Maintenance").click()
    expect(page.get_by_text("on, 0 hits")).to_be_visible()
    served.api("GET", "insights?limit=1")
    expect(page.get_by_text("on, 1 hit")).to_be_visible()
    page.get_by_role("button", name="Switch off: Maintenance").click()
    expect(page.locator("#rules")).to_contain_text("No rule is in force")


def test_a_failed_request_shows_up_live_and_says_why(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/requests")
    expect(page.get_by_text("No request has come yet.")).to_be_visible()
    served.api("PATCH", "insights/1", {"name": 3})
    page.get_by_role("button", name="/api/projects/1/insights/1").click()
    expect(page.locator("#why")).to_contain_text("/name")
    expect(page.locator("#why")).to_contain_text(re.compile(r"openapi\.yaml:\d+"))
    expect(page.locator("#why")).to_contain_text("curl -X PATCH")
    page.get_by_text("Replay").click()
    page.get_by_label(re.compile("Body")).fill('{"name": "Better"}')
    page.get_by_role("button", name="Send again").click()
    expect(page.locator("#replay")).to_contain_text('"name": "Better"')
    expect(page.locator("#entries tbody tr")).to_have_count(2)


def test_a_dashboard_is_refreshed_together_with_a_progress_bar(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/dashboards/1")
    expect(page.get_by_text("7 of 7 tiles")).to_be_visible()
    page.get_by_role("button", name="Refresh in the background").click()
    expect(page.get_by_text("0 of 7 tiles")).to_be_visible()
    served.mock("POST", "clock/advance", {"seconds": 60})
    expect(page.get_by_text("7 of 7 tiles")).to_be_visible()


def test_what_a_change_did_is_shown_as_a_tree(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/state")
    page.get_by_label("Name").fill("before")
    page.get_by_role("button", name="Take one").click()
    expect(page.get_by_role("button", name="Restore before")).to_be_visible()
    served.api("PATCH", "insights/1", {"name": "Renamed"})
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#diff")).to_contain_text('"Daily visitors" → "Renamed"')
    page.get_by_role("button", name="Restore before").click()
    expect(page.get_by_text("The state is that of before again.")).to_be_visible()
    assert served.api("GET", "insights/1")["name"] == "Daily visitors"


def test_a_key_made_in_the_console_works(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/state")
    page.get_by_label("insight:read").check()
    page.get_by_role("button", name="Make a key").click()
    value = page.locator("#made code").inner_text()
    address = f"{served.url}/api/projects/{served.project_id}/insights?limit=1"
    assert served.http.get(address, headers={"Authorization": f"Bearer {value}"}).status_code == 200


def test_insights_are_searched_and_opened_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/insights")
    page.get_by_label("Search").focus()
    page.keyboard.type("Browsers")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Browsers").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Browsers")).to_be_visible()


def test_another_project_is_picked(open_page: OpenPage) -> None:
    page = open_page("/_mock/")
    page.locator("#project").select_option("2")
    expect(page).to_have_url(re.compile("project_id=2"))
    expect(page.locator("#project")).to_have_value("2")


def test_the_theme_is_kept(open_page: OpenPage) -> None:
    page = open_page("/_mock/")
    page.get_by_role("button", name="Dark theme").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
