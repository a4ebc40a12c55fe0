"""The life of an insight: made, found, changed."""

from __future__ import annotations

from ..core import expect
from ..queries import trends
from ..rules import Cost, rule
from ..world import LEAVE_OUT, World

IGNORED = {
    "id": 1,
    "short_id": "Zzzzzzzz",
    "result": [1],
    "is_cached": True,
    "created_by": None,
    "nonsense": 1,
}


@rule("insights_create")
def a_create_answers_201_with_the_whole_insight(world: World) -> None:
    """Creating an insight answers 201 with an id, a short id, who made it and when."""
    made = world.attempt_insight(name=world.name()).object(201)
    expect.that(isinstance(made.get("id"), int) and made["id"] > 0, "the id is no positive integer")
    short_id = str(made.get("short_id"))
    expect.that(6 <= len(short_id) <= 12 and short_id.isalnum(), f"{short_id!r} is no short id")
    expect.that(isinstance(made.get("created_by"), dict), "created_by is no user")
    expect.that(isinstance(made.get("last_modified_by"), dict), "last_modified_by is no user")
    expect.equal(made["deleted"], False, "deleted")


@rule("insights_retrieve", "insights_create")
def what_was_created_is_found(world: World) -> None:
    """An insight is found under its id with the values that were sent."""
    sent = {
        "name": world.name("found"),
        "description": "Äußerst *wichtig* 🦔",
        "derived_name": "Pageview count",
    }
    made = world.insight(**sent, tags=["alpha"], favorited=True)
    found = world.api.get(f"insights/{made['id']}").object()
    for field, value in sent.items():
        expect.equal(found.get(field), value, field)
    expect.equal(found.get("tags"), ["alpha"], "tags")
    expect.equal(found.get("favorited"), True, "favorited")
    expect.equal(found.get("short_id"), made["short_id"], "short_id")
    expect.equal(found.get("created_at"), made["created_at"], "created_at")


@rule("insights_retrieve", "insights_create")
def the_query_is_kept(world: World) -> None:
    """The query that was sent is the query that is found."""
    query = trends("$pageview", interval="week", dateRange={"date_from": "-30d"})
    made = world.insight(query=query)
    found = world.api.get(f"insights/{made['id']}").object()
    kept = found["query"]
    expect.equal(kept.get("kind"), "InsightVizNode", "kind of the query")
    source = expect.holds(kept, "source", "the query")
    expect.equal(source.get("kind"), "TrendsQuery", "kind of the source")
    expect.equal(source.get("interval"), "week", "interval")
    expect.equal((source.get("dateRange") or {}).get("date_from"), "-30d", "date_from")
    expect.equal(source["series"][0].get("event"), "$pageview", "event of the series")


@rule("insights_create")
def defaults_of_a_new_insight(world: World) -> None:
    """What is not sent is null, empty or false."""
    made = world.insight(name=LEAVE_OUT, tags=LEAVE_OUT, query=trends("$pageleave"))
    wanted: dict[str, object] = {
        "name": None,
        "derived_name": None,
        "description": None,
        "order": None,
        "tags": [],
    }
    for field, value in {**wanted, "favorited": False, "deleted": False, "dashboard_tiles": []}.items():
        expect.equal(made.get(field), value, f"default of {field}")


@rule("insights_create")
def ids_are_never_given_twice(world: World) -> None:
    """Every insight gets an id and a short id of its own, also after one was deleted."""
    made = [world.insight() for _ in range(3)]
    world.api.patch(f"insights/{made[-1]['id']}", {"deleted": True}).ok()
    made.append(world.insight())
    expect.equal(len({one["id"] for one in made}), 4, "different ids")
    expect.equal(len({one["short_id"] for one in made}), 4, "different short ids")


@rule("insights_create", "insights_partial_update")
def read_only_and_unknown_keys_are_ignored(world: World) -> None:
    """Keys that a client may not set are ignored without an error, on create and on update."""
    made = world.insight(**IGNORED)
    expect.that(made["id"] != 1 or made["short_id"] != "Zzzzzzzz", "id or short_id were taken from the body")
    expect.that(made["short_id"] != "Zzzzzzzz", "short_id was taken from the body")
    expect.that(made["created_by"] is not None, "created_by was taken from the body")
    changed = world.api.patch(
        f"insights/{made['id']}", {**IGNORED, "created_at": "2001-01-01T00:00:00Z"}
    ).object()
    found = world.api.get(f"insights/{made['id']}").object()
    for field in ("id", "short_id", "created_at"):
        expect.equal(changed[field], made[field], f"{field} after an update")
        expect.equal(found[field], made[field], f"{field} after an update, found again")


