"""Every operation says what it is, what it needs and what it answers."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from .document import Operation, document, operations, resolve

ALL = pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.id)
PUBLIC = frozenset(
    {
        "login_create",
        "shared_page_retrieve",
        "shared_unlock_create",
        "shared_json_retrieve",
        "embedded_page_retrieve",
        "embedded_unlock_create",
        "health_retrieve",
        "livez_retrieve",
        "readyz_retrieve",
        "capture_batch_create",
        "capture_create",
        "capture_e_create",
        "capture_event_create",
        "capture_flags_create",
        "capture_decide_create",
        "capture_config_retrieve",
    }
)
WITHOUT_SCOPES = frozenset(
    {"logout_create", "personal_api_keys_create", "personal_api_keys_current_retrieve"}
)
DOCUMENTED = {
    "insights_list": "get /api/projects/{project_id}/insights",
    "insights_create": "post /api/projects/{project_id}/insights",
    "insights_retrieve": "get /api/projects/{project_id}/insights/{id}",
    "insights_partial_update": "patch /api/projects/{project_id}/insights/{id}",
    "insights_destroy": "delete /api/projects/{project_id}/insights/{id}",
    "insights_activity_retrieve": "get /api/projects/{project_id}/insights/{id}/activity",
    "insights_all_activity_retrieve": "get /api/projects/{project_id}/insights/activity",
    "insights_cancel_create": "post /api/projects/{project_id}/insights/cancel",
    "insights_my_last_viewed_retrieve": "get /api/projects/{project_id}/insights/my_last_viewed",
    "insights_viewed_create": "post /api/projects/{project_id}/insights/viewed",
    "insights_sharing_retrieve": "get /api/projects/{project_id}/insights/{insight_id}/sharing",
    "insights_sharing_refresh_create": (
        "post /api/projects/{project_id}/insights/{insight_id}/sharing/refresh"
    ),
    "insights_sharing_passwords_create": (
        "post /api/projects/{project_id}/insights/{insight_id}/sharing/passwords"
    ),
    "insights_sharing_passwords_destroy": (
        "delete /api/projects/{project_id}/insights/{insight_id}/sharing/passwords/{password_id}"
    ),
}


def test_operation_ids_are_unique_and_read_well_in_clients() -> None:
    counted = Counter(operation.id for operation in operations())
    assert [name for name, times in counted.items() if times > 1] == []
    assert [name for name in counted if not re.fullmatch(r"[a-z]+(_[a-z]+)+", name)] == []


def test_every_operation_of_the_documentation_page_is_there() -> None:
    there = {operation.id: f"{operation.method} {operation.path}" for operation in operations()}
    assert {name: there.get(name) for name in DOCUMENTED} == DOCUMENTED


@ALL
def test_an_operation_has_a_summary_a_description_and_a_described_tag(operation: Operation) -> None:
    tags = {tag["name"]: tag["description"] for tag in document()["tags"]}
    assert 5 < len(operation.node["summary"]) < 70
    assert not operation.node["summary"].endswith(".")
    assert operation.node["description"].endswith((".", ":", "`"))
    assert operation.node["description"] != operation.node["summary"]
    assert [tags[tag] for tag in operation.node["tags"]]


@ALL
def test_the_parameters_of_a_path_are_described_once(operation: Operation) -> None:
    in_path = [parameter["name"] for parameter in operation.parameters if parameter["in"] == "path"]
    assert sorted(in_path) == sorted(re.findall(r"\{(\w+)\}", operation.path))
    everything = [(parameter["in"], parameter["name"]) for parameter in operation.parameters]
    assert len(set(everything)) == len(everything)


@ALL
def test_every_parameter_has_a_description_and_an_example(operation: Operation) -> None:
    poor = [p["name"] for p in operation.parameters if not p.get("description") or "example" not in p]
    assert poor == []


@ALL
def test_requests_and_successes_have_named_examples(operation: Operation) -> None:
    bodies = [resolve(operation.node["requestBody"])] if "requestBody" in operation.node else []
    for node in (*bodies, *operation.responses.values()):
        for media_type, media in node.get("content", {}).items():
            assert media["examples"], media_type


@ALL
def test_an_operation_documents_the_errors_that_it_can_give(operation: Operation) -> None:
    statuses = set(operation.responses)
    expected = {"500"} if operation.id != "readyz_retrieve" else {"503"}
    if operation.path.startswith("/api/"):
        expected |= {"403", "429"}
    if operation.path.startswith("/api/") and operation.id not in PUBLIC:
        expected |= set() if operation.is_of_insights else {"401"}
    if "{" in operation.path:
        expected |= {"404"}
    if "requestBody" in operation.node:
        # events are read whatever their media type
        expected |= {"400", "401", "413"} if operation.id.startswith("capture_") else {"400", "415"}
    assert expected <= statuses


@ALL
def test_errors_under_api_have_the_vendors_envelope(operation: Operation) -> None:
    hand_made = {"ErrorOrMessage", "QueryStatusOrError", "ErrorMessage"}
    for status, response in operation.responses.items():
        if status >= "400" and operation.path.startswith("/api/") and "content" in response:
            name = response["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            assert name == "Error" or name in hand_made, status


@ALL
def test_an_operation_says_which_credentials_and_scopes_it_takes(operation: Operation) -> None:
    if operation.id in PUBLIC:
        assert operation.security == [] or {} in operation.security
        assert "x-required-scopes" not in operation.node
        return
    assert "SessionCookie" in operation.schemes
    assert all(scopes == [] for requirement in operation.security for scopes in requirement.values())
    if operation.id in WITHOUT_SCOPES:
        assert "x-required-scopes" not in operation.node
        return
    scopes = operation.node["x-required-scopes"]
    assert all(re.fullmatch(r"[a-z_]+:(read|write)", scope) for scope in scopes)
    said = [scope for scope in scopes if f"`{scope}`" in operation.node["description"]]
    assert said == scopes
    assert scopes or "No scope covers this" in operation.node["description"]


@ALL
def test_insights_answer_403_where_others_answer_401(operation: Operation) -> None:
    assert operation.node.get("x-not-authenticated-status", 401) == (403 if operation.is_of_insights else 401)
    assert not (operation.is_of_insights and "401" in operation.responses)


def test_only_list_and_retrieve_accept_a_sharing_token() -> None:
    accepting = {operation.id for operation in operations() if "SharingToken" in operation.schemes}
    assert accepting == {"insights_list", "insights_retrieve"}


@ALL
def test_only_deletions_have_no_success_and_they_answer_405_without_a_body(operation: Operation) -> None:
    if operation.id in ("insights_destroy", "dashboards_destroy"):
        assert operation.successes == {}
        assert "content" not in operation.responses["405"]
        assert operation.responses["405"]["headers"]["Allow"]
    else:
        assert operation.successes


@ALL
def test_being_throttled_says_how_long_to_wait(operation: Operation) -> None:
    throttled = operation.responses.get("429")
    if throttled and operation.path.startswith("/api/"):
        assert resolve(throttled["headers"]["Retry-After"])["required"] is True


def test_csv_stands_beside_json_wherever_insights_take_a_format() -> None:
    for operation in operations():
        formats = {parameter["name"] for parameter in operation.parameters} >= {"format"}
        for response in operation.successes.values():
            if formats and operation.is_of_insights and operation.method == "get" and "content" in response:
                assert set(response["content"]) >= {"application/json", "text/csv"}, operation.id


def test_profiles_are_named_by_their_names() -> None:
    named = [
        response["x-profiles"]
        for operation in operations()
        for response in operation.responses.values()
        if "x-profiles" in response
    ]
    assert {tuple(names) for names in named} <= {("docs",), ("current",)}
    assert named
