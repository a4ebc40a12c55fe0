"""Several writers at once: nothing is lost, and nothing is mixed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from ..core import expect
from ..core.reply import Reply
from ..errors import Breach
from ..rules import Cost, rule
from ..world import World, as_json


def at_once(calls: Sequence[Callable[[], Reply]]) -> list[Reply]:
    """Make calls at the same moment, each from its own thread; raises the first Breach of any."""
    replies: list[Reply | Breach | None] = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(number: int) -> None:
        gate.wait(10)
        try:
            replies[number] = calls[number]()
        except Breach as breach:
            replies[number] = breach

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    done: list[Reply] = []
    for reply in replies:
        if isinstance(reply, Breach):
            raise reply
        if reply is None:
            raise Breach("one of several concurrent requests was never answered")
        done.append(reply)
    return done


@rule("insights_partial_update")
def concurrent_changes_of_different_fields_all_stay(world: World) -> None:
    """Changes of different fields at the same time are all kept."""
    for _ in range(3):
        made = world.insight()
        path = f"insights/{made['id']}"
        values: dict[str, Any] = {
            "name": world.name("both"),
            "description": "both",
            "favorited": True,
            "tags": ["both"],
            "derived_name": "both",
        }
        calls = [partial(world.api.patch, path, {field: value}) for field, value in values.items()]
        for reply in at_once(calls):
            reply.ok()
        found = world.api.get(path).object()
        for field, value in values.items():
            expect.equal(found.get(field), value, f"{field} after concurrent changes")


@rule("insights_partial_update")
def the_last_writers_value_is_whole(world: World) -> None:
    """Of several writers of the same fields one wins with all of its values."""
    made = world.insight()
    path = f"insights/{made['id']}"
    texts = [f"writer {number}" for number in range(4)]
    calls = [partial(world.api.patch, path, {"description": text, "derived_name": text}) for text in texts]
    for reply in at_once(calls):
        reply.ok()
    found = world.api.get(path).object()
    expect.that(found["description"] in texts, f"{found['description']!r} is what nobody has written")
    expect.equal(found["derived_name"], found["description"], "the two fields of the winner")


@rule("insights_create", "insights_list")
def concurrent_creates_all_stay(world: World) -> None:
    """Insights that are made at the same time all exist, with ids of their own."""
    word = world.unique()
    calls = [partial(world.attempt_insight, tags=[word]) for _ in range(6)]
    ids = [reply.object(201)["id"] for reply in at_once(calls)]
    expect.equal(len(set(ids)), 6, "different ids")
    rows = world.api.get("insights", tags=as_json([word])).rows()
    expect.same_set([row["id"] for row in rows], ids, "ids that are listed")


@rule("insights_activity_retrieve", "insights_partial_update", cost=Cost.FULL)
def every_concurrent_change_is_logged(world: World) -> None:
    """Each of several changes at the same time has its entry in the log."""
    made = world.insight()
    names = [world.name(str(number)) for number in range(4)]
    path = f"insights/{made['id']}"
    at_once([partial(world.api.patch, path, {"name": name}) for name in names])
    entries = world.api.get(f"{path}/activity", limit=50).object()["results"]
    changed = [
        change["after"]
        for entry in entries
        for change in entry["detail"]["changes"] or []
        if change["field"] == "name"
    ]
    expect.same_set(changed, names, "names in the log")


@rule("insights_sharing_refresh_create", cost=Cost.FULL)
def concurrent_rotations_leave_one_token(world: World) -> None:
    """After several rotations at once there is one token, and it is one of those that were answered."""
    made = world.insight()
    path = f"insights/{made['id']}/sharing"
    world.api.patch(path, {"enabled": True}).ok()
    replies = at_once([partial(world.api.post, f"{path}/refresh")] * 3)
    tokens = [reply.object()["access_token"] for reply in replies]
    held = world.api.get(path).object()["access_token"]
    expect.that(held in tokens, "the token is none of those that were answered")
    expect.equal(len(set(tokens)), 3, "different tokens")
