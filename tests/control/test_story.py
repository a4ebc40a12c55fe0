"""One query's life, told through the control plane, without waiting."""

from __future__ import annotations

from tests.control.conftest import Steered, Tenant


def ask(tenant: Tenant, insight_id: int, refresh: str) -> dict[str, object]:
    answer = tenant.http.get(f"{tenant.url}/insights/{insight_id}", params={"refresh": refresh})
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def test_a_query_is_queued_runs_completes_grows_stale_fails_is_cancelled_and_expires(mock: Steered) -> None:
    mock.put("clock", {"now": "2026-06-17T12:00:00Z", "frozen": True})
    tenant = mock.project()
    insight = tenant.insight()["id"]
    clock = f"projects/{tenant.id}/clock"

    # queued
    first = ask(tenant, insight, "async")
    assert first["result"] is None
    query_id = first["query_status"]["id"]
    status = tenant.status(query_id, 202)
    assert (status["complete"], status["pickup_time"], status["query_progress"]) == (False, None, None)

    # running, with progress
    moved = mock.post(f"{clock}/advance", {"seconds": 1})
    assert [(one["from"], one["to"]) for one in moved["changed"]] == [("queued", "running")]
    status = tenant.status(query_id, 202)
    assert status["pickup_time"] == "2026-06-17T12:00:01Z"
    mock.post(f"{clock}/advance", {"seconds": 1})
    assert tenant.status(query_id, 202)["query_progress"]["rows_read"] > 0

    # complete, and served from the cache
    mock.post(f"{clock}/advance", {"seconds": 2})
    status = tenant.status(query_id, 200)
    assert (status["complete"], status["end_time"]) == (True, "2026-06-17T12:00:04Z")
    assert status["results"]["results"] is not None
    served = ask(tenant, insight, "force_cache")
    assert (served["is_cached"], served["last_refresh"]) == (True, "2026-06-17T12:00:04Z")

    # stale after six hours: async queues at once, lazy_async only past twelve
    changed = mock.post(f"{clock}/advance", {"seconds": 7 * 3600})["changed"]
    [stale] = [one for one in changed if one["kind"] == "cached_result"]
    assert (stale["to"], stale["insight_ids"]) == ("stale", [insight])
    lazy = ask(tenant, insight, "lazy_async")
    assert (lazy["is_cached"], lazy["query_status"]) == (True, None)
    mock.post(f"{clock}/advance", {"seconds": 6 * 3600})
    lazy = ask(tenant, insight, "lazy_async")
    assert lazy["is_cached"] is True
    assert lazy["query_status"]["complete"] is False

    # one fails at 60 %, one is cancelled, one expires
    mock.put(f"projects/{tenant.id}/refresh", {"mode": "manual"})
    for name in ("failing", "cancelled", "expiring"):
        tenant.queue(name)
    progress = {"rows_read": 600, "estimated_rows_total": 1000}
    mock.post("jobs/failing/transition", {"to": "running", "progress": progress})
    mock.post("jobs/failing/transition", {"to": "error", "error_message": "out of memory"})
    failed = tenant.status("failing", 400)
    assert (failed["error_message"], failed["query_progress"]["rows_read"]) == ("out of memory", 600)
    mock.post("jobs/cancelled/transition", {"to": "cancelled"})
    assert tenant.status("cancelled", 400)["error"] is True
    mock.post(f"{clock}/advance", {"seconds": 3600})
    tenant.status("expiring", 404)
    states = {job["query_id"]: job["state"] for job in mock.get("jobs", project_id=tenant.id)}
    assert states["expiring"] == "expired"
