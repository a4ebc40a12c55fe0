"""What someone is told whose request failed."""

from __future__ import annotations

import shlex
from typing import Any

from tests.conftest import trends

from .conftest import Steered


def advice(mock: Steered, method: str, path: str, body: Any = None) -> dict[str, Any]:
    """The advice on a request that is sent now."""
    mock.running.http.request(method, path, json=body)
    entry = mock.get("requests", limit=1)[0]
    found: dict[str, Any] = mock.get(f"requests/{entry['id']}/advice")
    return found


def follow(mock: Steered, command: str) -> Any:
    """Do what a `curl` command would do."""
    words = shlex.split(command)[1:]
    method, headers, body = "GET", {}, None
    while len(words) > 1:
        flag, value, words = words[0], words[1], words[2:]
        if flag == "-X":
            method = value
        elif flag == "-H":
            name, _, text = value.partition(": ")
            headers[name] = text
        elif flag == "-d":
            body = value
    return mock.running.client().request(method, words[0], headers=headers, content=body)


def test_a_violation_is_told_with_its_place_in_the_body_and_in_the_contract(mock: Steered) -> None:
    found = advice(mock, "POST", mock.running.insights, {"name": 3, "query": trends()})
    violation = found["violations"][0]
    assert violation["pointer"] == "/name"
    assert violation["contract"]["file"] == "openapi.yaml"
    assert violation["contract"]["line"] > 1
    assert violation["contract"]["pointer"].startswith("#/components/schemas/")
    assert follow(mock, found["curl"]).status_code == 201


def test_of_several_query_kinds_the_nearest_one_is_complained_of(mock: Steered) -> None:
    query = {"kind": "InsightVizNode", "source": {"kind": "TrendsQuery", "series": [{"kind": "EventNode"}]}}
    found = advice(mock, "POST", mock.running.insights, {"query": query})
    assert [each["pointer"] for each in found["violations"]] == ["/query/source/series/0/kind"]


def test_the_nearest_operation_is_named_for_a_path_that_is_not_there(mock: Steered) -> None:
    found = advice(mock, "GET", f"{mock.running.url}/insihgts")
    assert found["nearest_operation"]["operation_id"] == "insights_list"
    assert follow(mock, found["curl"]).status_code == 200


def test_the_nearest_objects_are_named_for_an_id_that_is_not_there(mock: Steered) -> None:
    made = mock.running.create(name="Meant")
    found = advice(mock, "GET", f"{mock.running.insights}/{made['id']}9")
    assert made["id"] in [each["id"] for each in found["nearest_objects"]]
    assert follow(mock, found["curl"]).status_code == 200


def test_a_missing_credential_is_put_in(mock: Steered) -> None:
    mock.running.anonymous.get(mock.running.insights)
    entry = mock.get("requests", limit=1)[0]
    found = mock.get(f"requests/{entry['id']}/advice")
    assert follow(mock, found["curl"]).status_code == 200


def test_an_entry_that_is_not_there_is_a_404(mock: Steered) -> None:
    assert mock.call("GET", "requests/999999/advice", 404)["field"] == "entry_id"


def test_every_refusal_is_explained_also_unasked(mock: Steered) -> None:
    mock.running.http.get(f"{mock.running.insights}/999999", headers={"X-Request-Id": "unasked"})
    assert mock.get("explain/unasked")["checks"][-1]["passed"] is False
