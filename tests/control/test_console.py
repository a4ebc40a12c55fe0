"""The console's pages, files, events and way in."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from mockserver.control.console import PAGES
from mockserver.control.events import Watch, event_stream
from mockserver.control.static_files import FOLDER, StaticFiles
from tests.conftest import StartServer

from .conftest import Steered

TOKEN = "a control token"


@pytest.mark.parametrize("page", [page.name for page in PAGES])
def test_each_page_is_there_and_allows_nothing_foreign(mock: Steered, page: str) -> None:
    answer = mock.http.get(f"/_mock/ui/{page}")
    assert answer.status_code == 200
    assert f'<h1 id="title">{page.title()}</h1>' in answer.text
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "<script>" not in answer.text
    assert " style=" not in answer.text


def test_the_first_page_tells_what_is_served(mock: Steered) -> None:
    text = mock.http.get("/_mock/").text
    assert mock.running.api_key in text
    assert "curl -H" in text


def test_a_project_without_a_readable_key_says_how_to_make_one(mock: Steered) -> None:
    made = mock.project(name="<b>Another</b>").made
    text = mock.http.get(f"/_mock/?project_id={made['id']}").text
    assert "Make one for this project." in text
    assert "<b>Another" not in text


@pytest.mark.parametrize(
    ("path", "status"), [("nothing", 404), ("clock/1", 404), ("insights/1", 200), ("A!", 422)]
)
def test_a_page_that_is_not_there_is_a_problem(mock: Steered, path: str, status: int) -> None:
    assert mock.http.get(f"/_mock/ui/{path}").status_code == status


def test_files_are_packed_and_known_again(mock: Steered) -> None:
    plain = mock.http.get("/_mock/static/base.css", headers={"Accept-Encoding": "identity"})
    assert plain.headers["content-type"] == "text/css; charset=utf-8"
    packed = mock.http.get("/_mock/static/vendor/echarts.js", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < 300_000
    again = mock.http.get("/_mock/static/base.css", headers={"If-None-Match": plain.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["base.png", "vendor/nothing.js", "lib/..%2Fbase.css", "other/dom.js"])
def test_nothing_else_is_a_file(mock: Steered, path: str) -> None:
    assert mock.http.get(f"/_mock/static/{path}").status_code in (404, 422)


def test_a_file_that_was_changed_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "a.js"
    file.write_text("1")
    files = StaticFiles(tmp_path)
    first = files.find("", "a.js")
    file.write_text("2" * 5000)
    os.utime(file, (1, 1))
    second = files.find("", "a.js")
    assert first is not None
    assert second is not None
    assert first.tag != second.tag
    assert gzip.decompress(second.packed) == second.plain


def test_every_script_and_style_that_a_page_names_is_there(mock: Steered) -> None:
    for page in PAGES:
        text = mock.http.get(f"/_mock/ui/{page.name}").text
        for path in re.findall(r'(?:src|href)="(/_mock/static/[^"]+)"', text):
            assert mock.http.get(path).status_code == 200, path


def test_every_module_that_a_script_imports_is_there() -> None:
    for file in FOLDER.glob("*/*.js"):
        if file.parent.name != "vendor":
            for name in re.findall(r'(?:from|import\()\s*"(\.[^"]+)"', file.read_text()):
                assert (file.parent / name).is_file(), f"{file.name} imports {name}"


def test_a_watch_tells_how_things_stand_and_then_only_what_changes(mock: Steered) -> None:
    watch = Watch(mock.running.server.services, mock.project_id)
    assert [name for name, _ in watch.changes()] == ["clock", "jobs", "faults", "state"]
    assert list(watch.changes()) == []
    mock.running.http.get(mock.running.insights)
    [entry] = [data for name, data in watch.changes() if name == "request"]
    assert entry["operation_id"] == "insights_list"  # type: ignore[index, call-overload]
    mock.post("clock/advance", {"seconds": 5})
    assert "clock" in [name for name, _ in watch.changes()]


def test_a_watch_sees_a_job_move_by_the_clock_alone(mock: Steered) -> None:
    made = mock.running.create()
    mock.running.http.get(f"{mock.running.insights}/{made['id']}?refresh=async")
    watch = Watch(mock.running.server.services, mock.project_id)
    list(watch.changes())
    mock.running.clock.advance(2)
    assert dict(watch.changes())["jobs"][-1]["state"] == "running"  # type: ignore[index, call-overload]


def test_the_stream_ends_with_the_server(start: StartServer) -> None:
    services = start().server.services

    async def listen() -> list[bytes]:
        chunks: list[bytes] = []
        async for chunk in event_stream(services, None):
            chunks.append(chunk)
            services.control.is_ending = True
        return chunks

    assert asyncio.run(listen()) == [b"retry: 1000\n\n"]


def test_the_stream_goes_over_the_wire_until_the_listener_goes(mock: Steered) -> None:
    sent = asyncio.run(listen_once(mock))
    assert (b"content-type", b"text/event-stream") in sent[0]["headers"]
    text = b"".join(message.get("body", b"") for message in sent[1:]).decode()
    assert json.loads(text.split("event: clock\ndata: ")[1].split("\n")[0])["rate"] == 1.0


async def listen_once(mock: Steered) -> list[dict[str, Any]]:
    """What the app sends to a listener who goes away after the first events."""
    sent: list[dict[str, Any]] = []
    heard = asyncio.Event()
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await heard.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        if b"event: state" in message.get("body", b""):
            heard.set()

    scope = {
        "type": "http", "method": "GET", "path": "/_mock/events", "raw_path": b"/_mock/events",
        "query_string": b"", "headers": [(b"host", b"127.0.0.1:8129")], "http_version": "1.1",
        "scheme": "http", "server": ("127.0.0.1", 8129), "client": ("127.0.0.1", 5), "root_path": "",
        "asgi": {"version": "3.0"}, "extensions": {},
    }  # fmt: skip
    await mock.running.server.asgi(scope, receive, send)
    return sent


def test_where_a_token_is_asked_for_a_browser_is_sent_to_enter_it(start: StartServer) -> None:
    client = start(host="0.0.0.0", control_token=TOKEN).client()
    page = {"Accept": "text/html"}
    answer = client.get("/_mock/ui/clock", headers=page, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/_mock/sign-in?next=/_mock/ui/clock")
    assert client.get("/_mock/sign-in?next=/_mock/", headers=page).status_code == 200
    assert client.get("/_mock/static/base.css").status_code == 200
    assert client.get("/_mock/info").status_code == 401
    assert client.post("/_mock/sign-in", json={"token": "guessed"}).status_code == 401
    signed = client.post("/_mock/sign-in", json={"token": TOKEN})
    assert signed.status_code == 204
    assert "HttpOnly; SameSite=Strict" in signed.headers["set-cookie"]
    assert TOKEN not in signed.headers["set-cookie"]
    assert client.get("/_mock/ui/clock", headers=page).status_code == 200
    foreign = {"Origin": "http://other.example"}
    assert client.post("/_mock/clock/advance", json={"seconds": 1}, headers=foreign).status_code == 401
    client.delete("/_mock/sign-in")
    assert client.get("/_mock/info").status_code == 401
