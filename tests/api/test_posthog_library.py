"""PostHog's own Python library sends events to the fake over a socket, and insights count them."""

from __future__ import annotations

import httpx
import pytest

from tests.control.live import live_server

posthog = pytest.importorskip("posthog")


@pytest.mark.parametrize("gzipped", [False, True])
def test_the_python_library_sends_identifies_and_is_counted(gzipped: bool) -> None:
    with live_server() as live:
        address = f"{live['url']}/api/projects/{live['project_id']}"
        with httpx.Client(headers={"Authorization": f"Bearer {live['api_key']}"}, timeout=30) as api:
            project = api.get(address).json()
            client = posthog.Posthog(project["api_token"], host=live["url"], gzip=gzipped, sync_mode=False)
            for number in range(20):
                client.capture("bought", distinct_id=f"user {number % 4}", properties={"price": number})
            client.set(distinct_id="user 1", properties={"plan": "pro"})
            client.alias("user 1", "device 1")
            client.capture("bought", distinct_id="device 1", properties={"price": 100})
            client.flush()
            client.shutdown()
            assert client.feature_enabled("beta", "user 1") in (False, None)
            query = {
                "kind": "HogQLQuery",
                "query": "select count(), uniq(person_id), sum(toFloat(properties.price)), "
                "countIf(person.properties.plan = 'pro') from events where event = 'bought'",
            }
            found = api.post(f"{address}/query", json={"query": query})
    assert found.json()["results"] == [[21, 4, 290.0, 6]]
