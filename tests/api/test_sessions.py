"""Signing in and out, and the CSRF protection of sessions."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from mockserver.randomness import Randomness
from mockserver.resources.sessions import mask_token, unmask_token

from ..conftest import Running, StartServer, trends


def log_in(running: Running) -> TestClient:
    return running.session()


def test_a_login_gives_a_session_cookie_that_scripts_cannot_read(docs: Running) -> None:
    answer = docs.client().post("/api/login", json={"email": docs.email, "password": docs.password})
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    session, csrf = answer.headers.get_list("set-cookie")
    assert session.startswith("sessionid=")
    assert "HttpOnly" in session
    assert "SameSite=Lax" in session
    assert "Max-Age=1209600" in session
    assert csrf.startswith("posthog_csrftoken=")
    assert "HttpOnly" not in csrf


def test_the_case_of_an_email_does_not_count(docs: Running) -> None:
    answer = docs.client().post("/api/login", json={"email": docs.email.upper(), "password": docs.password})
    assert answer.status_code == 200


@pytest.mark.parametrize("email", [None, "nobody@example.com"])
def test_a_wrong_email_and_a_wrong_password_are_answered_alike(docs: Running, email: str | None) -> None:
    answer = docs.client().post("/api/login", json={"email": email or docs.email, "password": "wrong"})
    assert answer.status_code == 400
    assert answer.json() == {
        "type": "validation_error",
        "code": "invalid_credentials",
        "detail": "Invalid email or password. Please try again.",
        "attr": None,
    }


def test_a_session_needs_no_scope_and_a_write_needs_the_csrf_token(docs: Running) -> None:
    client = log_in(docs)
    assert client.get("/api/users/@me").json()["email"] == docs.email
    del client.headers["X-CSRFToken"]
    refused = client.post(docs.insights, json={"query": trends()})
    assert refused.status_code == 403
    assert refused.json()["detail"] == "CSRF Failed: CSRF token missing."
    client.headers["X-CSRFToken"] = "x" * 32
    assert client.post(docs.insights, json={"query": trends()}).status_code == 403


def test_a_masked_csrf_token_is_as_good_as_a_plain_one(docs: Running) -> None:
    client = log_in(docs)
    secret = client.cookies["posthog_csrftoken"]
    client.headers["X-CSRFToken"] = mask_token(secret, Randomness("mask"))
    assert client.post(docs.insights, json={"query": trends()}).status_code == 201


def test_masking_a_token_gives_another_text_with_the_same_secret() -> None:
    secret = "aZ9" * 10 + "bY"
    one, other = mask_token(secret, Randomness(1)), mask_token(secret, Randomness(2))
    assert one != other
    assert unmask_token(one) == unmask_token(other) == unmask_token(secret) == secret
    assert unmask_token("not a token!") is None


def test_a_logout_ends_the_session_on_the_server(docs: Running) -> None:
    client = log_in(docs)
    held = dict(client.cookies)
    assert client.post("/api/logout").status_code == 204
    again = docs.client(Cookie="; ".join(f"{name}={value}" for name, value in held.items()))
    assert again.get("/api/users/@me").status_code == 401


def test_a_session_is_over_after_fourteen_days(start: StartServer) -> None:
    running = start()
    client = log_in(running)
    running.clock.advance(14 * 86_400 - 1)
    assert client.get("/api/users/@me").status_code == 200
    running.clock.advance(1)
    assert client.get("/api/users/@me").status_code == 401


def test_the_cookie_of_a_session_is_stored_as_a_hash_only(docs: Running) -> None:
    client = log_in(docs)
    kept = str(docs.store.sessions.documents())
    assert client.cookies["sessionid"] not in kept


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("", "CSRF token missing."),
        ("short", "CSRF token from the 'X-Csrftoken' HTTP header has incorrect length."),
        ("?" * 32, "CSRF token from the 'X-Csrftoken' HTTP header has invalid characters."),
        ("a" * 32, "CSRF token from the 'X-Csrftoken' HTTP header incorrect."),
    ],
)
def test_a_write_with_a_wrong_csrf_header_says_what_is_wrong(docs: Running, header: str, reason: str) -> None:
    client = log_in(docs)
    client.headers["X-CSRFToken"] = header
    answer = client.post(docs.insights, json={"query": trends()})
    assert answer.status_code == 403
    assert reason in answer.json()["detail"]


@pytest.mark.parametrize(
    ("cookie", "reason"), [("", "CSRF cookie not set."), ("b" * 40, "CSRF token incorrect.")]
)
def test_a_write_without_the_right_csrf_cookie_is_refused(docs: Running, cookie: str, reason: str) -> None:
    client = log_in(docs)
    token = client.headers["X-CSRFToken"]
    session = client.cookies["sessionid"]
    plain = docs.client(Cookie=f"sessionid={session}; posthog_csrftoken={cookie}")
    answer = plain.post(docs.insights, json={"query": trends()}, headers={"X-CSRFToken": token})
    assert (answer.status_code, reason in answer.json()["detail"]) == (403, True)


def test_sessions_that_are_over_are_forgotten_at_the_next_login(start: StartServer) -> None:
    running = start()
    log_in(running)
    running.clock.advance(15 * 86_400)
    log_in(running)
    assert len(running.store.sessions.documents()) == 1


def test_cookies_that_cannot_be_read_count_as_none(docs: Running) -> None:
    answer = docs.client(Cookie='a b="c; sessionid').get("/api/users/@me")
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("body", "attr", "reason"),
    [
        ({"label": " ", "scopes": ["*"]}, "label", "This field may not be blank."),
        ({"label": "x" * 41, "scopes": ["*"]}, "label", "Ensure this field has no more than 40 characters."),
        ({"label": "x", "scopes": []}, "scopes", "This list may not be empty."),
        ({"label": "x", "scopes": ["insight:own"]}, "scopes__0", "does not match the required pattern"),
        ({"label": "x", "scopes": ["*"], "scoped_teams": [999]}, "scoped_teams", "You must be a member"),
    ],
)
def test_a_key_that_cannot_be_made_is_refused_by_field(
    docs: Running, body: dict[str, object], attr: str, reason: str
) -> None:
    answer = log_in(docs).post("/api/personal_api_keys", json=body)
    assert answer.status_code == 400
    assert answer.json()["attr"] == attr
    assert reason in answer.json()["detail"]
