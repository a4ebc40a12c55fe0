"""The journal: live, filtered, explained, replayed."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from .axe import broken_in_either_theme
from .conftest import OpenPage
from .serving import Served


def entry_ids(served: Served) -> list[int]:
    """The ids of the journal's entries, newest first."""
    return [entry["id"] for entry in served.mock("GET", "requests")]


def test_a_failed_request_shows_up_live_and_says_why(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/requests")
    expect(page.get_by_text("No request has come yet.")).to_be_visible()
    expect(page.locator("#link")).to_have_text("live")
    served.api("PATCH", "insights/1", {"name": 3})
    page.get_by_role("button", name="/api/projects/1/insights/1").click()
    why = page.locator("#why")
    expect(why).to_contain_text("/name")
    expect(why).to_contain_text(re.compile(r"openapi\.yaml:\d+"))
    expect(why).to_contain_text("curl -X PATCH")
    expect(page.locator("#answer")).to_contain_text('"attr": "name"')
    page.get_by_text("Replay").click()
    page.get_by_label(re.compile("Body")).fill('{"name": "Better"}')
    page.get_by_role("button", name="Send again").click()
    expect(page.locator("#replay")).to_contain_text('"name": "Better"')
    expect(page.locator("#entries tbody tr")).to_have_count(2)
    assert not broken_in_either_theme(page)


def test_what_was_answered_is_shown_of_a_request_that_worked(served: Served, open_page: OpenPage) -> None:
    served.api("GET", "insights?limit=1&basic=true")
    page = open_page(f"/_mock/ui/requests#{entry_ids(served)[-1]}")
    answer = page.locator("#answer")
    expect(answer).to_contain_text('"short_id": "bouyRik9"')
    expect(answer).to_contain_text(re.compile(r"application/json.*kB"))
    answer.get_by_text("Its headers").click()
    expect(answer).to_contain_text('"x-mock-operation": "insights_list"')


def test_the_nearest_operation_and_object_are_offered(served: Served, open_page: OpenPage) -> None:
    served.api("GET", "insight/1")
    served.api("GET", "insights/98765")
    page = open_page(f"/_mock/ui/requests#{entry_ids(served)[-1]}")
    expect(page.locator("#why")).to_contain_text("The nearest operation is")
    page.get_by_role("button", name="/api/projects/1/insights/98765").click()
    expect(page.locator("#why")).to_contain_text("Nearest objects")
    page.locator("#why").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("/_mock/ui/(insights|dashboards)/"))


def test_entries_are_filtered(served: Served, open_page: OpenPage) -> None:
    served.api("GET", "insights?limit=1")
    served.api("GET", "insights/98765")
    served.api("POST", "insights", {"name": "Made"})
    served.mock("POST", "faults", {"effect": {"status": 503}})
    served.api("GET", "dashboards")
    page = open_page("/_mock/ui/requests")
    rows = page.locator("#entries tbody tr")
    expect(rows).to_have_count(4)
    outcome = page.get_by_label("Outcome")
    for value, count in (
        ("worked", 2),
        ("failed", 2),
        ("refused", 1),
        ("broke", 1),
        ("fault", 1),
        ("cut", 0),
        ("", 4),
    ):
        outcome.select_option(value)
        expect(rows).to_have_count(count)
    page.get_by_label("Method").select_option("POST")
    expect(rows).to_have_count(1)
    expect(page.get_by_text("1 of 4 requests")).to_be_visible()
    page.get_by_label("Method").select_option("")
    page.get_by_label("Operation").select_option("insights_retrieve")
    expect(rows).to_have_count(1)
    page.get_by_label("Path contains").fill("dashboards")
    expect(page.get_by_text("No request fits.")).to_be_visible()


def test_a_request_that_a_fault_ended_names_the_rule(served: Served, open_page: OpenPage) -> None:
    served.mock("POST", "faults", {"effect": {"status": 503}})
    served.api("GET", "insights?limit=1")
    page = open_page(f"/_mock/ui/requests#{entry_ids(served)[-1]}")
    expect(page.locator("#why")).to_contain_text("Fault rule 1 did it, on purpose.")
    expect(page.get_by_role("columnheader", name="Fault")).to_be_visible()


def test_habits_of_the_client_are_told(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/requests")
    expect(page.locator("#lint")).to_contain_text("Nothing to complain of")
    expect(page.locator("#link")).to_have_text("live")
    served.api("GET", "insights?refresh=true&limit=1")
    expect(page.locator("#lint .note")).to_contain_text(f"1 time, as in request {entry_ids(served)[-1]}")


def test_the_journal_is_emptied(served: Served, open_page: OpenPage) -> None:
    served.api("GET", "insights?limit=1")
    [gone] = entry_ids(served)
    page = open_page("/_mock/ui/requests")
    page.get_by_role("button", name="Empty it").click()
    expect(page.get_by_text("No request has come yet.")).to_be_visible()
    page.goto(f"{served.url}/_mock/ui/requests#{gone}")
    page.reload()
    expect(page.get_by_text("no longer in the journal")).to_be_visible()
