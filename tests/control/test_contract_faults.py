"""Named contract violations: each shows, and its neighbours stay well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from httpx import Response

from mockserver.http.contract_faults import contract_faults
from tests.control.conftest import Steered

Ask = Callable[[Steered], Response]


def listing(mock: Steered, **params: Any) -> Response:
    return mock.running.http.get(mock.running.insights, params=params)


def retrieved(mock: Steered) -> Response:
    return mock.running.http.get(f"{mock.running.insights}/{first(mock)}")


def missing(mock: Steered) -> Response:
    return mock.running.http.get(f"{mock.running.insights}/999999")


def created(mock: Steered) -> Response:
    return mock.running.http.post(mock.running.insights, json={"name": "new"})


def first(mock: Steered) -> int:
    found: int = next(iter(mock.running.store.insights.documents()))
    return found


def after_update(mock: Steered, **changes: Any) -> Response:
    url = f"{mock.running.insights}/{first(mock)}"
    answer = mock.running.http.patch(url, json=changes)
    assert answer.status_code == 200, answer.text
    mock.delete("faults", 204)
    return mock.running.http.get(url)


def after_creation(mock: Steered) -> Response:
    made = created(mock).json()
    return mock.running.http.get(f"{mock.running.insights}/{made['id']}")


def with_key(mock: Steered, **body: Any) -> Response:
    value = mock.post(f"projects/{mock.project_id}/keys", {"scopes": [], **body}, 201)["value"]
    return mock.running.client(Authorization=f"Bearer {value}").get(mock.running.insights)


def query_status(mock: Steered, policy: str) -> Response:
    body = {"query": {"kind": "TrendsQuery", "series": [{"kind": "EventsNode"}]}, "refresh": "force_async"}
    url = f"/api/projects/{mock.project_id}/query"
    headers = {"X-Mock-Refresh": policy}
    mock.running.http.post(url, json={**body, "client_query_id": "q"}, headers=headers)
    return mock.running.http.get(f"{url}/q")


SHOWN: dict[str, tuple[Ask, Callable[[Response], bool]]] = {
    "id_as_text": (retrieved, lambda r: isinstance(r.json()["id"], str)),
    "without_short_id": (listing, lambda r: "short_id" not in r.json()["results"][0]),
    "local_times": (retrieved, lambda r: "T" not in r.json()["created_at"]),
    "list_without_count": (listing, lambda r: "count" not in r.json()),
    "bare_list": (listing, lambda r: isinstance(r.json(), list)),
    "ignores_limit": (lambda m: listing(m, limit=1), lambda r: len(r.json()["results"]) == 3),
    "ignores_offset": (lambda m: listing(m, offset=2), lambda r: len(r.json()["results"]) == 3),
    "ignores_search": (lambda m: listing(m, search="zebra"), lambda r: r.json()["count"] == 3),
    "never_next": (lambda m: listing(m, limit=1), lambda r: r.json()["next"] is None),
    "created_as_ok": (created, lambda r: r.status_code == 200),
    "deletes_hard": (
        lambda m: m.running.http.delete(f"{m.running.insights}/{first(m)}"),
        lambda r: (r.status_code, r.content) == (204, b""),
    ),
    "json_as_text": (listing, lambda r: r.headers["content-type"].startswith("text/html")),
    "error_without_attr": (missing, lambda r: "attr" not in r.json()),
    "error_detail_as_list": (missing, lambda r: isinstance(r.json()["detail"], list)),
    "error_as_page": (missing, lambda r: r.text.startswith("<!doctype html>")),
    "not_found_as_ok": (missing, lambda r: (r.status_code, r.json()) == (200, None)),
    "update_is_lost": (lambda m: after_update(m, name="other"), lambda r: r.json()["name"] == "one"),
    "create_is_lost": (after_creation, lambda r: r.status_code == 404),
    "delete_is_lost": (lambda m: after_update(m, deleted=True), lambda r: r.status_code == 200),
    "complete_without_end": (
        lambda m: query_status(m, "instant"),
        lambda r: r.json()["query_status"]["end_time"] is None,
    ),
    "complete_too_early": (
        lambda m: query_status(m, "manual"),
        lambda r: r.status_code == 202 and r.json()["query_status"]["complete"],
    ),
    "never_cached": (
        lambda m: (
            m.running.http.get(f"{m.running.insights}/{first(m)}?refresh=blocking")
            and m.running.http.get(f"{m.running.insights}/{first(m)}")
        ),
        lambda r: r.json()["result"] is not None and not r.json()["is_cached"],
    ),
    "scopes_unchecked": (with_key, lambda r: r.status_code == 200),
    "limits_unchecked": (
        lambda m: with_key(m, scopes=["*"], scoped_teams=[m.project(organization="same").id]),
        lambda r: r.status_code == 200,
    ),
}


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_a_named_violation_shows_and_is_gone_with_its_rule(mock: Steered, name: str) -> None:
    for title in ("one", "two", "three"):
        mock.running.create(name=title)
    ask, shows = SHOWN[name]
    mock.post("faults", {"effect": {"contract": name}}, 201)

    assert shows(ask(mock)), name

    mock.delete("faults", 204)
    mock.post(f"projects/{mock.project_id}/reset")
    for title in ("one", "two", "three"):
        mock.running.create(name=title)
    assert not shows(ask(mock)), f"{name} shows without its rule"


def test_each_violation_says_what_it_breaks(mock: Steered) -> None:
    listed = mock.get("contract-faults")

    assert [one["name"] for one in listed] == list(contract_faults())
    assert all(one["description"] and one["rule"] and one["group"] for one in listed)


def test_a_violation_leaves_other_operations_alone(mock: Steered) -> None:
    mock.post("faults", {"effect": {"contract": "bare_list"}}, 201)

    assert isinstance(mock.running.http.get(f"{mock.running.url}/dashboards").json(), dict)


def test_a_header_asks_for_a_violation_of_one_request(mock: Steered) -> None:
    answer = mock.running.http.get(mock.running.insights, headers={"X-Mock-Fault": "contract=bare_list"})

    assert answer.json() == []
