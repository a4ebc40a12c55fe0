"""Calls are held against the contract after they were passed on, in bounded memory."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.proxy.bodies import Budget, Copy, Lost
from mockserver.traffic import Checked, Exchange
from tests.proxy.serving import proxying
from tests.proxy.upstreams import answering, json_answer

WRONG = b'{"count":"many","next":null,"previous":null,"results":[]}'
SECRET = "phx_0123456789abcdefghijklmnop"


def test_what_is_wrong_is_counted_by_operation_and_shown_once() -> None:
    with answering(*[json_answer(WRONG)] * 3) as upstream, proxying(upstream.url) as proxied:
        for _ in range(3):
            assert proxied.http.get("/api/projects/7/insights?limit=x").content == WRONG
        counts, found = proxied.counts(), proxied.violations()
    assert counts["operations"]["insights_list"]["calls"] == 3
    assert counts["violations"]["errors"] == counts["operations"]["insights_list"]["errors"] >= 3
    one = next(each for each in found if each["pointer"] == "/count")
    assert (one["times"], one["severity"], one["operation_id"]) == (3, "error", "insights_list")
    assert (one["method"], one["path"], one["status"]) == ("GET", "/api/projects/7/insights", 200)
    assert one["contract_line"] > 0


def test_a_call_that_no_operation_allows_is_counted_apart() -> None:
    with answering(json_answer(), json_answer()) as upstream, proxying(upstream.url) as proxied:
        proxied.http.put("/api/projects/7/insights", json={})
        proxied.http.get("/api/projects/7/session_recordings")
        counts = proxied.counts()
    assert counts["operations"]["no operation"]["errors"] == 1
    assert counts["calls"]["not_of_the_contract"] == 1


def test_no_secret_is_shown() -> None:
    answer = json_answer(b'{"count": "%s", "results": []}' % SECRET.encode())
    with answering(answer) as upstream, proxying(upstream.url) as proxied:
        proxied.http.get(
            f"/api/projects?personal_api_key={SECRET}", headers={"Authorization": f"Bearer {SECRET}"}
        )
        shown = str(proxied.violations()) + str(proxied.counts())
    assert "/count" in shown
    assert SECRET not in shown


def test_a_client_does_not_wait_for_checks() -> None:
    go_on = threading.Event()

    def slow(_exchange: Exchange, _checked: Checked) -> None:
        assert go_on.wait(10)

    answers = [json_answer()] * 3
    with answering(*answers) as upstream, proxying(upstream.url, app={"listeners": [slow]}) as proxied:
        for _ in range(3):
            assert proxied.http.get("/api/projects").status_code == 200
        assert proxied.http.get("/_mock/proxy/counts").json()["waiting"] >= 2
        go_on.set()
        assert proxied.counts()["waiting"] == 0


def test_calls_that_find_too_many_waiting_are_not_looked_at_and_counted() -> None:
    go_on, begun = threading.Event(), threading.Event()

    def slow(_exchange: Exchange, _checked: Checked) -> None:
        begun.set()
        assert go_on.wait(10)

    with (
        answering(*[json_answer()] * 3) as upstream,
        proxying(upstream.url, most_waiting=1, app={"listeners": [slow]}) as proxied,
    ):
        proxied.http.get("/api/projects")
        assert begun.wait(10)
        proxied.http.get("/api/projects")
        proxied.http.get("/api/projects")
        go_on.set()
        counts = proxied.counts()
    assert counts["unchecked"] == {"too many calls waiting": 1}
    assert counts["operations"]["projects_list"]["calls"] == 2


def test_a_check_that_crashes_is_counted_and_the_next_one_goes_on() -> None:
    seen: list[Exchange] = []

    def crash_once(exchange: Exchange, _checked: Checked) -> None:
        seen.append(exchange)
        if len(seen) == 1:
            raise RuntimeError("no")

    with (
        answering(json_answer(), json_answer()) as upstream,
        proxying(upstream.url, app={"listeners": [crash_once]}) as proxied,
    ):
        proxied.http.get("/api/projects")
        proxied.http.get("/api/projects")
        assert proxied.counts()["unchecked"] == {"the check failed": 1}
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"body_limit": 1000}, "body larger than the limit"),
        ({"memory_limit": 1000}, "body too large for the memory left"),
    ],
)
def test_a_body_that_is_too_large_is_passed_on_but_not_looked_at(limits: dict[str, Any], reason: str) -> None:
    body = b'{"count": "many", "pad": "' + b"x" * 2000 + b'"}'
    with answering(json_answer(body)) as upstream, proxying(upstream.url, **limits) as proxied:
        assert proxied.http.get("/api/projects?surprise=1").content == body
        assert proxied.counts()["unchecked"] == {reason: 1}
        # the rest of the call is looked at all the same
        assert [one["pointer"] for one in proxied.violations()] == ["surprise"]


def test_what_was_asked_for_at_the_end_is_still_looked_at() -> None:
    with answering(*[json_answer(WRONG)] * 5) as upstream, proxying(upstream.url) as proxied:
        for _ in range(5):
            proxied.http.get("/api/projects")
        left = proxied.app.close()
    assert (left, proxied.app.tally.shape()["operations"]["projects_list"]["calls"]) == (0, 5)


@given(
    st.lists(st.lists(st.binary(max_size=40), max_size=8), max_size=6),
    st.integers(0, 60),
    st.integers(0, 120),
)
def test_copies_never_hold_more_than_allowed_and_give_everything_back(
    bodies: list[list[bytes]], limit: int, total: int
) -> None:
    budget = Budget(total)
    copies = []
    for chunks in bodies:
        copy = Copy(budget, limit)
        for chunk in chunks:
            copy.add(chunk)
        copies.append(copy)
        whole = b"".join(chunks)
        assert copy.body in (whole, None)
        assert (copy.body is None) == (copy.lost is not None)
        assert copy.lost is not Lost.TOO_LARGE or len(whole) > limit
        assert sum(each.size for each in copies) == total - budget.left <= total
    for copy in copies:
        copy.release()
        copy.release()
    assert budget.left == total
