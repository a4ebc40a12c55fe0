"""The whole state: snapshots, differences, reset, export, import, keys, scopes."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import expect

from .axe import broken_in_either_theme
from .conftest import OpenPage
from .serving import Served


def test_what_a_change_did_is_shown_as_a_tree(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/state")
    # a key remembers that it was used, so it is used before the snapshot too
    served.api("GET", "insights/1")
    page.get_by_label("Name").fill("before")
    page.get_by_role("button", name="Take one").click()
    expect(page.get_by_role("button", name="Restore before")).to_be_visible()
    served.api("PATCH", "insights/1", {"name": "Renamed"})
    made = served.api("POST", "insights", {"name": "Brand new"})
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#diff")).to_contain_text('"Daily visitors" → "Renamed"')
    expect(page.locator("#diff li.came").first).to_contain_text("+ ")
    expect(page.locator("#diff")).to_contain_text(f"{made['id']} Brand new")
    assert not broken_in_either_theme(page)
    page.get_by_role("button", name="Restore before").click()
    expect(page.get_by_text("The state is that of before again.")).to_be_visible()
    assert served.api("GET", "insights/1")["name"] == "Daily visitors"
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#diff")).to_contain_text("Nothing differs between before and current.")


def test_a_snapshot_is_exported_imported_and_forgotten(
    served: Served, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page("/_mock/ui/state")
    with page.expect_download() as caught:
        page.get_by_role("button", name="Export the present state").click()
    file = tmp_path / "my own state.json"
    caught.value.save_as(file)
    document = json.loads(file.read_text("utf-8"))
    assert caught.value.suggested_filename == "current.json"
    assert document["tables"]["insights"]
    page.get_by_label("Import one (JSON)").set_input_files(file)
    expect(page.get_by_text("my-own-state can be restored now.")).to_be_visible()
    page.get_by_role("button", name="Forget my-own-state").click()
    expect(page.get_by_text("No snapshot has been taken.")).to_be_visible()


def test_a_file_that_is_no_snapshot_is_refused(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/state")
    for text in ("no JSON", '{"tables": {}}'):
        page.get_by_label("Import one (JSON)").set_input_files(
            {"name": "wrong.json", "mimeType": "application/json", "buffer": text.encode()}
        )
        expect(page.locator("#messages p")).not_to_have_count(0)
    assert served.mock("GET", "snapshots") == []


def test_the_server_is_reset_to_another_seed_and_a_project_to_its_own(
    served: Served, open_page: OpenPage
) -> None:
    page = open_page("/_mock/ui/state")
    served.api("PATCH", "insights/1", {"name": "Renamed"})
    page.get_by_role("button", name="Reset this project").click()
    expect(page.get_by_text("The project is as it began.")).to_be_visible()
    assert served.api("GET", "insights/1")["name"] == "Daily visitors"
    page.get_by_label("Fixture").fill("empty")
    page.get_by_label("Seed").fill("7")
    page.get_by_role("button", name="Reset the server").click()
    expect(page.locator("#project option")).to_have_count(1)
    told = served.mock("GET", "info")
    assert (told["fixture"], told["seed"]) == ("empty", 7)
    served.mock("POST", "reset", {"fixture": "demo", "seed": "1"})


def test_fixtures_that_can_be_named_are_offered(open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/state")
    expect(page.locator("#fixtures option")).to_have_count(3)


def test_a_key_made_in_the_console_works_for_its_scopes_alone(served: Served, open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/state")
    page.get_by_label("insight:read").check()
    page.get_by_role("button", name="Make a key").click()
    value = page.locator("#made code").inner_text()
    headers = {"Authorization": f"Bearer {value}"}
    base = f"{served.url}/api/projects/{served.project_id}"
    assert served.http.get(f"{base}/insights?limit=1", headers=headers).status_code == 200
    assert served.http.post(f"{base}/insights", headers=headers, json={}).status_code == 403


def test_what_each_operation_asks_for_is_searched(open_page: OpenPage) -> None:
    page = open_page("/_mock/ui/state")
    section = page.locator("#scopes")
    rows = section.locator("tbody tr")
    expect(section.get_by_role("status")).to_have_text(re.compile(r"^\d\d operations$"))
    section.get_by_label("Search").fill("insights_list")
    expect(rows.first).to_contain_text("insight:read")
    section.get_by_label("Search").fill("")
    section.get_by_label("Scope", exact=True).select_option("sharing_configuration:write")
    expect(rows.first).to_contain_text("sharing")
    section.get_by_label("Search").fill("no such operation")
    expect(section.get_by_text("No operation fits.")).to_be_visible()
