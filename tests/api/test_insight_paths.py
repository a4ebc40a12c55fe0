"""Which insight a path names."""

from __future__ import annotations

from ..conftest import Running


def test_only_current_finds_an_insight_by_its_short_id(running: Running) -> None:
    made = running.create()
    status = running.http.get(f"{running.insights}/{made['short_id']}").status_code
    assert status == (404 if running.server.services.settings.profile == "docs" else 200)


def test_a_number_is_an_id_before_it_is_a_short_id(current: Running) -> None:
    first, second = current.create(), current.create()
    current.store.insights.amend(second["id"], {"short_id": str(first["id"])})
    assert current.http.get(f"{current.insights}/{first['id']}").json()["id"] == first["id"]
    current.store.insights.amend(second["id"], {"short_id": "77777777"})
    assert current.http.get(f"{current.insights}/77777777").json()["id"] == second["id"]


def test_short_ids_work_for_writes_and_activity_too(current: Running) -> None:
    made = current.create(name="By short id")
    address = f"{current.insights}/{made['short_id']}"
    assert current.http.patch(address, json={"name": "New"}).status_code == 200
    assert current.http.get(f"{address}/activity").json()["total_count"] == 2


def test_unknown_and_absurd_ids_are_not_found(running: Running) -> None:
    for value in ("0", "99999", "9" * 40, "none", "٣"):
        answer = running.http.get(f"{running.insights}/{value}")
        assert (answer.status_code, answer.json()["detail"]) == (404, "Not found.")


def test_an_insight_of_another_project_is_not_found(running: Running) -> None:
    made = running.create()
    other = running.store.projects.new_id()
    held = running.store.projects.fetch(running.project_id)
    running.store.projects.add({**held, "id": other, "uuid": f"other-{other}", "api_token": f"phc_{other}"})
    for path in (f"/{made['id']}", f"/{made['short_id']}", f"/{made['id']}/activity"):
        assert running.http.get(f"/api/projects/{other}/insights{path}").status_code == 404
    assert running.http.get(f"/api/projects/{other}/insights").json()["count"] == 0


def share(running: Running, path: str) -> dict[str, str]:
    answer = running.http.patch(f"{running.url}/{path}/sharing", json={"enabled": True})
    assert answer.status_code == 200, answer.text
    return {"sharing_access_token": answer.json()["access_token"]}


def test_a_sharing_token_reads_its_insight_and_no_other(running: Running) -> None:
    made, other = running.create(), running.create()
    token = share(running, f"insights/{made['id']}")
    rows = running.anonymous.get(running.insights, params=token).json()["results"]
    assert [row["id"] for row in rows] == [made["id"]]
    found = running.anonymous.get(f"{running.insights}/{made['id']}", params=token).json()
    assert (found["effective_restriction_level"], found["effective_privilege_level"]) == (37, 21)
    assert found["user_access_level"] is None
    assert running.anonymous.get(f"{running.insights}/{other['id']}", params=token).status_code == 404


def test_a_dashboards_token_reads_the_insights_on_it(running: Running) -> None:
    dashboard = running.http.post(f"{running.url}/dashboards", json={"name": "Shared"}).json()["id"]
    made = running.create(dashboards=[dashboard])
    running.create()
    token = share(running, f"dashboards/{dashboard}")
    page = running.anonymous.get(running.insights, params={**token, "basic": "1"}).json()
    assert [row["id"] for row in page["results"]] == [made["id"]]


def test_overrides_are_ignored_with_a_sharing_token(running: Running) -> None:
    made = running.create()
    token = share(running, f"insights/{made['id']}")
    parameters = {**token, "filters_override": '{"date_from": "-90d"}'}
    found = running.anonymous.get(f"{running.insights}/{made['id']}", params=parameters).json()
    assert "dateRange" not in found["query"]["source"]