@rule("insights_partial_update", "insights_retrieve")
def an_update_changes_what_it_names_and_nothing_else(world: World) -> None:
    """PATCH changes the fields that it names; all others keep their values."""
    made = world.insight(
        name=world.name("before"), description="kept", derived_name="kept too", tags=["kept"]
    )
    changed = world.api.patch(f"insights/{made['id']}", {"name": world.name("after")}).object()
    found = world.api.get(f"insights/{made['id']}").object()
    for answer in (changed, found):
        expect.equal(answer.get("name"), world.name("after"), "name")
        for field in ("description", "derived_name", "tags", "query", "created_at", "favorited", "deleted"):
            expect.equal(answer.get(field), made.get(field), f"{field}, which was not named")


@rule("insights_partial_update", "insights_retrieve")
def every_writable_field_can_be_changed(world: World) -> None:
    """Each writable field takes a new value and keeps it."""
    made = world.insight()
    values = {"description": "new text", "derived_name": "new name", "order": 7, "favorited": True}
    for field, value in values.items():
        world.api.patch(f"insights/{made['id']}", {field: value}).ok()
    found = world.api.get(f"insights/{made['id']}").object()
    for field, value in values.items():
        expect.equal(found.get(field), value, f"{field} after an update")


@rule("insights_partial_update", "insights_retrieve")
def texts_can_be_emptied(world: World) -> None:
    """Name and description may be set to null and to the empty text."""
    made = world.insight(description="something")
    changed = world.api.patch(f"insights/{made['id']}", {"description": None}).object()
    expect.equal(changed.get("description"), None, "description set to null")
    changed = world.api.patch(f"insights/{made['id']}", {"description": ""}).object()
    expect.equal(changed.get("description"), "", "description set to empty text")


@rule("insights_partial_update", "insights_retrieve")
def a_new_query_replaces_the_old_one(world: World) -> None:
    """PATCH with a query replaces the whole query."""
    made = world.insight(query=trends("$pageview", interval="month"))
    world.api.patch(f"insights/{made['id']}", {"query": trends("$pageleave")}).ok()
    source = world.api.get(f"insights/{made['id']}").object()["query"]["source"]
    expect.equal(source["series"][0].get("event"), "$pageleave", "event of the series")
    expect.that(source.get("interval") in (None, "day"), "the interval of the old query is still there")


@rule("insights_update")
def put_updates_like_patch(world: World) -> None:
    """PUT takes the same fields as PATCH and answers 200 with the insight."""
    made = world.insight()
    body = {"name": world.name("put"), "query": made["query"]}
    changed = world.api.put(f"insights/{made['id']}", body).object()
    expect.equal(changed.get("name"), world.name("put"), "name after PUT")
    found = world.api.get(f"insights/{made['id']}").object()
    expect.equal(found.get("name"), world.name("put"), "name after PUT, found again")


@rule("insights_partial_update")
def every_save_moves_updated_at(world: World) -> None:
    """`updated_at` moves with every save; `created_at` never."""
    made = world.insight()
    changed = world.api.patch(f"insights/{made['id']}", {"favorited": True}).object()
    before = expect.moment(made["updated_at"], "updated_at")
    for answer in (changed, world.api.get(f"insights/{made['id']}").object()):
        expect.that(expect.moment(answer["updated_at"], "updated_at") > before, "updated_at did not move")
        expect.equal(answer["created_at"], made["created_at"], "created_at")


@rule("insights_partial_update")
def material_edits_move_last_modified_at(world: World) -> None:
    """A new name or description moves `last_modified_at`."""
    made = world.insight()
    before = expect.moment(made["last_modified_at"], "last_modified_at")
    for field in ("name", "description"):
        changed = world.api.patch(f"insights/{made['id']}", {field: world.name(field)}).object()
        after = expect.moment(changed["last_modified_at"], "last_modified_at")
        expect.that(after > before, f"last_modified_at did not move with {field}")
        before = after


@rule("insights_partial_update")
def favourites_and_tags_do_not_move_last_modified_at(world: World) -> None:
    """Favouring and tagging are no edits: `last_modified_at` stays."""
    made = world.insight()
    for field, value in (("favorited", True), ("tags", ["one"]), ("order", 3)):
        changed = world.api.patch(f"insights/{made['id']}", {field: value}).object()
        expect.equal(changed["last_modified_at"], made["last_modified_at"], f"last_modified_at after {field}")


@rule("insights_retrieve")
def reading_changes_nothing(world: World) -> None:
    """Reading an insight twice gives the same insight."""
    made = world.insight()
    first = world.api.get(f"insights/{made['id']}").object()
    second = world.api.get(f"insights/{made['id']}").object()
    for field in ("updated_at", "last_modified_at", "name", "query", "tags", "favorited"):
        expect.equal(second.get(field), first.get(field), f"{field} after reading")


