"""Lists agree with each other and with the objects that they list."""

from __future__ import annotations

from typing import Any

from ..core import expect
from ..errors import Skip
from ..rules import Cost, rule
from ..world import World


@rule("insights_list", reads_only=True)
def count_is_all_pages_together(world: World) -> None:
    """The rows of all pages together are as many as `count` says, each of them once."""
    first = world.api.get("insights", limit=1, basic="true", order="id").page()
    size = max(1, min(200, -(-first["count"] // 3)))
    ids: list[int] = []
    for offset in range(0, min(first["count"], 2000), size):
        ids += [
            row["id"]
            for row in world.api.get(
                "insights", limit=size, offset=offset, basic="true", order="id", created_date_to="-1h"
            ).rows()
        ]
    old = world.api.get("insights", limit=1, basic="true", created_date_to="-1h").page()["count"]
    if first["count"] <= 2000:
        expect.equal(len(ids), old, "rows of all pages")
    expect.equal(len(set(ids)), len(ids), "different ids over all pages")
    expect.equal(ids, sorted(ids), "ids over all pages with order=id")


@rule("insights_list", reads_only=True)
def basic_rows_are_full_rows_less_fields(world: World) -> None:
    """A basic row has the values of the full row in every field that both have."""
    full = world.api.get("insights", limit=10, order="id").rows()
    basic = world.api.get("insights", limit=10, order="id", basic="true").rows()
    by_id = {row["id"]: row for row in full}
    for row in basic:
        other = by_id.get(row["id"])
        if other is not None:
            _same(row, other, "a basic row", skip=("last_refresh", "last_viewed_at", "updated_at"))


@rule("insights_list", "insights_retrieve", reads_only=True)
def a_row_is_what_retrieve_answers(world: World) -> None:
    """A row of the list has the values that retrieving the insight has."""
    for row in world.api.get("insights", limit=3, order="id").rows():
        reply = world.api.get(f"insights/{row['id']}")
        if reply.status != 404:
            skip = (
                "last_viewed_at",
                "search_match_type",
                "timezone",
                "updated_at",
                "filter_override_context",
            )
            _same(row, reply.object(), "a listed row", skip=skip)


@rule("insights_list", reads_only=True)
def up_and_down_are_mirrored(world: World) -> None:
    """`order=-id` lists what `order=id` lists, the other way round."""
    query = {"limit": 500, "basic": "true", "created_date_to": "-1h"}
    up = [row["id"] for row in world.api.get("insights", order="id", **query).rows()]
    down = [row["id"] for row in world.api.get("insights", order="-id", **query).rows()]
    if len(up) < 500:
        expect.equal(down, up[::-1], "order=-id")


@rule("insights_list", reads_only=True)
def filters_only_take_away(world: World) -> None:
    """A filtered list is part of the whole list, and `count` never grows by a filter."""
    whole = world.api.get("insights", limit=1, basic="true", created_date_to="-1h").page()["count"]
    queries: tuple[dict[str, Any], ...] = (
        {"favorited": "true"},
        {"saved": "true"},
        {"user": "true"},
        {"insight": "TRENDS"},
        {"search": "a"},
    )
    for query in queries:
        part = world.api.get("insights", limit=1, basic="true", created_date_to="-1h", **query).page()[
            "count"
        ]
        expect.that(part <= whole, f"{part} insights with {query}, {whole} without")


@rule("insights_list", reads_only=True)
def saved_and_not_saved_cover_favourites(world: World) -> None:
    """Every favourite is marked as one, and every row of a kind has that kind."""
    for row in world.api.get("insights", favorited="true", limit=100, basic="true").rows():
        expect.equal(row["favorited"], True, "favorited of a listed favourite")
    for row in world.api.get("insights", insight="FUNNELS", limit=100, basic="true").rows():
        source = (row.get("query") or {}).get("source") or {}
        if row.get("query"):
            expect.equal(source.get("kind"), "FunnelsQuery", "kind of a listed funnel")


@rule("insights_list", reads_only=True, cost=Cost.FULL)
def csv_rows_are_json_rows(world: World) -> None:
    """CSV has a line for each JSON row, with the same ids."""
    import csv
    import io

    query = {"limit": 5, "order": "id", "basic": "true"}
    rows = world.api.get("insights", **query).rows()
    reply = world.api.request("GET", "insights", query={**query, "format": "csv"}).has_status(200)
    lines = list(csv.DictReader(io.StringIO(reply.text)))
    names = [name for name in (lines[0] if lines else {}) if name == "id" or name.endswith(".id")]
    plain = [line.get("id") or line.get("results.id") for line in lines]
    if rows and not names:
        raise Skip("the CSV of this server has no column of ids")
    expect.equal([str(one) for one in plain], [str(row["id"]) for row in rows], "ids in the CSV")


@rule("dashboards_list", "dashboards_retrieve", reads_only=True, cost=Cost.FULL)
def a_dashboard_is_what_the_list_says(world: World) -> None:
    """A dashboard in the list is found under its id with the same name."""
    for row in world.api.get("dashboards", limit=3).rows():
        reply = world.api.get(f"dashboards/{row['id']}")
        if reply.status == 200:
            expect.equal(reply.object()["name"], row["name"], "name of a listed dashboard")


def _same(row: dict[str, Any], other: dict[str, Any], what: str, *, skip: tuple[str, ...]) -> None:
    for field in row.keys() & other.keys() - set(skip):
        if field == "tags":
            expect.same_set(row[field], other[field], f"tags of {what}")
        else:
            expect.equal(row[field], other[field], f"{field} of {what}")
