"""Token buckets on the project's clock."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.control.throttle import take_token
from tests.conftest import NOW
from tests.control.conftest import Steered, Tenant


@pytest.fixture
def tenant(mock: Steered) -> Tenant:
    made = mock.project()
    mock.put(f"projects/{made.id}/clock", {"frozen": True})
    return made


def throttle(mock: Steered, tenant: Tenant, **limits: Any) -> None:
    mock.post("faults", {"match": {"project_id": tenant.id}, "effect": {"throttle": limits}}, 201)


def test_an_empty_bucket_answers_429_with_a_true_retry_after(mock: Steered, tenant: Tenant) -> None:
    throttle(mock, tenant, per_minute=3)
    url = f"{tenant.url}/insights"

    assert [tenant.http.get(url).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = tenant.http.get(url)
    seconds = int(refused.headers["Retry-After"])
    assert refused.json() == {
        "type": "throttled_error",
        "code": "throttled",
        "detail": f"Request was throttled. Expected available in {seconds} seconds.",
        "attr": None,
    }
    mock.post(f"projects/{tenant.id}/clock/advance", {"seconds": seconds - 1})
    assert tenant.http.get(url).status_code == 429
    mock.post(f"projects/{tenant.id}/clock/advance", {"seconds": 1})
    assert tenant.http.get(url).status_code == 200


def test_the_vendors_limits_count_requests_with_a_key_only(mock: Steered, tenant: Tenant) -> None:
    throttle(mock, tenant, preset="query", per_hour=1)

    assert [tenant.http.get(f"{tenant.url}/insights").status_code for _ in range(2)] == [200, 429]
    made = mock.post(f"projects/{tenant.id}/sessions", expect=201)
    client = mock.running.client()
    client.cookies.set(made["cookie"]["name"], made["cookie"]["value"])
    assert client.get(f"{tenant.url}/insights").status_code == 200


def test_projects_have_buckets_of_their_own(mock: Steered) -> None:
    mock.post("faults", {"effect": {"throttle": {"per_minute": 1}}}, 201)
    one, other = mock.project(), mock.project()

    assert [each.http.get(f"{each.url}/insights").status_code for each in (one, other)] == [200, 200]
    assert one.http.get(f"{one.url}/insights").status_code == 429


def test_a_header_throttles_too(tenant: Tenant) -> None:
    headers = {"X-Mock-Fault": "throttle=1"}
    found = [tenant.http.get(f"{tenant.url}/insights", headers=headers).status_code for _ in range(2)]

    assert found == [200, 429]


@given(limit=st.integers(1, 300), waits=st.lists(st.floats(0, 90), max_size=60))
def test_no_minute_sees_more_than_a_full_bucket_and_what_flowed_in(limit: int, waits: list[float]) -> None:
    from datetime import timedelta

    buckets: dict[str, list[Any]] = {}
    now, allowed = NOW, 0
    for wait in waits:
        now += timedelta(seconds=wait)
        buckets, seconds = take_token({"per_minute": limit}, buckets, now)
        allowed += seconds is None
        if seconds is not None:
            _, later = take_token({"per_minute": limit}, buckets, now + timedelta(seconds=seconds))
            assert later is None
    elapsed = (now - NOW).total_seconds()
    assert allowed <= limit + elapsed * limit / 60 + 1e-6