@rule("insights_retrieve", "insights_list")
def a_trailing_slash_makes_no_difference(world: World) -> None:
    """Both spellings of an address answer directly, without a redirect."""
    made = world.insight()
    for path in ("insights/", f"insights/{made['id']}/", f"insights/{made['id']}/activity/"):
        world.api.get(path, limit=1).ok()


@rule("insights_retrieve", cost=Cost.FULL)
def environments_are_an_alias_of_projects(world: World) -> None:
    """`/api/environments/{id}/insights` answers as `/api/projects/{id}/insights` does."""
    made = world.insight()
    found = world.api.get(f"/api/environments/{world.api.project}/insights/{made['id']}").object()
    expect.equal(found.get("id"), made["id"], "id under environments")


@rule("insights_retrieve", profiles=("current",))
def the_short_id_finds_the_insight(world: World) -> None:
    """Today's server finds an insight by its short id too."""
    made = world.insight()
    if made["short_id"].isdigit():
        return
    expect.equal(world.api.get(f"insights/{made['short_id']}").object().get("id"), made["id"], "id")


@rule("insights_retrieve", profiles=("docs",))
def the_short_id_finds_nothing(world: World) -> None:
    """The documented server knows numeric ids only."""
    made = world.insight()
    if not made["short_id"].isdigit():
        world.api.get(f"insights/{made['short_id']}").error(404, kind="invalid_request", code="not_found")


@rule("insights_create", profiles=("current",))
def a_create_needs_a_query(world: World) -> None:
    """Today's server refuses an insight without a query."""
    missing: tuple[object, ...] = (LEAVE_OUT, None)
    for query in missing:
        reply = world.attempt_insight(query=query)
        reply.error(400, kind="validation_error", code="invalid_input", attr="query")


@rule("insights_partial_update", profiles=("current",))
def a_query_cannot_be_emptied(world: World) -> None:
    """Today's server refuses to empty a query."""
    made = world.insight()
    empty: tuple[object, ...] = (None, {})
    for query in empty:
        reply = world.api.patch(f"insights/{made['id']}", {"query": query})
        reply.error(400, kind="validation_error", code="invalid_input", attr="query")
    expect.that(world.api.get(f"insights/{made['id']}").object()["query"], "the query is gone")


@rule("insights_create", profiles=("docs",))
def a_create_needs_no_query(world: World) -> None:
    """The documented server takes an insight without a query."""
    world.attempt_insight(query=LEAVE_OUT).object(201)


@rule("insights_retrieve", "insights_list", profiles=("docs",))
def filters_are_in_every_answer(world: World) -> None:
    """The documented server shows `filters`, empty beside a query."""
    made = world.insight()
    for answer in (made, world.api.get(f"insights/{made['id']}").object()):
        expect.equal(answer.get("filters"), {}, "filters")


@rule("insights_retrieve", "insights_list", profiles=("current",))
def filters_are_gone(world: World) -> None:
    """Today's server has no `filters` key any more."""
    made = world.insight()
    for answer in (made, world.api.get(f"insights/{made['id']}").object()):
        expect.that("filters" not in answer, "there is a `filters` key")


@rule("insights_retrieve")
def basic_leaves_the_result_out(world: World) -> None:
    """`basic=true` gives the basic shape: no result, no order, no query status."""
    made = world.insight()
    found = world.api.get(f"insights/{made['id']}", basic="true").object()
    for field in ("result", "query_status", "last_modified_by", "is_cached", "order"):
        expect.that(field not in found, f"the basic shape has `{field}`")
    expect.equal(found.get("id"), made["id"], "id")
    expect.equal(found.get("refreshing"), False, "refreshing")


@rule("insights_create", profiles=("current",), cost=Cost.FULL)
def a_bare_query_is_wrapped(world: World) -> None:
    """Today's server stores a bare source inside its node."""
    bare = {"kind": "TrendsQuery", "series": [{"kind": "EventsNode", "event": "$pageview"}]}
    expect.equal(world.insight(query=bare)["query"].get("kind"), "InsightVizNode", "kind of a wrapped trends")
    sql = {"kind": "HogQLQuery", "query": "select 1"}
    expect.equal(
        world.insight(query=sql)["query"].get("kind"), "DataVisualizationNode", "kind of a wrapped SQL"
    )


@rule("insights_retrieve", cost=Cost.FULL)
def access_levels_are_told(world: World) -> None:
    """An insight says what the caller may do with it, with PostHog's numbers."""
    made = world.insight()
    for field in ("effective_restriction_level", "effective_privilege_level"):
        expect.that(made.get(field) in (21, 37), f"{field} is {made.get(field)!r}, neither 21 nor 37")
    expect.that(
        made.get("user_access_level") in ("viewer", "editor", "manager", None),
        f"user_access_level is {made.get('user_access_level')!r}",
    )
