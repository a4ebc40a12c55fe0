"""Steering by hand: the clock, the queries, the faults."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from .axe import broken_in_either_theme
from .conftest import OpenPage
from .screens import read
from .serving import Served

NOW = "2026-06-17 12:00:00"


def test_the_clock_is_set_scrubbed_and_moved(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/clock")
    face = page.locator("#face")
    expect(face).to_have_text(NOW)
    page.get_by_role("button", name="+ 5 min").click()
    expect(face).to_have_text("2026-06-17 12:05:00")
    expect(page.locator("#moment-text")).to_have_text("2026-06-17 12:05:00")
    page.get_by_label("Set to (UTC)").fill("2026-07-01T08:30:15")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(face).to_have_text("2026-07-01 08:30:15")
    page.get_by_label(re.compile("Scrub")).focus()
    page.keyboard.press("ArrowRight")
    expect(face).to_have_text("2026-07-01 09:30:15")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(face).to_have_text("2026-07-01 13:30:15")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    expect(face).to_have_text("2026-07-01 09:30:15")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(face).to_have_text("2026-07-01 07:30:15")
    expect(page.locator("#changed-words")).to_contain_text("Set back.")


def test_the_clock_runs_at_another_rate_and_lets_go(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/clock")
    page.get_by_label("Seconds per real second").fill("2.5")
    page.get_by_role("button", name="Change rate").click()
    page.get_by_role("button", name="Let it run").click()
    expect(page.locator("#state")).to_have_text("running at 2.5 ×")
    expect(page.locator("#face")).not_to_have_text(NOW)
    page.get_by_role("button", name="Run at 3,600 × real time").click()
    expect(page.locator("#moment-state")).to_have_text("× 3600")
    page.get_by_role("button", name="Follow the server").click()
    expect(page.locator("#state")).to_have_text("frozen")
    expect(page.locator("#face")).to_have_text(NOW)


def test_the_servers_clock_is_steered_for_all(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/clock")
    page.get_by_label("Whose clock").select_option("server")
    page.get_by_role("button", name="+ 1 h", exact=True).click()
    expect(page.locator("#face")).to_have_text("2026-06-17 13:00:00")
    for project in (1, 2):
        assert served.mock("GET", f"projects/{project}/clock")["now"] == "2026-06-17T13:00:00Z"


def test_what_the_clock_changed_is_named(served: Served, open_page: OpenPage) -> None:
    read(served, "1", "blocking")
    page = open_page("/_mock/ui/clock")
    page.get_by_role("button", name="+ 7 days").click()
    expect(page.locator("#changed-words")).to_contain_text("1 thing changed")
    expect(page.locator("#changed")).to_contain_text("lazily stale")
    page.get_by_role("link", name="insight 1").click()
    expect(page.locator("#freshness")).to_have_text("lazily stale")


@pytest.mark.parametrize(
    ("verbs", "state"),
    [
        (["Run", "Complete"], "complete"),
        (["Run", "Fail"], "error"),
        (["Cancel"], "cancelled"),
        (["Expire"], "expired"),
    ],
)
def test_a_job_is_moved_along_every_edge(
    served: Served, open_page: OpenPage, verbs: list[str], state: str
) -> None:
    served.mock("PUT", f"projects/{served.project_id}/refresh", {"mode": "manual"})
    read(served, "1", "force_async")
    page = open_page("/_mock/ui/queries")
    for verb in verbs:
        page.get_by_role("button", name=f"{verb} job 1", exact=True).click()
    expect(page.locator("[data-job='1'] .mark")).to_have_text(state)
    expect(page.locator(f".track .ending.{state}")).to_have_count(1)
    assert served.mock("GET", "jobs/1")["state"] == state
    if state == "error":
        assert not broken_in_either_theme(page)


def test_jobs_are_bars_on_one_axis_of_time(served: Served, open_page: OpenPage) -> None:
    read(served, "1", "force_async")
    served.mock("POST", "clock/advance", {"seconds": 2})
    read(served, "4", "force_async")
    page = open_page("/_mock/ui/queries")
    older, newer = page.locator("[data-job='1'] .track"), page.locator("[data-job='2'] .track")
    expect(older).to_have_attribute("aria-label", "Job 1: queued 1 s, running 1 s, running")
    expect(newer).to_have_attribute("aria-label", "Job 2: queued 0 s, queued")
    expect(page.locator(".axis")).to_contain_text("12:00:0")
    begins = [track.locator(".queued").bounding_box()["x"] for track in (older, newer)]
    now = older.locator(".now").bounding_box()["x"]
    assert begins[0] < begins[1]
    assert abs(begins[1] - now) < 3
    page.get_by_label("Show").select_option("86400")
    expect(page.locator(".axis")).to_contain_text("06:00")
    served.mock("POST", "clock/advance", {"seconds": 30})
    expect(older).to_have_attribute("aria-label", "Job 1: queued 1 s, ran 3 s, complete")


def test_a_policy_that_is_set_times_the_next_job(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/queries")
    expect(page.get_by_text("The server's default is in force.")).to_be_visible()
    page.get_by_label("Seconds queued").fill("0")
    page.get_by_label("Seconds running").fill("120")
    page.get_by_label("Outcome").select_option("error")
    page.get_by_label("Error message").fill("Out of memory")
    page.get_by_role("button", name="Use for new jobs").click()
    expect(page.get_by_text("This project's own policy is in force.")).to_be_visible()
    read(served, "1", "force_async")
    expect(page.locator("[data-job='1']")).to_contain_text("running")
    served.mock("POST", "clock/advance", {"seconds": 130})
    expect(page.locator("[data-job='1']")).to_contain_text("Out of memory")
    page.get_by_role("button", name="Back to the default").click()
    expect(page.get_by_text("The server's default is in force.")).to_be_visible()


@pytest.mark.parametrize(
    ("preset", "status"), [("Maintenance", 503), ("Offline", None), ("Garbage", None), ("Cut short", None)]
)
def test_a_preset_is_switched_on_in_one_click_and_its_hits_are_counted(
    served: Served, open_page: OpenPage, preset: str, status: int | None
) -> None:
    page = open_page("/_mock/ui/faults")
    page.get_by_role("button", name=f"Switch on: {preset}").click()
    expect(page.get_by_text("on, 0 hits")).to_be_visible()
    assert outcome(served) == status
    expect(page.get_by_text("on, 1 hit")).to_be_visible()
    if status:
        assert not broken_in_either_theme(page)
    page.get_by_role("button", name=f"Switch off: {preset}").click()
    expect(page.locator("#rules")).to_contain_text("No rule is in force")
    assert outcome(served) == 200


def outcome(served: Served) -> int | None:
    """The status of a request to the insights, or None where the connection broke."""
    headers = {"Authorization": f"Bearer {served.api_key}"}
    try:
        return httpx.get(f"{served.url}/api/projects/1/insights?limit=1", headers=headers).status_code
    except httpx.TransportError:
        return None


BUILT: list[tuple[str, dict[str, str], dict[str, Any], str]] = [
    (
        "status",
        {"Status": "418", "Body": '{"tea": true}'},
        {"status": 418, "body": {"tea": True}},
        "answers 418",
    ),
    ("fixed", {"Milliseconds": "1500"}, {"delay": {"kind": "fixed", "ms": 1500}}, "waits 2 s"),
    (
        "uniform",
        {"At least": "10", "At most": "20"},
        {"delay": {"kind": "uniform", "min_ms": 10, "max_ms": 20}},
        "waits 10 ms to 20 ms",
    ),
    (
        "lognormal",
        {"Median": "40", "Sigma": "0.7"},
        {"delay": {"kind": "lognormal", "median_ms": 40, "sigma": 0.7}},
        "waits about 40 ms",
    ),
    ("throttle", {"Requests a minute": "5"}, {"throttle": {"per_minute": 5}}, "lets through 5 a minute"),
    ("connection", {}, {"connection": "reset"}, "resets the connection"),
]


def test_a_rule_is_built_for_each_effect(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/faults")
    form = page.locator("#builder")
    for number, (name, fields, effect, words) in enumerate(BUILT, start=1):
        form.get_by_label("Effect").select_option(name)
        for label, value in fields.items():
            form.get_by_label(re.compile(f"^{label}")).fill(value)
        form.get_by_role("button", name="Add rule").click()
        row = page.get_by_role("row", name=f"Rule {number} ")
        expect(row).to_contain_text(words)
        assert served.mock("GET", "faults")[-1]["effect"] == effect
    page.get_by_role("button", name="Remove rule 2").click()
    expect(page.locator("#rules tbody tr")).to_have_count(len(BUILT) - 1)
    page.get_by_role("button", name="Remove all").click()
    expect(page.locator("#rules")).to_contain_text("No rule is in force")


def test_a_rule_says_which_requests_and_how_often(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/faults")
    form = page.locator("#builder")
    form.get_by_label("Operation").select_option("insights_create")
    form.get_by_label("Method").select_option("POST")
    form.get_by_label("Share of requests").fill("0.25")
    form.get_by_label("Times").fill("3")
    form.get_by_label("Effect").select_option("contract")
    violation = form.get_by_label("Which violation").input_value()
    form.get_by_role("button", name="Add rule").click()
    row = page.get_by_role("row", name="Rule 1 ")
    for text in (
        "POST insights_create of this project",
        f"breaks the contract by {violation}",
        "25%",
        "0 of 3",
    ):
        expect(row).to_contain_text(text)


def test_a_body_that_is_no_json_is_refused_before_it_is_sent(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/faults")
    page.get_by_label(re.compile("^Body")).fill("{tea")
    page.get_by_role("button", name="Add rule").click()
    expect(page.locator("#messages")).to_contain_text("The body is no JSON")
    assert served.mock("GET", "faults") == []
