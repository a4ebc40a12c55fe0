"""Rows that are written once show every change all the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import Running, StartServer

Change = Callable[[Running, int], object]

CHANGES: dict[str, Change] = {
    "its name": lambda it, insight: it.http.patch(f"{it.insights}/{insight}", json={"name": "Changed"}),
    "its tags": lambda it, insight: it.http.patch(f"{it.insights}/{insight}", json={"tags": ["new"]}),
    "a view": lambda it, insight: it.http.post(f"{it.insights}/viewed", json={"insight_ids": [insight]}),
    "a tile": lambda it, insight: it.http.patch(
        f"{it.insights}/{insight}",
        json={"dashboards": [it.http.post(f"{it.url}/dashboards", json={"name": "d"}).json()["id"]]},
    ),
    "a result": lambda it, insight: it.http.get(f"{it.insights}/{insight}?refresh=force_blocking"),
    "its maker's name": lambda it, _: it.store.users.amend(
        next(iter(it.store.users.documents())), {"first_name": "Renamed"}
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_row_shows_what_changed_since_it_was_written(start: StartServer, what: str) -> None:
    running = start(profile="docs")
    insight = running.create(name="Plain")["id"]
    before = running.http.get(running.insights).json()["results"]
    assert running.http.get(running.insights).json()["results"] == before
    CHANGES[what](running, insight)
    after = running.http.get(running.insights).json()["results"]
    assert after != before
    basic = running.http.get(f"{running.insights}?basic=true").json()["results"][0]
    assert {key: after[0][key] for key in ("name", "tags", "dashboards", "created_by", "last_viewed_at")} == {
        key: basic[key] for key in ("name", "tags", "dashboards", "created_by", "last_viewed_at")
    }


def test_two_callers_do_not_share_a_row(start: StartServer) -> None:
    running = start(profile="current")
    running.create()
    with_key = running.http.get(running.insights).json()["results"][0]
    with_session = running.session().get(running.insights).json()["results"][0]
    assert "dashboards" in with_key
    assert "dashboards" not in with_session


def test_a_running_query_is_followed_row_by_row(start: StartServer) -> None:
    running = start(profile="docs")
    insight = running.create()["id"]
    address = f"{running.insights}/{insight}"
    assert running.http.get(f"{address}?refresh=async").json()["query_status"]["complete"] is False
    assert running.http.get(address).json()["query_status"] is not None
    running.clock.advance(5)
    done = running.http.get(address).json()
    assert done["result"] is not None
    assert done["query_status"] is None
