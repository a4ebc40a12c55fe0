"""A fixture made from a running server through its API, and served again."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from mockserver.cli import main
from mockserver.commands.fixture_trial import calculate_all
from mockserver.importing.project import read_project
from mockserver.importing.read_only import ReadError, ReadOnlyApi
from mockserver.seeding.reading import load_fixture
from mockserver.testing import MockServer, Server

READING = ["insight:read", "dashboard:read"]


@pytest.fixture(scope="module")
def source() -> Iterator[Server]:
    with MockServer(fixture="demo") as server:
        yield server


def reading_key(server: Server) -> str:
    key: str = server.control("POST", "/projects/1/keys", {"scopes": READING})["value"]
    return key


@pytest.fixture(scope="module")
def imported(source: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as the command takes it over, and nothing but GET was asked of it."""
    path = tmp_path_factory.mktemp("import") / "theirs.yaml"
    source.control("DELETE", "/requests")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POSTHOG_PERSONAL_API_KEY", reading_key(source))
        assert main(["fixture", "import", source.url, str(path), "--name", "Elsewhere"]) == 0
    asked = source.control("GET", "/requests", limit=500)
    assert {each["method"] for each in asked} == {"GET"}
    assert {each["status"] for each in asked} == {200}
    assert {each["operation_id"] for each in asked} == {
        "insights_list",
        "insights_retrieve",
        "dashboards_list",
        "dashboards_retrieve",
    }
    return path


def test_the_copy_has_as_much_as_the_original(source: Server, imported: Path) -> None:
    content = load_fixture(str(imported)).content
    with source.project.client() as client:
        insights = client.get(f"{source.project.url}/insights/?saved=true&limit=1").json()["count"]
        dashboards = client.get(f"{source.project.url}/dashboards/").json()["count"]
    assert len(content["dashboards"]) == dashboards
    assert len(content["insights"]) >= insights


def test_nothing_of_the_original_is_told(source: Server, imported: Path) -> None:
    text = imported.read_text("utf-8").lower()
    with source.project.client() as client:
        people = client.get(f"{source.project.url}/insights/?limit=200&basic=true").json()["results"]
        boards = client.get(f"{source.project.url}/dashboards/").json()["results"]
    authors = [each["created_by"] for each in people if each["created_by"]]
    told = {author[field] for author in authors for field in ("last_name", "distinct_id", "uuid")}
    told |= {each["name"] for each in [*people, *boards] if each["name"] and len(each["name"]) > 12}
    assert len(told) > 20
    assert {each for each in told if each.lower() in text} == set()


def test_every_chart_of_the_copy_can_be_calculated_and_shows_something(imported: Path) -> None:
    failed, empty = calculate_all(imported)
    assert failed == []
    assert empty == []


def test_the_copy_is_served_with_its_dashboards_and_people(imported: Path) -> None:
    with MockServer(fixture=str(imported), strict=True) as server, server.project.client() as client:
        boards = client.get(f"{server.project.url}/dashboards/").json()["results"]
        shown = client.get(
            f"{server.project.url}/dashboards/{boards[0]['id']}/?refresh=force_blocking"
        ).json()
        assert any(tile["insight"] and tile["insight"]["result"] for tile in shown["tiles"])
        assert client.get(f"{server.project.url}/insights/?limit=200").status_code == 200
        assert server.info["projects"][0]["name"] == "Elsewhere"


def test_a_server_of_today_is_read_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "today.yaml"
    with MockServer(fixture="demo", profile="current") as today:
        monkeypatch.setenv("POSTHOG_PERSONAL_API_KEY", reading_key(today))
        assert main(["fixture", "import", today.url, str(path)]) == 0
        invalid = ReadOnlyApi(today.url, "phx_wrong")
        with pytest.raises(ReadError, match="does not know the key"):
            read_project(invalid, "1")
    assert len(load_fixture(str(path)).content["insights"]) >= 45
    with (
        MockServer(fixture=str(path), profile="current", strict=True) as server,
        server.project.client() as client,
    ):
        shown = client.get(f"{server.project.url}/insights/1/?refresh=force_blocking")
        assert shown.json()["result"]


