"""What stands around every handler: paths, errors, CORS, ids, the contract."""

from __future__ import annotations

import orjson
import pytest

from mockserver.http.front import BODY_LIMIT
from tests.conftest import Running, StartServer, trends


@pytest.mark.parametrize("path", ["/api/projects/{id}/insights/", "/api/environments/{id}/insights"])
def test_a_trailing_slash_and_the_alias_make_no_difference(running: Running, path: str) -> None:
    answer = running.http.get(path.format(id=running.project_id), follow_redirects=False)
    assert answer.status_code == 200
    assert answer.json()["count"] == running.http.get(running.insights).json()["count"]


def test_links_keep_the_path_that_the_client_used(docs: Running) -> None:
    for _ in range(2):
        docs.create()
    answer = docs.http.get(f"/api/environments/{docs.project_id}/insights/?limit=1&x=a%20b")
    expected = f"http://127.0.0.1:8129/api/environments/{docs.project_id}/insights/?limit=1&offset=1&x=a+b"
    assert answer.json()["next"] == expected


def test_an_unknown_endpoint_is_not_found(running: Running) -> None:
    answer = running.http.get("/api/nowhere")
    assert answer.status_code == 404
    assert answer.json() == {
        "type": "invalid_request",
        "code": "not_found",
        "detail": "Endpoint not found.",
        "attr": None,
    }


def test_a_method_that_a_path_does_not_have_says_which_it_has(running: Running) -> None:
    answer = running.http.put(running.insights, json={})
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST"
    assert answer.json()["detail"] == 'Method "PUT" not allowed.'


def test_head_answers_as_get_without_a_body(running: Running) -> None:
    answer = running.http.head(running.insights)
    assert answer.status_code == 200
    assert answer.content == b""


