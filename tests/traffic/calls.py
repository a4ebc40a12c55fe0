"""Valid calls of many operations, recorded from the fake by name: what mutations start from."""

from __future__ import annotations

import json

from mockserver.traffic import Exchange
from tests.conftest import Running, trends
from tests.traffic.recording import exchange_of

EVENTS = {
    "persons": [{"distinct_ids": ["ada"], "properties": {}}],
    "events": [{"event": "$pageview", "distinct_id": "ada", "timestamp": "2026-06-16T10:00:00Z"}],
}
FUNNEL = {
    "kind": "FunnelsQuery",
    "series": [{"kind": "EventsNode", "event": "$pageview"}, {"kind": "EventsNode", "event": "paid"}],
}
ENVELOPES = "/insights?order=nothing"


def recorded_calls(fake: Running) -> dict[str, Exchange]:
    """The calls, each made once; none of them leaves the contract."""
    http, insights = fake.http, fake.insights
    http.post(f"/_mock/projects/{fake.project_id}/events", json=EVENTS)
    token = http.get("/api/projects/@current").json()["api_token"]
    made = http.post(insights, json={"name": "Visits", "query": trends(), "tags": ["web"], "order": 1})
    one = f"{insights}/{made.json()['id']}"
    for name in ("Second", "Third"):
        fake.create(name=name)
    funnel = http.post(insights, json={"name": "Funnel", "query": FUNNEL}).json()
    board = http.post(f"{fake.url}/dashboards", json={"name": "Board", "tags": ["web"]})
    shared = http.patch(f"{one}/sharing", json={"enabled": True})
    session = fake.session()
    link = shared.json()["access_token"]
    question = {"query": {"kind": "HogQLQuery", "query": "select 1"}, "client_query_id": "mine"}
    asked = {**question, "refresh": "force_async"}
    calls = {
        "create": made,
        "list": http.get(f"{insights}?limit=2&order=id"),
        "list_end": http.get(f"{insights}?limit=2&offset=2&order=id"),
        "basic": http.get(f"{insights}?basic=true"),
        "retrieve": http.get(f"{one}?refresh=blocking"),
        "retrieve_funnel": http.get(f"{insights}/{funnel['id']}?refresh=blocking"),
        "from_dashboard": http.get(f"{one}?from_dashboard={board.json()['id']}"),
        "update": http.patch(one, json={"name": "Visits a day", "description": "All pages"}),
        "missing": http.get(f"{insights}/999999"),
        "refused": http.delete(one),
        "invalid": http.get(f"{fake.url}{ENVELOPES}"),
        "unknown_caller": fake.anonymous.get(f"{fake.url}/dashboards"),
        "throttled": http.get(insights, headers={"X-Mock-Fault": "status=429; retry_after=3"}),
        "viewed": http.post(f"{insights}/viewed", json={"insight_ids": [made.json()["id"]]}),
        "bulk": http.post(f"{insights}/bulk_delete", json={"ids": [funnel["id"]]}),
        "activity": http.get(f"{insights}/activity?limit=5&page=1"),
        "csv": http.get(f"{insights}?format=csv"),
        "share": shared,
        "board": board,
        "boards": http.get(f"{fake.url}/dashboards"),
        "board_retrieve": http.get(f"{fake.url}/dashboards/{board.json()['id']}"),
        "query": http.post(f"{fake.url}/query", json=question),
        "query_async": http.post(f"{fake.url}/query", json=asked),
        "key": session.post("/api/personal_api_keys", json={"label": "CI", "scopes": ["insight:read"]}),
        "login": fake.client().post("/api/login", json={"email": fake.email, "password": fake.password}),
        "logout": session.post("/api/logout"),
        "me": http.get("/api/users/@me"),
        "projects": http.get("/api/projects"),
        "shared": fake.anonymous.get(f"/shared/{link}.json"),
        "capture": fake.anonymous.post("/e", json={"api_key": token, "event": "paid", "distinct_id": "ada"}),
        "ready": fake.anonymous.get("/_readyz"),
    }
    return {name: exchange_of(answer) for name, answer in calls.items()}


def as_har(exchanges: list[Exchange]) -> str:
    """Calls as a HAR file, as a browser writes it."""
    return json.dumps(
        {
            "log": {
                "version": "1.2",
                "creator": {"name": "tests", "version": "1"},
                "entries": [har_entry(exchange) for exchange in exchanges],
            }
        }
    )


def har_entry(exchange: Exchange) -> dict[str, object]:
    """A call as an entry."""
    request, response = exchange.request, exchange.response
    sent = (request.body or b"").decode("utf-8", "replace")
    entry: dict[str, object] = {
        "startedDateTime": "2026-06-17T12:00:00.000Z",
        "time": (exchange.seconds or 0) * 1000,
        "request": {
            "method": request.method,
            "url": request.url,
            "httpVersion": "HTTP/1.1",
            "headers": _headers(request.headers),
            "queryString": [],
            "cookies": [],
            "headersSize": -1,
            "bodySize": len(sent),
        },
        "cache": {},
        "timings": {"send": 0, "wait": 1, "receive": 0},
    }
    if sent:
        kind = request.headers.get("content-type", "")
        entry["request"]["postData"] = {"mimeType": kind, "text": sent}  # type: ignore[index]
    if response is not None:
        text = (response.body or b"").decode("utf-8", "replace")
        entry["response"] = {
            "status": response.status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "headers": _headers(response.headers),
            "cookies": [],
            "content": {
                "size": len(response.body or b""),
                "mimeType": response.headers.get("content-type", ""),
                "text": text,
            },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        }
    return entry


def _headers(headers: object) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in dict(headers).items()]  # type: ignore[call-overload]
