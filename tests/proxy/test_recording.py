"""A session that was recorded is served again: as it was, and with everything on top that a server does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from contract_tests.cli import main as contract_tests
from mockserver.proxy.recorder import RecordOptions
from mockserver.seeding.reading import load_fixture
from mockserver.testing import MockServer, Server
from tests.proxy.serving import Proxied, proxying

# so that what waits in the background still waits on either side when it is looked at
LONG = 600.0
ASKED: Mapping[str, Any] = {
    "kind": "TrendsQuery",
    "series": [{"kind": "EventsNode", "event": "purchase", "math": "sum", "math_property": "amount"}],
    "breakdownFilter": {"breakdown": "company", "breakdown_type": "person"},
}
TABLE: Mapping[str, Any] = {
    "kind": "HogQLQuery",
    "query": "select person.properties.email, count() from events where event = 'purchase'"
    " group by 1 limit 5",
}


@dataclass(frozen=True)
class Session:
    """A server that was recorded twice: with made-up names, and as it is."""

    origin: Server
    made_up: Path
    as_it_is: Path
    answers: Mapping[str, Any]


def client(server: Server, url: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {server.project.api_key}"}
    return httpx.Client(base_url=f"{url}/api/projects/1", headers=headers, timeout=60)


def look_around(proxied: Proxied, origin: Server) -> dict[str, Any]:
    """Ask for all that there is, as the story of a comparison does not."""
    with client(origin, proxied.url) as http:
        page = http.get("/insights", params={"limit": 25, "order": "id", "refresh": "blocking"}).json()
        boards = http.get("/dashboards", params={"limit": 100}).json()["results"]
        for kind, listed in (("insights", page["results"]), ("dashboards", boards)):
            for each in listed:
                http.get(f"/{kind}/{each['id']}/sharing")
        for board in boards:
            http.get(f"/dashboards/{board['id']}")
        http.get("/insights/my_last_viewed")
        http.get("/insights/activity", params={"limit": 200})
        trend = http.post("/query", json={"query": ASKED}).json()
        table = http.post("/query", json={"query": TABLE}).json()
        narrow = http.get(
            f"/insights/{page['results'][0]['id']}?filters_override=%7B%22date_from%22:%22-3d%22%7D"
        )
    return {"page": page["results"], "trend": trend, "table": table, "narrow": narrow.json()}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    folder = tmp_path_factory.mktemp("recorded")
    made_up, as_it_is = folder / "made-up.yaml", folder / "as-it-is.yaml"
    with (
        pytest.MonkeyPatch.context() as patch,
        MockServer(fixture="demo", profile="docs", queue_seconds=LONG) as origin,
        proxying(origin.url, keep_host=True, timeout=120.0, app={"record": RecordOptions(made_up)}) as hidden,
        proxying(
            hidden.url,
            keep_host=True,
            timeout=120.0,
            app={"record": RecordOptions(as_it_is, keep_names=True)},
        ) as shown,
    ):
        patch.setenv("CONTRACT_API_KEY", origin.project.api_key)
        patch.setenv("XDG_STATE_HOME", str(folder))
        told = ["drift", "--left", shown.url, "--right", origin.url, "--story", "full", "--quiet"]
        assert contract_tests(told) == 0
        answers = look_around(shown, origin)
        for proxied in (hidden, shown):
            assert proxied.counts()["calls"]["failed"] == 0
            written = proxied.http.post("/_mock/proxy/recording", timeout=60)
            assert written.status_code == 200
            assert all("a fixture is of one project" in line for line in written.json()["left_out"])
        yield Session(origin, made_up, as_it_is, answers)


@pytest.fixture(scope="module")
def replay(session: Session) -> Iterator[Server]:
    with MockServer(fixture=str(session.as_it_is), profile="docs") as server:
        yield server


def drift(session: Session, right: Server, report: Path, *flags: str) -> dict[str, Any]:
    keys = ("--left-key", session.origin.project.api_key, "--right-key", right.project.api_key)
    sides = ("--left", session.origin.url, "--right", right.url)
    contract_tests(["drift", *sides, *keys, "--fail-on", "note", "--json", str(report), *flags])
    told: dict[str, Any] = json.loads(report.read_text())
    return told


@pytest.mark.slow
def test_nothing_tells_a_replay_from_what_was_recorded(session: Session, tmp_path: Path) -> None:
    with MockServer(fixture=str(session.as_it_is), profile="docs", queue_seconds=LONG) as right:
        told = drift(session, right, tmp_path / "report.json")
    assert told["compared"] == "values"
    assert told["findings"] == []


@pytest.mark.slow
def test_a_replay_with_made_up_names_has_the_same_shapes(session: Session, tmp_path: Path) -> None:
    with MockServer(fixture=str(session.made_up), profile="docs", queue_seconds=LONG) as right:
        told = drift(session, right, tmp_path / "report.json")
    assert told["compared"] == "shapes"
    assert told["findings"] == []


def test_recorded_queries_are_answered_as_recorded_however_they_are_asked(
    session: Session, replay: Server
) -> None:
    with client(replay, replay.url) as http:
        for name, query in (("trend", ASKED), ("table", TABLE)):
            for mode in ("force_cache", "blocking", "force_blocking"):
                answer = http.post("/query", json={"query": query, "refresh": mode}).json()
                recorded = session.answers[name]
                assert answer["results"] == recorded["results"]
                assert {*answer} == {*recorded}
                assert [answer.get(each) for each in ("columns", "types", "hasMore", "limit")] == [
                    recorded.get(each) for each in ("columns", "types", "hasMore", "limit")
                ]


def test_insights_show_their_recorded_results_at_once_under_their_own_ids(
    session: Session, replay: Server
) -> None:
    with client(replay, replay.url) as http:
        page = http.get("/insights", params={"limit": 25, "order": "id"}).json()["results"]
        one = http.get("/insights/", params={"short_id": page[3]["short_id"]}).json()["results"]
    seen = [(each["id"], each["short_id"], each["name"], each["result"]) for each in page]
    assert seen == [
        (each["id"], each["short_id"], each["name"], each["result"]) for each in session.answers["page"]
    ]
    assert [each["id"] for each in one] == [page[3]["id"]]


def test_an_insight_that_was_narrowed_down_is_saved_as_it_was(session: Session, replay: Server) -> None:
    number = session.answers["narrow"]["id"]
    with client(replay, replay.url) as http:
        plain = http.get(f"/insights/{number}").json()
        narrow = http.get(f"/insights/{number}?filters_override=%7B%22date_from%22:%22-3d%22%7D").json()
    assert plain["query"] == session.answers["page"][0]["query"]
    assert narrow["query"] == session.answers["narrow"]["query"]
    assert narrow["result"] == session.answers["narrow"]["result"]


def test_other_queries_are_calculated_and_what_is_done_is_remembered(session: Session) -> None:
    with (
        MockServer(fixture=str(session.as_it_is)) as server,
        client(server, server.url) as http,
    ):
        other = {**ASKED, "interval": "week"}
        answer = http.post("/query", json={"query": other}).json()
        assert len(answer["results"][0]["data"]) < 8
        made = http.post(
            "/insights", json={"name": "Of my own", "query": {**ASKED, "interval": "hour"}}
        ).json()
        assert http.patch(f"/insights/{made['id']}", json={"favorited": True}).json()["favorited"] is True
        first = session.answers["page"][0]
        shown = http.patch(f"/insights/{first['id']}?refresh=force_blocking", json={"query": other}).json()
        assert shown["result"] != first["result"]
        server.project.reset()
        again = http.get(f"/insights/{first['id']}").json()
        assert again["result"] == first["result"]


def test_nothing_of_the_people_and_their_names_is_in_a_fixture_with_made_up_names(session: Session) -> None:
    text = session.made_up.read_text("utf-8").lower()
    page = session.answers["page"]
    told = {each["name"] for each in page if each["name"] and len(each["name"]) > 12}
    authors = [each["created_by"] for each in page if each["created_by"]]
    told |= {author[field] for author in authors for field in ("last_name", "distinct_id", "uuid")}
    told |= {series["label"] for series in session.answers["trend"]["results"] if "," in series["label"]}
    told |= {row[0].partition("@")[0] for row in session.answers["table"]["results"] if row[0]}
    told |= {"Worked on a note"}
    assert len(told) > 40
    assert {each for each in told if each.lower() in text} == set()


def test_no_secret_is_in_either_fixture(session: Session) -> None:
    with client(session.origin, session.origin.url) as http:
        shared = [http.get(f"/insights/{each['id']}/sharing").json() for each in session.answers["page"]]
        project = http.get(f"{session.origin.url}/api/projects/1").json()
    tokens = {each["access_token"] for each in shared if each["created_at"]}
    assert tokens
    secrets = tokens | {session.origin.project.api_key, project["api_token"], session.origin.project.password}
    for path in (session.made_up, session.as_it_is):
        text = path.read_text("utf-8")
        assert {secret for secret in secrets if secret and secret in text} == set()


def test_counts_of_recorded_results_stay_with_made_up_names(session: Session) -> None:
    results = load_fixture(str(session.made_up)).content["results"]
    (trend,) = (each for each in results if each["query"].get("breakdownFilter") == ASKED["breakdownFilter"])
    recorded = session.answers["trend"]["results"]
    shown: Any = trend["results"]
    assert [series["data"] for series in shown] == [series["data"] for series in recorded]
    assert [series["label"] for series in shown] == [series["breakdown_value"] for series in shown]
