"""What is made of calls, one by one: state, whoever it is told by, and nothing of what must not be kept."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from mockserver.clock import Clock
from mockserver.errors import StartError
from mockserver.proxy.recorder import Recorder, RecordOptions
from mockserver.seeding.reading import load_fixture, path_for
from mockserver.traffic import Exchange, Request, Response
from tests.proxy.serving import checker

ANNA = {"id": 3, "first_name": "Anna", "last_name": "Smith", "email": "anna@acme.com"}
SOURCE = {"kind": "TrendsQuery", "series": [{"kind": "EventsNode", "event": "seen"}]}
SQL = {"kind": "HogQLQuery", "query": "select 1"}
INSIGHT: dict[str, Any] = {
    "id": 7,
    "short_id": "abcd1234",
    "name": "Acme sales",
    "query": {"kind": "InsightVizNode", "source": SOURCE},
    "created_by": ANNA,
    "created_at": "2026-01-01T00:00:00Z",
    "tags": [],
}
CONFIGURATION = {
    "created_at": "2026-02-01T00:00:00Z",
    "enabled": True,
    "access_token": "a-token-that-opens-something",
    "settings": {"legend": True},
    "password_required": True,
    "share_passwords": [
        {
            "id": 1,
            "note": "for Bob",
            "created_by_email": "anna@acme.com",
            "is_active": True,
            "created_at": None,
        }
    ],
}
JUNK: Sequence[Any] = (
    *(None, True, 0, -1, 3.5, "", "x" * 500, [], [1], {}, {"a": 1}, "2020-01-01", "{{ first_name }}"),
    *(10**15, "\u0000", [[[]]], {"kind": {"a": []}}, {"id": "a"}, ["a@b"], {"kind": ["x"]}),
)


class Recording:
    """A recorder, and calls that it is told of."""

    def __init__(self, path: Path, **options: Any) -> None:
        self.path = path
        self.recorder = Recorder(RecordOptions(path, **options), checker(), Clock())

    def call(
        self, method: str, place: str, body: Any, sent: Any = None, status: int = 200, **headers: str
    ) -> None:
        """A call, and its answer."""
        exchange = Exchange(
            Request(method, place, {"authorization": "Bearer phx_secretsecretsecret"}, _bytes(sent)),
            Response(status, {"content-type": "application/json", **headers}, _bytes(body)),
        )
        self.recorder(exchange, checker().judge(exchange))

    def get(self, place: str, body: Any, **more: Any) -> None:
        """A call that reads something of project 1."""
        self.call("GET", f"/api/projects/1/{place}", body, **more)

    def content(self) -> dict[str, Any]:
        """The fixture as it is written and read again."""
        self.recorder.write()
        return dict(load_fixture(str(self.path)).content)


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    return b"" if value is None else json.dumps(value).encode()


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    return Recording(tmp_path / "made.yaml", keep_names=True)


def test_later_answers_about_an_insight_replace_what_earlier_ones_said(recording: Recording) -> None:
    recording.get("insights?basic=true", {"count": 1, "results": [INSIGHT]})
    recording.call("PATCH", "/api/projects/1/insights/7", {**INSIGHT, "favorited": True}, {"favorited": True})
    recording.get("insights/7", {"id": 7, "query": None}, status=404)
    (entry,) = recording.content()["insights"]
    assert (entry["id"], entry["short_id"], entry["favorited"]) == (7, "abcd1234", True)


def test_what_is_deleted_in_the_session_is_there_as_deleted_and_can_come_back(recording: Recording) -> None:
    recording.get("insights", {"count": 2, "results": [INSIGHT, {**INSIGHT, "id": 8, "short_id": "x"}]})
    for word, kept in (("deleted", True), ("restored", False)):
        place = f"/api/projects/1/insights/bulk_{'delete' if kept else 'restore'}"
        recording.call("POST", place, {word: [{"id": 7, "name": "Acme sales"}], "skipped": []}, {"ids": [7]})
        entries = {each["id"]: each.get("deleted", False) for each in recording.content()["insights"]}
        assert entries == {7: kept, 8: False}


def test_tags_that_were_set_for_many_are_set(recording: Recording) -> None:
    recording.get("insights", {"count": 1, "results": [INSIGHT]})
    sent = {"ids": [7], "action": "set", "tags": ["kpi"]}
    place = "/api/projects/1/insights/bulk_update_tags"
    recording.call("POST", place, {"updated": [{"id": 7, "tags": ["kpi"]}], "skipped": []}, sent)
    assert recording.content()["insights"][0]["tags"] == ["kpi"]


def test_a_query_that_is_polled_is_recorded_with_its_results(recording: Recording) -> None:
    begun = {"query_status": {"id": "mine", "complete": False, "results": None}}
    done = {"query_status": {"id": "mine", "complete": True, "results": {"results": [[1]], "limit": 100}}}
    recording.call("POST", "/api/projects/1/query", begun, {"query": SQL, "refresh": "async"}, 202)
    assert "results" not in recording.content()
    recording.get("query/mine", done)
    (result,) = recording.content()["results"]
    assert (result["query"], result["results"], result["extra"]) == (SQL, [[1]], {"limit": 100})


def test_an_insight_that_is_calculated_later_is_recorded_with_its_result(recording: Recording) -> None:
    status = {"id": "cache_1", "complete": False, "results": None}
    recording.get("insights/7?refresh=force_async", {**INSIGHT, "result": None, "query_status": status})
    recording.get(
        "query/cache_1", {"query_status": {**status, "complete": True, "results": {"results": [2]}}}
    )
    recording.get("query/unheard", {"query_status": {"id": "unheard", "complete": True, "results": {}}})
    (result,) = recording.content()["results"]
    assert (result["query"], result["results"]) == (SOURCE, [2])


def test_filters_of_a_request_belong_to_the_result_and_not_to_the_insight(recording: Recording) -> None:
    narrow = {"kind": "InsightVizNode", "source": {**SOURCE, "dateRange": {"date_from": "-1d"}}}
    recording.get("insights/7", INSIGHT)
    recording.get(
        'insights/7?filters_override={"date_from":"-1d"}', {**INSIGHT, "query": narrow, "result": [1]}
    )
    override = {"date_from": "-2d"}
    recording.call(
        "POST", "/api/projects/1/query", {"results": [2]}, {"query": SOURCE, "filters_override": override}
    )
    content = recording.content()
    assert content["insights"][0]["query"] == INSIGHT["query"]
    ranges = [each["query"]["dateRange"]["date_from"] for each in content["results"]]
    assert ranges == ["-1d", "-2d"]


def test_links_and_passwords_are_kept_without_what_opens_them(recording: Recording) -> None:
    recording.get("insights/7", INSIGHT)
    recording.get("insights/7/sharing", CONFIGURATION)
    sharing = recording.content()["insights"][0]["sharing"]
    assert (sharing["enabled"], sharing["settings"], sharing["password_required"]) == (
        True,
        {"legend": True},
        True,
    )
    (password,) = sharing["passwords"]
    assert (password["note"], password["by"]) == ("for Bob", "anna-smith")
    text = recording.path.read_text("utf-8")
    assert "a-token-that" not in text
    assert "phx_" not in text


def test_a_shared_page_tells_results_alone(recording: Recording) -> None:
    recording.call("GET", "/shared/sometoken.json", {"insight": {**INSIGHT, "result": [4]}})
    content = recording.content()
    assert "insights" not in content
    assert content["results"][0]["results"] == [4]


def test_keys_in_texts_are_taken_out_whatever_is_kept(recording: Recording) -> None:
    key = "phx_" + "a1B2" * 8
    url = f"https://u:hunter22@acme.com/x?api_key={key}&a=1"
    recording.get("insights/7", {**INSIGHT, "name": f"Key {key}", "description": url})
    (entry,) = recording.content()["insights"]
    assert entry["name"] == "Key REDACTED"
    assert entry["description"] == "https://REDACTED@acme.com/x?api_key=REDACTED&a=1"


def test_one_project_is_recorded_under_all_its_names(recording: Recording) -> None:
    recording.call("GET", "/api/projects/@current/insights/7", INSIGHT)
    recording.call("GET", "/api/projects/5/insights/8", {**INSIGHT, "id": 8, "short_id": "x"})
    recording.call("GET", "/api/projects/6/insights/9", {**INSIGHT, "id": 9, "short_id": "y"})
    team = {"id": 5, "name": "Five"}
    recording.call("GET", "/api/users/@me", {**ANNA, "team": team, "organization": {"name": "Acme"}})
    made = recording.recorder.fixture()
    assert [each["id"] for each in made.content["insights"]] == [7, 8]
    assert made.content["organization"]["name"] == "Acme"
    assert made.left_out == ("project 6: a fixture is of one project",)


@pytest.mark.parametrize(("wanted", "ids"), [(None, [7]), ("6", [9])])
def test_the_project_that_most_is_seen_of_is_recorded_unless_another_is_asked_for(
    tmp_path: Path, wanted: str | None, ids: list[int]
) -> None:
    recording = Recording(tmp_path / "x.yaml", project=wanted)
    recording.call("GET", "/api/projects/6/insights/9", {**INSIGHT, "id": 9})
    for _ in range(2):
        recording.call("GET", "/api/projects/@current/insights/7", INSIGHT)
    recording.call("GET", "/api/projects/@current", {"id": 4, "name": "Four", "timezone": "Asia/Tokyo"})
    content = recording.content()
    assert [each["id"] for each in content["insights"]] == ids
    assert content["project"].get("id") == (None if wanted else 4)


def test_what_cannot_be_read_is_counted_and_what_tells_nothing_is_not(recording: Recording) -> None:
    recording.get("insights", b"{not json")
    recording.get("insights", b"\x1f\x8bbroken", **{"content-encoding": "gzip"})
    recording.get("tags", ["kpi"])
    recording.get("insights/7", [INSIGHT], status=500)
    recording.call("GET", "/api/projects/1/insights?format=csv", b"id,name", **{"content-type": "text/csv"})
    recording.call("HEAD", "/api/projects/1/insights", b"")
    assert recording.recorder.shape()["unread"] == 2
    told = recording.recorder.write().left_out
    assert told == ("2 answers: their bodies are too large, or cannot be read",)
    assert "insights" not in recording.content()


def test_a_dashboard_that_only_insights_tell_of_is_there_and_is_not_listed(recording: Recording) -> None:
    recording.get(
        "insights/7", {**INSIGHT, "dashboard_tiles": [{"id": 5, "dashboard_id": 2, "deleted": None}]}
    )
    (board,) = recording.content()["dashboards"]
    assert (board["id"], board["creation_mode"]) == (2, "unlisted")
    assert board["tiles"] == [{"insight": "acme-sales", "id": 5}]


def test_what_the_format_does_not_allow_is_left_out_and_told(recording: Recording) -> None:
    recording.get("insights/7", {**INSIGHT, "description": "x" * 500, "short_id": "-"})
    made = recording.recorder.write()
    assert set(made.left_out) == {
        "insights[0].description: the format does not allow it",
        "insights[0].short_id: the format does not allow it",
    }
    assert load_fixture(str(recording.path)).content["insights"][0]["name"] == "Acme sales"


def test_what_cannot_be_read_as_a_query_is_left_out_and_told(recording: Recording) -> None:
    odd = {**SOURCE, "properties": [{"key": "a", "type": {"no": "type"}, "value": 1}]}
    node = {"kind": "InsightVizNode", "source": odd}
    recording.get("insights/7", {**INSIGHT, "query": node, "result": [1]})
    board = {"id": 2, "name": "B", "restriction_level": 21, "filters": {"properties": odd["properties"]}}
    recording.get("dashboards/2", board)
    recording.call(
        "POST", "/api/projects/1/query", {"results": [[1]], "timezone": "Asia/Tokyo"}, {"query": SQL}
    )
    made = recording.recorder.write()
    assert [line.partition(" (")[0] for line in made.left_out] == [
        "insight 7: it cannot be read",
        "dashboard 2: it cannot be read",
        "a result of a TrendsQuery: it cannot be read",
    ]
    assert made.content["results"][0]["timezone"] == "Asia/Tokyo"
    assert not {"insights", "dashboards"} & set(made.content)


def test_no_answer_however_strange_keeps_a_fixture_from_being_written(tmp_path: Path) -> None:
    tile = {"id": 1, "insight": {**INSIGHT, "result": [{"label": "a", "data": [1]}]}, "layouts": {}}
    board = {"id": 2, "name": "B", "restriction_level": 21, "tiles": [tile], "filters": {}, "variables": {}}
    change = {"field": "name", "before": "a", "after": "b"}
    entry = {
        "id": "1",
        "user": ANNA,
        "activity": "updated",
        "scope": "Insight",
        "item_id": "7",
        "detail": {"changes": [change]},
        "created_at": "2026-02-01T00:00:00Z",
    }
    filters = [{"key": "email", "type": "person", "operator": "icontains", "value": "@acme.com"}]
    trend = {**INSIGHT, "viewers": [ANNA], "view_count": 4, "last_viewed_at": "2026-02-01T00:00:00Z"}
    alert = {"id": "a", "insight": 7, "name": "A", "threshold": {"name": "x"}}
    variable = {"id": "a", "code_name": "x", "type": "String"}
    organization = {"name": "O", "member_count": 3, "available_product_features": [{"key": "x"}]}
    answers: list[tuple[str, Any]] = [
        ("/api/projects/1/insights", {"count": 1, "results": [{**INSIGHT, "result": [{"data": [1]}]}]}),
        ("/api/projects/1/dashboards/2", board),
        ("/api/projects/1/insights/activity", {"results": [entry], "next": None}),
        ("/api/projects/1/insights/trending", [trend]),
        ("/api/projects/1/insights/7/sharing", CONFIGURATION),
        ("/api/projects/1/alerts", {"count": 1, "results": [alert]}),
        ("/api/projects/1/insight_variables", {"count": 1, "results": [variable]}),
        ("/api/projects/1", {"id": 1, "name": "P", "timezone": "UTC", "test_account_filters": filters}),
        ("/api/users/@me", {**ANNA, "organization": organization}),
    ]
    drawn = random.Random(1)
    for turn in range(40):
        recording = Recording(tmp_path / "x.yaml", keep_names=turn % 2 == 0, replace=True)
        for place, answer in answers:
            body = deepcopy(answer)
            for _ in range(drawn.choice((0, 1, 3))):
                spoil(body, drawn)
            recording.call("GET", place, body)
        recording.call("POST", "/api/projects/1/query", {"results": [[1]]}, {"query": spoilt(SQL, drawn)})
        recording.recorder.write()
        load_fixture(str(recording.path))


def spoil(value: Any, drawn: random.Random) -> None:
    """Put something in the place of a part of a value, at any depth."""
    while isinstance(value, dict | list) and value:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = drawn.choice(keys)
        if not isinstance(value[key], dict | list) or not value[key] or drawn.random() < 0.25:
            value[key] = deepcopy(drawn.choice(JUNK))
            return
        value = value[key]


def spoilt(value: Any, drawn: random.Random) -> Any:
    copy = deepcopy(value)
    spoil(copy, drawn)
    return copy


def test_a_name_becomes_a_file_where_serving_looks_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert path_for("mine") == Path("mine.yaml")
    Path("fixtures").mkdir()
    assert path_for("mine") == Path("fixtures/mine.yaml")
    assert path_for("a/b.yaml") == Path("a/b.yaml")
    recording = Recording(path_for("mine"))
    recording.recorder.write()
    assert load_fixture("mine").path == Path("fixtures/mine.yaml")
    assert recording.recorder.options.shown == "mine"


@pytest.mark.parametrize(
    ("name", "said"),
    [("demo", "that comes along"), ("my name", "expected letters"), ("", "expected letters")],
)
def test_a_name_that_cannot_be_is_refused(name: str, said: str) -> None:
    with pytest.raises(StartError, match=said):
        path_for(name)


def test_a_file_that_is_there_and_a_folder_that_is_not_are_told_before_anything_is_recorded(
    tmp_path: Path,
) -> None:
    (tmp_path / "there.yaml").write_text("mine", "utf-8")
    with pytest.raises(StartError, match="is there already"):
        Recording(tmp_path / "there.yaml")
    with pytest.raises(StartError, match="there is no folder"):
        Recording(tmp_path / "no" / "such.yaml")
    assert (tmp_path / "there.yaml").read_text("utf-8") == "mine"
