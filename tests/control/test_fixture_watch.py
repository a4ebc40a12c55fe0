"""A fixture that changes while it is served: new content under the old ids, and what was made since stays."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.control.fixture_watch import FixtureWatch
from mockserver.testing import Project, Server
from mockserver.testing.local import MockServer

CONTENT: dict[str, Any] = {
    "format": 1,
    "organization": {"name": "Mine"},
    "project": {"name": "My project"},
    "people": [
        {"key": "me", "first_name": "Ada", "email": "ada@example.com", "level": "owner"},
        {"key": "you", "first_name": "Bob", "email": "bob@example.com"},
    ],
    "api_keys": [{"label": "Reader", "of": "you", "scopes": ["insight:read"], "value": "phx_reader"}],
    "actions": [{"key": "paid", "name": "Paid", "steps": [{"event": "paid"}]}],
    "variables": [{"key": "v", "name": "V", "code_name": "v", "type": "String", "default": "a"}],
    "insights": [
        {
            "key": "first",
            "name": "First",
            "by": "me",
            "sharing": {"enabled": True},
            "views": [{"by": "me", "at": "1d"}],
        },
        {"key": "second", "name": "Second", "by": "you", "repeat": 2},
    ],
    "dashboards": [
        {
            "key": "board",
            "name": "Board",
            "by": "me",
            "tiles": [{"insight": "first"}, {"insight": "second"}, {"text": "Hi"}],
        }
    ],
}


class Watched:
    """A server whose fixture is written anew and looked at, step by step."""

    def __init__(self, server: Server, watch: FixtureWatch, path: Path) -> None:
        self.server = server
        self.watch = watch
        self.path = path
        self.content = yaml.safe_load(path.read_text("utf-8"))

    def write(self, text: str) -> None:
        """Write the file as an editor does, and let it settle."""
        before = self.path.stat().st_mtime_ns
        self.path.write_text(text, "utf-8")
        os.utime(self.path, ns=(before + 1_000_000_000, before + 1_000_000_000))
        self.watch.look()
        self.watch.look()

    def change(self, edit: Callable[[dict[str, Any]], None]) -> None:
        """Edit the content, and let the change be seen."""
        edit(self.content)
        self.write(yaml.safe_dump(self.content))

    def insights(self, project: Project | None = None) -> dict[str, dict[str, Any]]:
        """Insights by name."""
        project = project or self.server.project
        with project.client() as client:
            return {each["name"]: each for each in client.get(f"{project.url}/insights/").json()["results"]}


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(CONTENT), "utf-8")
    fake = MockServer(fixture=str(path), in_process=True)
    server = fake.start()
    assert fake._app is not None
    yield Watched(server, FixtureWatch(fake._app.services), path)
    fake.stop()


def test_entries_that_are_called_as_before_keep_ids_links_and_keys(watched: Watched) -> None:
    before, project = watched.insights(), watched.server.project
    with project.client() as client:
        link = client.get(f"{project.url}/insights/{before['First']['id']}/sharing").json()["access_token"]
        tiles = client.get(f"{project.url}/dashboards/1/").json()["tiles"]

    def edit(content: dict[str, Any]) -> None:
        content["insights"].insert(0, {"key": "zeroth", "name": "Zeroth", "by": "me"})
        content["insights"][1]["name"] = "First of all"
        content["project"]["name"] = "Renamed"

    watched.change(edit)
    after = watched.insights()
    assert set(after) == {"Zeroth", "First of all", "Second", "Second 2"}
    assert after["First of all"]["id"] == before["First"]["id"]
    assert after["First of all"]["short_id"] == before["First"]["short_id"]
    assert after["Second 2"]["id"] == before["Second 2"]["id"]
    assert after["Zeroth"]["id"] not in {each["id"] for each in before.values()}
    again = watched.server.project
    assert (again.id, again.api_key, again.email, again.password) == (
        project.id,
        project.api_key,
        project.email,
        project.password,
    )
    assert watched.server.info["projects"][0]["name"] == "Renamed"
    with project.client() as client:
        sharing = client.get(f"{project.url}/insights/{before['First']['id']}/sharing").json()
        assert sharing["access_token"] == link
        now = client.get(f"{project.url}/dashboards/1/").json()["tiles"]
    assert [tile["id"] for tile in now] == [tile["id"] for tile in tiles]


def test_what_was_made_since_stays_where_it_still_hangs_on_something(watched: Watched) -> None:
    project, before = watched.server.project, watched.insights()
    with project.client() as client:
        own = client.post(
            f"{project.url}/insights/", json={"name": "Made since", "query": None, "saved": True}
        ).json()
        board = client.post(f"{project.url}/dashboards/", json={"name": "Mine"}).json()
        for number in (before["First"]["id"], before["Second"]["id"], own["id"]):
            boards = client.get(f"{project.url}/insights/{number}/").json()["dashboards"]
            client.patch(f"{project.url}/insights/{number}/", json={"dashboards": [*boards, board["id"]]})
    project.send_events([{"event": "sent since", "distinct_id": "x"}])
    key = watched.server.control("POST", "/projects/1/keys", {"scopes": ["insight:read"]})["value"]
    watched.change(
        lambda content: content["insights"].pop(1) and content["dashboards"][0]["tiles"].pop(1) and None
    )
    assert set(watched.insights()) == {"First", "Made since"}
    with project.client() as client:
        tiles = client.get(f"{project.url}/dashboards/{board['id']}/").json()["tiles"]
        assert [tile["insight"]["name"] for tile in tiles] == ["First", "Made since"]
        assert (
            client.get(f"{project.url}/insights/", headers={"Authorization": f"Bearer {key}"}).status_code
            == 200
        )
        query = {"kind": "HogQLQuery", "query": "SELECT count() FROM events WHERE event = 'sent since'"}
        assert client.post(f"{project.url}/query/", json={"query": query}).json()["results"] == [[1]]


def test_a_link_of_ones_own_gives_way_to_the_fixtures(watched: Watched) -> None:
    project, second = watched.server.project, watched.insights()["Second"]["id"]
    with project.client() as client:
        client.patch(f"{project.url}/insights/{second}/sharing", json={"enabled": True})
        watched.change(lambda content: content["insights"][1].update(sharing={"enabled": False}))
        assert client.get(f"{project.url}/insights/{second}/sharing").json()["enabled"] is False


def test_a_reset_goes_back_to_the_fixture_as_it_is_now(watched: Watched) -> None:
    project = watched.server.project
    watched.change(lambda content: content["insights"][0].update(name="New first"))
    with project.client() as client:
        client.post(f"{project.url}/insights/", json={"name": "Made since", "query": None, "saved": True})
    watched.server.control("POST", f"/projects/{project.id}/reset")
    assert set(watched.insights()) == {"New first", "Second", "Second 2"}
    watched.change(lambda content: content["insights"][0].update(name="Newer first"))
    assert "Newer first" in watched.insights()
    digest = watched.server.info["digest"]
    watched.server.reset()
    assert set(watched.insights()) == {"Newer first", "Second", "Second 2"}
    assert watched.server.info["digest"] == digest


def test_people_come_go_and_are_renamed(watched: Watched) -> None:
    project = watched.server.project

    def edit(content: dict[str, Any]) -> None:
        content["people"] = [
            {
                "key": "boss",
                "first_name": "Adele",
                "email": "adele@example.com",
                "level": "owner",
                "password": "long enough",
            },
            {"key": "they", "first_name": "Cy", "email": "cy@example.com", "level": "admin"},
        ]
        content["api_keys"] = [
            {"label": "Writer", "of": "they", "scopes": ["insight:write"], "value": "phx_writer"}
        ]
        for entry in [*content["insights"], *content["dashboards"]]:
            entry["by"] = "boss"
        content["insights"][0]["views"] = []

    watched.change(edit)
    again = watched.server.project
    assert (again.api_key, again.email, again.password) == (
        project.api_key,
        "adele@example.com",
        "long enough",
    )
    assert watched.insights()["First"]["created_by"]["first_name"] == "Adele"
    with watched.server.client() as client:
        for value, status in (("phx_reader", 403), ("phx_writer", 200)):
            asked = client.get(f"{project.url}/insights/", headers={"Authorization": f"Bearer {value}"})
            assert asked.status_code == status, value


def test_a_key_of_the_same_label_takes_over_scopes_and_value(watched: Watched) -> None:
    project = watched.server.project
    change = {"scopes": ["dashboard:read"], "value": "phx_other", "this_project_only": True}
    watched.change(lambda content: content["api_keys"][0].update(change))
    with watched.server.client() as client:
        for value, path, status in (
            ("phx_reader", "insights", 403),
            ("phx_other", "insights", 403),
            ("phx_other", "dashboards", 200),
        ):
            asked = client.get(f"{project.url}/{path}/", headers={"Authorization": f"Bearer {value}"})
            assert asked.status_code == status, (value, path)


def test_every_project_of_the_fixture_changes_and_no_other(watched: Watched) -> None:
    same = watched.server.create_project(fixture=str(watched.path), name="Chosen")
    other = watched.server.create_project()
    with other.client() as client:
        client.post(f"{other.url}/insights/", json={"name": "Theirs", "query": None, "saved": True})
    assert set(watched.insights(same)) == {"First", "Second", "Second 2"}
    watched.change(lambda content: content["insights"][0].update(name="New first"))
    assert "New first" in watched.insights()
    assert "New first" in watched.insights(same)
    assert set(watched.insights(other)) == {"Theirs"}
    names = {each["id"]: each["name"] for each in watched.server.info["projects"]}
    assert names[same.id] == "Chosen"


def test_the_population_is_what_the_file_says_now(watched: Watched) -> None:
    project = watched.server.project
    count = {"kind": "HogQLQuery", "query": "SELECT count() FROM events"}

    def events() -> int:
        with project.client() as client:
            answer = client.post(f"{project.url}/query/", json={"query": count, "refresh": "blocking"}).json()
            return int(answer["results"][0][0])

    assert events() == 0
    population = {
        "weeks": 2,
        "base_url": "https://a.example",
        "arrivals": {"first_week": 10, "last_week": 10, "weekdays": [1] * 7, "hours": [1] * 24},
        "gaps": [5],
        "stages": [{"name": "visitor", "visits": {"look": 1}}],
        "visits": {"look": [{"event": "seen"}]},
    }
    watched.change(lambda content: content.update(population=population))
    assert 0 < events() <= 20


def test_a_mistake_is_one_line_and_what_was_read_before_is_served(
    watched: Watched, program_log: pytest.LogCaptureFixture
) -> None:
    watched.write("format: [")
    watched.watch.look()
    watched.change(lambda content: content["insights"][0].update(by="nobody"))
    watched.change(lambda content: content["api_keys"].append({**content["api_keys"][0], "label": "Twice"}))
    said = list(program_log.messages)
    assert len(said) == 3, said
    assert all(line.endswith("; going on with what was read before") for line in said)
    assert set(watched.insights()) == {"First", "Second", "Second 2"}
    program_log.clear()
    watched.write(yaml.safe_dump({**CONTENT, "description": "Mended"}))
    assert program_log.messages == ["mine.yaml has changed: 1 project laid out again"]


def test_a_file_that_is_still_being_written_is_waited_for(watched: Watched) -> None:
    text = yaml.safe_dump({**CONTENT, "project": {"name": "Whole"}})
    before = watched.path.stat().st_mtime_ns
    watched.path.write_text(text[:200], "utf-8")
    os.utime(watched.path, ns=(before + 1, before + 1))
    watched.watch.look()
    watched.path.write_text(text, "utf-8")
    os.utime(watched.path, ns=(before + 2, before + 2))
    watched.watch.look()
    assert watched.server.info["projects"][0]["name"] == "My project"
    watched.watch.look()
    assert watched.server.info["projects"][0]["name"] == "Whole"


def test_a_file_that_is_taken_away_is_no_change(watched: Watched) -> None:
    watched.path.unlink()
    watched.watch.look()
    watched.watch.look()
    assert set(watched.insights()) == {"First", "Second", "Second 2"}


def test_a_server_watches_where_it_is_told_to(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(CONTENT), "utf-8")
    fake = MockServer(fixture=str(path), in_process=True, watch=True)
    fake.start()
    assert fake._app is not None
    watch = fake._app.services.watch
    assert watch is not None
    assert watch._thread is not None
    assert watch._thread.is_alive()
    fake.stop()
    assert not watch._thread.is_alive()


def test_results_that_the_file_brings_along_are_laid_out_again_and_a_reset_goes_back_to_them(
    watched: Watched,
) -> None:
    query = {"kind": "HogQLQuery", "query": "select 1"}
    client = watched.server.project.client()

    def shown() -> Any:
        url = f"{watched.server.project.url}/query"
        return client.post(url, json={"query": query, "refresh": "force_blocking"}).json()["results"]

    with client:
        for rows in ([["recorded"]], [["once more"]]):
            watched.change(
                lambda content, rows=rows: content.update(results=[{"query": query, "results": rows}])
            )  # type: ignore[misc]
            assert shown() == rows
            watched.server.project.reset()
            assert shown() == rows
        watched.change(lambda content: content.pop("results"))
        assert shown() == [[1]]
