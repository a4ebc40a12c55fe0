"""The first page and what every page has: the picker, the theme, the counts, the requests as they come."""

from __future__ import annotations

import re
import shlex

import pytest
from playwright.sync_api import expect

from .conftest import OpenPage
from .serving import Served


def test_what_is_served_is_told_and_found_to_keep_the_contract(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/")
    facts = page.locator("dl.facts")
    for text in ("docs", "demo", "UTC", served.mock("GET", "info")["digest"][:16]):
        expect(facts).to_contain_text(text)
    expect(page.locator("#conformance-mark")).to_have_text("conforms")
    expect(page.locator("#events")).to_have_text(re.compile(r"^[\d,]{6,}$"))
    expect(page.locator("#span")).to_have_text(re.compile("to 2026-06-17$"))


def test_counts_follow_what_happens(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/")
    expect(page.locator("#link")).to_have_text("live")
    before = int(page.locator("[data-count='insights']").inner_text())
    served.api("POST", "insights", {"name": "One more"})
    expect(page.locator("[data-count='insights']")).to_have_text(str(before + 1))


def test_requests_come_as_they_are_answered(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/")
    expect(page.get_by_text("No request has come yet.")).to_be_visible()
    expect(page.locator("#link")).to_have_text("live")
    served.api("GET", "insights/98765")
    expect(page.locator("#requests")).to_contain_text("404")
    page.get_by_role("link", name="/api/projects/1/insights/98765").click()
    expect(page.locator("#why h3").first).to_have_text("Why it failed")


def test_the_first_request_can_be_copied_and_works(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=served.url)
    page.get_by_role("button", name="Copy the first request").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    program, flag, header, address = shlex.split(page.evaluate("navigator.clipboard.readText()"))
    assert (program, flag) == ("curl", "-H")
    name, value = header.split(": ")
    assert served.http.get(address, headers={name: value}).json()["count"] > 40


def test_where_nothing_may_be_copied_the_text_is_selected(open_page: OpenPage) -> None:
    page = open_page("/_mock/")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.get_by_role("button", name="Copy the base URL").click()
    expect(page.get_by_text("press Ctrl+C to copy")).to_be_visible()
    assert page.evaluate("getSelection().toString()").startswith("http://127.0.0.1:")


@pytest.mark.parametrize("name", ["dashboard", "Freeze the clock", "insight", "Switch on a fault"])
def test_the_tour_leads_somewhere(open_page: OpenPage, name: str) -> None:
    page = open_page("/_mock/")
    page.locator(".tour").get_by_role("link", name=name).first.click()
    expect(page.locator("#page .muted", has_text="Loading")).to_have_count(0)
    expect(page.locator("#page > *").first).to_be_visible()


def test_another_project_is_picked_and_kept(open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/insights")
    page.locator("#project").select_option("2")
    expect(page).to_have_url(re.compile("/ui/insights.project_id=2"))
    expect(page.locator("#project")).to_have_value("2")
    page.get_by_role("link", name="Clock", exact=True).click()
    expect(page.locator("#project")).to_have_value("2")


def test_a_project_with_nothing_in_it_is_told_apart_from_a_fault(served: Served, open_page: OpenPage) -> None:
    made = served.mock("POST", "projects", {"name": "Bare", "fixture": "empty"})
    page = open_page(f"/_mock/?project_id={made['id']}")
    expect(page.locator("#events")).to_have_text("0")
    expect(page.locator("#span")).to_have_text("none yet")
    for name, text in (("insights", "No insight fits."), ("dashboards", "The project has no dashboard.")):
        page.goto(f"{served.url}/_mock/ui/{name}?project_id={made['id']}")
        expect(page.get_by_text(text)).to_be_visible()


def test_the_theme_is_kept(open_page: OpenPage) -> None:
    page = open_page("/_mock/")
    page.get_by_role("button", name="Dark theme").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("button", name="Light theme")).to_be_visible()