def test_titles_are_kept_where_that_is_asked_for(
    source: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POSTHOG_PERSONAL_API_KEY", reading_key(source))
    path = tmp_path / "kept.yaml"
    words = ["fixture", "import", source.url, str(path), "--project", "1", "--keep-titles", "--insights", "3"]
    assert main(words) == 0
    assert "Daily visitors" in path.read_text("utf-8")
    assert capsys.readouterr().out.startswith(f"wrote {path}: ")
    assert main(words) == 2
    assert "is there already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("key", "project", "said"),
    [
        ("phx_wrong", "1", "does not know the key"),
        (None, "4711", "has no /api/projects/4711/insights/"),
        (
            "insight:read",
            "1",
            r"may not read /api/projects/1/dashboards/ .* it needs insight:read and dashboard:read",
        ),
    ],
)
def test_a_refusal_says_what_the_key_lacks(source: Server, key: str | None, project: str, said: str) -> None:
    value = key or reading_key(source)
    if key == "insight:read":
        value = source.control("POST", "/projects/1/keys", {"scopes": [key]})["value"]
    with pytest.raises(ReadError, match=said):
        read_project(ReadOnlyApi(source.url, value), project)


def test_without_a_key_nothing_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("POSTHOG_PERSONAL_API_KEY", raising=False)
    assert main(["fixture", "import", "https://eu.posthog.com", str(tmp_path / "x.yaml")]) == 2
    assert "POSTHOG_PERSONAL_API_KEY is not set" in capsys.readouterr().err


def test_a_server_that_is_not_there_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POSTHOG_PERSONAL_API_KEY", "phx_x")
    assert main(["fixture", "import", "http://127.0.0.1:9", str(tmp_path / "x.yaml")]) == 1
    assert "no server answers at http://127.0.0.1:9" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("eu.posthog.com", "looks like https://eu.posthog.com"),
        ("ftp://eu.posthog.com", "looks like https://eu.posthog.com"),
        ("http://eu.posthog.com", "unencrypted; use https"),
    ],
)
def test_a_key_is_not_sent_where_it_could_be_read(url: str, said: str) -> None:
    with pytest.raises(ReadError, match=said):
        ReadOnlyApi(url, "phx_x")


Answering = Callable[[str], tuple[int, Mapping[str, str], bytes]]


@pytest.fixture
def odd_server() -> Iterator[Callable[[Answering], str]]:
    """A server that answers as the test says."""
    opened: list[ThreadingHTTPServer] = []

    def open_one(answering: Answering) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, headers, body = answering(self.path)
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        opened.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield open_one
    for server in opened:
        server.shutdown()
        server.server_close()


def test_a_busy_server_is_waited_for_as_long_as_it_says(odd_server: Callable[[Answering], str]) -> None:
    answers = iter([(429, {"Retry-After": "7"}, b"{}"), (503, {}, b""), (200, {}, b'{"fine": true}')])
    waited: list[float] = []
    api = ReadOnlyApi(odd_server(lambda _: next(answers)), "phx_x", wait=waited.append)
    assert api.get("/x") == {"fine": True}
    assert waited == [7.0, 4.0]


def test_a_server_that_stays_busy_is_given_up(odd_server: Callable[[Answering], str]) -> None:
    waited: list[float] = []
    api = ReadOnlyApi(
        odd_server(lambda _: (429, {"Retry-After": "9999"}, b'{"detail": "Slow down"}')),
        "k",
        wait=waited.append,
    )
    with pytest.raises(ReadError, match=r"answers 429 \(Slow down\)"):
        api.get("/x")
    assert waited == [120.0] * 5


def test_the_key_follows_no_redirect(odd_server: Callable[[Answering], str]) -> None:
    asked: list[str] = []

    def elsewhere(path: str) -> tuple[int, Mapping[str, str], bytes]:
        asked.append(path)
        return 200, {}, b"{}"

    other = odd_server(elsewhere)
    url = odd_server(lambda _: (302, {"Location": f"{other}/take"}, b""))
    with pytest.raises(ReadError, match=f"is at {other} now; name that address"):
        ReadOnlyApi(url, "phx_x").get("/x")
    assert asked == []


def test_the_next_page_is_asked_of_the_same_server(odd_server: Callable[[Answering], str]) -> None:
    pages = {
        "/list?a=1&limit=100": {
            "results": [{"id": 1}, 3],
            "next": "https://evil.example/steal?limit=100&offset=1",
        },
        "/list?limit=100&offset=1": {"results": [{"id": 2}], "next": None},
    }
    api = ReadOnlyApi(odd_server(lambda path: (200, {}, json.dumps(pages[path]).encode())), "phx_x")
    assert list(api.pages("/list", a=1)) == [{"id": 1}, {"id": 2}]


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b""])
def test_what_is_no_api_is_told_apart(odd_server: Callable[[Answering], str], body: bytes) -> None:
    api = ReadOnlyApi(odd_server(lambda _: (200, {}, body)), "phx_x")
    with pytest.raises(ReadError, match="does not answer as PostHog's API does"):
        api.get("/x")
