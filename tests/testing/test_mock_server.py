"""`MockServer` for those without pytest: over a socket and without one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from mockserver.errors import StartError
from mockserver.testing import ControlError, MockServer, Server, asgi_app


@pytest.fixture(scope="module", params=[False, True], ids=["socket", "in-process"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with MockServer(fixture="empty", in_process=request.param) as started:
        yield started


def test_a_project_of_its_own_answers_as_posthog_does(server: Server) -> None:
    project = server.create_project()
    with project.client() as http:
        made = http.post(f"{project.url}/insights", json={"name": "Mine"})
        listed = http.get(f"/api/projects/{project.id}/insights").json()
    assert made.status_code == 201
    assert [row["name"] for row in listed["results"]] == ["Mine"]


def test_the_seeded_project_is_there_with_its_key(server: Server) -> None:
    with server.project.client() as http:
        assert http.get(f"{server.project.url}/insights").status_code == 200


def test_a_client_of_the_server_has_no_credentials(server: Server) -> None:
    with server.client() as http:
        assert http.get(f"{server.project.url}/insights").json()["code"] == "not_authenticated"


def test_time_moves_when_told_to(server: Server) -> None:
    clock = server.create_project().clock
    start = clock.freeze("2026-03-01T12:00:00")
    clock.advance(timedelta(hours=2))
    assert clock.now - start == timedelta(hours=2)


def test_clocks_of_two_projects_are_apart(server: Server) -> None:
    one, two = server.create_project(), server.create_project()
    one.clock.freeze("2020-01-01")
    assert two.clock.now.year > 2020
    one.clock.release()
    assert one.clock.now.year > 2020


def test_a_fault_strikes_its_project_alone_and_so_often(server: Server) -> None:
    one, two = server.create_project(), server.create_project()
    one.faults.add({"status": 503}, match={"operation_id": "insights_list"}, times=1)
    with one.client() as first, two.client() as second:
        assert second.get(f"{two.url}/insights").status_code == 200
        assert [first.get(f"{one.url}/insights").status_code for _ in range(2)] == [503, 200]


def test_a_job_moves_when_told_to(server: Server) -> None:
    project = server.create_project()
    project.refresh.set("manual")
    query = {"kind": "HogQLQuery", "query": "select 1"}
    with project.client() as http:
        status = http.post(f"{project.url}/query", json={"query": query, "refresh": "force_async"}).json()
        address = f"{project.url}/query/{status['query_status']['id']}"
        assert http.get(address).json()["query_status"]["complete"] is False
        (job,) = project.jobs("queued")
        project.move_job(job["id"], "running")
        project.move_job(job["id"], "complete")
        assert http.get(address).json()["query_status"]["results"]["results"] == [[1]]


def test_requests_are_counted(server: Server) -> None:
    project = server.create_project()
    with project.client() as http:
        http.get(f"{project.url}/insights", params={"limit": 1})
    (entry,) = project.requests(operation_id="insights_list")
    assert entry["query"] == {"limit": "1"}
    assert project.verify({"operation_id": "insights_list"}, count=1)["holds"]


def test_a_key_has_the_scopes_it_was_made_with(server: Server) -> None:
    project = server.create_project()
    key = project.create_key("insight:read")
    with project.client(Authorization=f"Bearer {key}") as http:
        assert http.get(f"{project.url}/insights").status_code == 200
        assert http.post(f"{project.url}/insights", json={"name": "No"}).status_code == 403


def test_events_are_counted_by_insights(server: Server) -> None:
    project = server.create_project()
    sent = project.send_events([{"event": "signed up", "distinct_id": "ada"}])
    assert sent["events"] == 1
    query = {"kind": "HogQLQuery", "query": "select count() from events where event = 'signed up'"}
    with project.client() as http:
        answer = http.post(f"{project.url}/query", json={"query": query})
    assert answer.json()["results"] == [[1]]


def test_a_deleted_project_is_gone(server: Server) -> None:
    project = server.create_project()
    project.delete()
    with pytest.raises(ControlError, match="404"):
        project.reset()


def test_what_the_control_plane_refuses_is_raised_with_its_reason(server: Server) -> None:
    with pytest.raises(ControlError, match="nowhere") as caught:
        server.create_project(fixture="nowhere")
    assert caught.value.status == 422


def test_resetting_goes_back_to_the_seed(server: Server) -> None:
    server.create_project()
    server.reset()
    assert [each["id"] for each in server.info["projects"]] == [1]


def test_stopping_twice_is_as_stopping_once() -> None:
    mock = MockServer(fixture="empty")
    address = mock.start().url
    assert mock.start().url == address
    mock.stop()
    mock.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/_health", trust_env=False)


def test_a_setting_that_is_none_is_named() -> None:
    with pytest.raises(TypeError, match="colour"):
        MockServer(colour="red")
    with pytest.raises(StartError, match="profile cannot be 'old'"):
        MockServer(profile="old")


def test_a_port_in_use_is_one_clear_line() -> None:
    with (
        MockServer(fixture="empty") as server,
        pytest.raises(StartError, match="cannot listen"),
        MockServer(fixture="empty", port=int(server.url.rpartition(":")[2])),
    ):
        pass


async def _health(app: object) -> int:
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        return (await http.get("/_mock/health")).status_code


def test_the_asgi_app_is_for_any_client() -> None:
    import asyncio

    assert asyncio.run(_health(asgi_app(fixture="empty"))) == 200