def test_a_body_of_another_type_is_refused(running: Running) -> None:
    answer = running.http.post(running.insights, content="x", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415
    assert answer.json()["detail"] == 'Unsupported media type "text/plain" in request.'


def test_malformed_json_is_a_parse_error(running: Running) -> None:
    answer = running.http.post(
        running.insights, content=b'{"name": ', headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 400
    assert answer.json()["code"] == "parse_error"
    assert answer.json()["detail"].startswith("JSON parse error - ")


def test_a_chunked_body_is_read_like_any_other(running: Running) -> None:
    body = orjson.dumps({"name": "chunked", "query": trends()})
    answer = running.http.post(
        running.insights,
        content=iter([body[:10], body[10:]]),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 201
    assert answer.json()["name"] == "chunked"


def test_a_body_beyond_the_limit_is_refused(docs: Running) -> None:
    answer = docs.http.post(docs.insights, content=b" " * (BODY_LIMIT + 1))
    assert answer.status_code == 413
    assert answer.json()["code"] == "request_too_large"


@pytest.mark.parametrize(
    ("fields", "attr", "code", "detail"),
    [
        ({"name": "x" * 401}, "name", "max_length", "Ensure this field has no more than 400 characters."),
        ({"favorited": "maybe"}, "favorited", "invalid_input", "Must be a valid boolean."),
        ({"tags": "x"}, "tags", "not_a_list", 'Expected a list of items but got type "str".'),
        ({"order": "first"}, "order", "invalid_input", "A valid integer is required."),
        ({"query": "text"}, "query", "invalid_input", "Query must be a valid JSON object"),
    ],
)
def test_a_wrong_value_is_refused_in_the_vendors_words(
    running: Running, fields: dict[str, object], attr: str, code: str, detail: str
) -> None:
    answer = running.http.post(running.insights, json={"query": trends(), **fields})
    assert answer.status_code == 400
    assert answer.json() == {"type": "validation_error", "code": code, "detail": detail, "attr": attr}


@pytest.mark.parametrize(
    "query",
    [
        {"kind": "Nonsense"},
        {"kind": "TrendsQuery"},
        {"kind": "TrendsQuery", "series": [{"kind": "EventsNode", "event": 5}]},
        {"kind": "InsightVizNode", "source": {"kind": "FunnelsQuery", "series": 1}},
    ],
)
def test_a_query_that_breaks_its_schema_is_a_parse_error(running: Running, query: dict[str, object]) -> None:
    answer = running.http.post(running.insights, json={"query": query})
    assert answer.status_code == 400
    assert answer.json()["code"] == "parse_error"
    assert "1 validation error for QuerySchemaRoot" in answer.json()["detail"]


def test_an_object_that_is_not_there_comes_before_a_body_that_is_wrong(running: Running) -> None:
    answer = running.http.patch(f"{running.insights}/999999", json={"name": "x" * 401})
    assert answer.status_code == 404


def test_lenient_parameters_let_anything_through(running: Running) -> None:
    answer = running.http.get(f"{running.insights}?limit=abc&offset=-3&refresh=perhaps&basic=maybe")
    assert answer.status_code == 200


def test_each_answer_names_its_request_and_operation(running: Running) -> None:
    answer = running.http.get(running.insights, headers={"X-Request-Id": "mine"})
    assert answer.headers["x-request-id"] == "mine"
    assert answer.headers["x-mock-operation"] == "insights_list"
    first, second = (running.http.get(running.insights).headers["x-request-id"] for _ in range(2))
    assert first != second


def test_any_origin_may_call_the_api_by_default(running: Running) -> None:
    answer = running.http.get(running.insights, headers={"Origin": "http://localhost:3000"})
    assert answer.headers["access-control-allow-origin"] == "*"
    preflight = running.http.options(
        running.insights,
        headers={
            "Origin": "http://localhost:3000",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )
    assert preflight.status_code == 200
    assert "POST" in preflight.headers["access-control-allow-methods"]


def test_errors_carry_cors_headers_too(running: Running) -> None:
    answer = running.anonymous.get(running.insights, headers={"Origin": "http://localhost:3000"})
    assert answer.status_code == 403
    assert answer.headers["access-control-allow-origin"] == "*"


def test_named_origins_may_send_cookies_and_others_are_left_out(start: StartServer) -> None:
    running = start(cors="http://app.test")
    welcome = running.http.get(running.insights, headers={"Origin": "http://app.test"})
    assert welcome.headers["access-control-allow-origin"] == "http://app.test"
    assert welcome.headers["access-control-allow-credentials"] == "true"
    other = running.http.get(running.insights, headers={"Origin": "http://other.test"})
    assert "access-control-allow-origin" not in other.headers
    off = start(cors="off")
    answer = off.http.get(off.insights, headers={"Origin": "http://app.test"})
    assert "access-control-allow-origin" not in answer.headers


def test_with_open_doors_anyone_is_the_demo_user(start: StartServer) -> None:
    running = start(auth="open")
    assert running.anonymous.get(running.insights).status_code == 200
    wrong = running.client(Authorization="Bearer phx_wrong")
    assert wrong.get("/api/users/@me").json()["email"] == running.email


def test_the_contract_and_its_swagger_ui_are_served(docs: Running) -> None:
    assert docs.anonymous.get("/openapi.json").json()["openapi"] == "3.0.3"
    assert docs.anonymous.get("/openapi.yaml").text.startswith("#")
    page = docs.anonymous.get("/docs")
    assert page.status_code == 200
    assert '<div id="swagger-ui">' in page.text
    assert (
        docs.anonymous.get("/docs/swagger-ui-bundle.js").headers["content-type"].startswith("text/javascript")
    )
    assert docs.anonymous.get("/docs/start.js").status_code == 200
    assert docs.anonymous.get("/docs/../../etc/passwd").status_code == 404


def test_a_breach_of_the_contract_is_a_500_where_strict_and_goes_out_otherwise(start: StartServer) -> None:
    for strict, status in ((True, 500), (False, 200)):
        running = start(strict=strict)
        made = running.create(name="sound")
        running.store.insights.amend(made["id"], {"name": 5})
        client = running.client(Authorization=f"Bearer {running.api_key}")
        assert client.get(f"{running.insights}/{made['id']}").status_code == status


def test_health_needs_no_credentials(running: Running) -> None:
    assert running.anonymous.get("/_health").text == "ok"
    assert running.anonymous.get("/_livez/").json() == {"http": True}
    assert running.anonymous.get("/_readyz").json()["db"] is True
