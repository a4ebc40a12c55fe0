"""What the proxy answers itself keeps to `spec/proxy.yaml`, and to who may ask."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mockserver.http.contract import Contract
from mockserver.proxy.own_routes import FILES, HANDLERS
from mockserver.proxy.recorder import RecordOptions
from mockserver.resource_files import bundled
from mockserver.seeding.reading import load_fixture
from tests.proxy.serving import Proxied, proxying
from tests.proxy.upstreams import answering, json_answer

CONTRACT = Contract.load(bundled("spec/proxy.yaml"))
TOKEN = "a-token-of-some-length"


@pytest.fixture(scope="module")
def proxied() -> Iterator[Proxied]:
    """A proxy that has seen a violation."""
    with answering(json_answer(b"[]"), json_answer()) as upstream, proxying(upstream.url) as running:
        running.http.get("/api/projects")
        running.http.get("/elsewhere")
        yield running


def held(operation_id: str, answer: httpx.Response) -> httpx.Response:
    """An answer, found to be what the contract says."""
    operation = CONTRACT.operations[operation_id]
    kind = answer.headers["content-type"].split(";")[0]
    assert kind in operation.responses[str(answer.status_code)]
    if kind.endswith("json"):
        place = CONTRACT.response_pointer(operation, str(answer.status_code), kind)
        assert [str(error) for error in CONTRACT.book.validator(place).iter_errors(answer.json())] == []
    return answer


def test_every_operation_has_its_handler_and_no_handler_is_left_over() -> None:
    assert set(HANDLERS) == set(CONTRACT.operations)


@pytest.mark.parametrize("path", ["/health", "/counts", "/violations", "/violations?limit=1", ""])
def test_answers_keep_to_the_contract(proxied: Proxied, path: str) -> None:
    proxied.counts()
    answer = proxied.http.get(f"/_mock/proxy{path}")
    name = path.strip("/").partition("?")[0] or "page"
    assert held(f"proxy_{name}", answer).status_code == 200


def test_counts_say_what_has_passed(proxied: Proxied) -> None:
    counts = proxied.counts()
    assert counts["calls"] == {"passed": 2, "not_of_the_contract": 1, "failed": 0, "abandoned": 0}
    assert counts["violations"]["errors"] == 1
    assert (counts["enforce"], counts["read_only"], counts["recording"]) == (False, False, None)


@pytest.mark.parametrize("limit", ["0", "1001", "many", "-1", ""])
def test_a_limit_that_is_no_limit_is_refused(proxied: Proxied, limit: str) -> None:
    answer = held("proxy_violations", proxied.http.get(f"/_mock/proxy/violations?limit={limit}"))
    assert (answer.status_code, answer.json()["field"]) == (422, "limit")


def test_a_path_that_the_proxy_does_not_have_is_not_passed_on(proxied: Proxied) -> None:
    assert proxied.http.get("/_mock/proxy/nothing").status_code == 404
    refused = proxied.http.post("/_mock/proxy/counts")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")


def test_the_page_and_all_that_it_loads_are_there(proxied: Proxied) -> None:
    page = proxied.http.get("/_mock/proxy/")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    for folder, name in FILES:
        answer = proxied.http.get("/".join(part for part in ("/_mock/proxy/static", folder, name) if part))
        operation = "proxy_folder_file" if folder else "proxy_file"
        assert held(operation, answer).status_code == 200
    text = page.text
    of_the_page = {(folder, name) for folder, name in FILES if name != "dom.js" and folder != "vendor"}
    assert {
        (folder, name) for folder, name in FILES if f"/static/{folder}/{name}".replace("//", "/") in text
    } == of_the_page
    style = proxied.http.get("/_mock/proxy/static/base.css").text
    assert all(f'url("{folder}/{name}")' in style for folder, name in FILES if folder == "vendor")
    assert held("proxy_file", proxied.http.get("/_mock/proxy/static/shared.css")).status_code == 404


def test_events_tell_the_counts_at_once_and_when_they_change(proxied: Proxied) -> None:
    with proxied.http.stream("GET", "/_mock/proxy/events") as answer:
        lines = answer.iter_lines()
        data = [line[6:] for line in lines_until(lines, 1)]
        assert json.loads(data[0])["upstream"].startswith("http://127.0.0.1:")
        proxied.app.tally.count_abandoned()
        later = [line[6:] for line in lines_until(lines, 1)]
    assert json.loads(later[0])["calls"]["abandoned"] == json.loads(data[0])["calls"]["abandoned"] + 1


def lines_until(lines: Iterator[str], number: int) -> list[str]:
    """The next so many lines of data."""
    found: list[str] = []
    for line in lines:
        if line.startswith("data: "):
            found.append(line)
        if len(found) == number:
            break
    return found


def test_a_page_of_another_site_and_a_name_of_another_machine_are_refused(proxied: Proxied) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
        answer = held("proxy_counts", proxied.http.get("/_mock/proxy/counts", headers=headers))
        assert answer.status_code == 403


def test_a_token_is_asked_for_where_there_is_one() -> None:
    with answering() as upstream, proxying(upstream.url, app={"token": TOKEN}) as proxied:
        path = "/_mock/proxy/counts"
        assert held("proxy_counts", proxied.http.get(path)).status_code == 401
        wrong = proxied.http.get(path, headers={"Authorization": "Bearer no"})
        right = proxied.http.get(path, headers={"Authorization": f"Bearer {TOKEN}"})
        assert (wrong.status_code, right.status_code) == (401, 200)
        assert proxied.http.get("/_mock/proxy/health").status_code == 200


def test_a_proxy_that_records_nothing_says_how_it_would(proxied: Proxied) -> None:
    for method, name in (("GET", "proxy_recording"), ("POST", "proxy_recording_write")):
        answer = held(name, proxied.http.request(method, "/_mock/proxy/recording"))
        assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (404, "not_recording")


def test_a_recording_is_written_when_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    insight = {
        "id": 7,
        "short_id": "abcd1234",
        "name": "Sales",
        "query": {"kind": "HogQLQuery", "query": "1"},
    }
    body = json.dumps({"count": 1, "results": [insight]}).encode()
    options = {"record": RecordOptions(path, keep_names=True)}
    with answering(json_answer(body)) as upstream, proxying(upstream.url, app=options) as proxied:
        proxied.http.get("/api/projects/1/insights")
        assert proxied.counts()["recording"] == "mine"
        before = held("proxy_recording", proxied.http.get("/_mock/proxy/recording")).json()
        assert (before["insights"], before["written"], path.exists()) == (1, False, False)
        after = held("proxy_recording_write", proxied.http.post("/_mock/proxy/recording")).json()
        assert (after["file"], after["written"], after["left_out"]) == (str(path), True, [])
        assert load_fixture(str(path)).content["insights"][0]["name"] == "Sales"
        assert proxied.http.post("/_mock/proxy/recording").status_code == 200
        shutil.rmtree(tmp_path)
        lost = held("proxy_recording_write", proxied.http.post("/_mock/proxy/recording"))
        assert (lost.status_code, lost.json()["type"].rpartition(":")[2]) == (409, "not_written")
