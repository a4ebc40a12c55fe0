"""Pages: what `limit`, `offset`, `count`, `next` and `previous` mean together."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from ..core import expect
from ..core.caller import Caller
from ..errors import Breach
from ..rules import Cost, rule
from ..world import World, as_json

NUMBER = 5


def several(world: World, number: int = NUMBER) -> tuple[str, list[int]]:
    """Insights under one tag that nothing else carries; the `tags` parameter and their ids in order."""
    word = world.unique()
    ids = [world.insight(name=world.name(f"{word} {n}"), tags=[word])["id"] for n in range(number)]
    return as_json([word]), ids


@rule("insights_list")
def a_page_is_an_envelope(world: World) -> None:
    """A list is an object of count, next, previous and results."""
    tags, ids = several(world, 2)
    page = world.api.get("insights", tags=tags).page()
    for field in ("count", "next", "previous"):
        expect.holds(page, field, "the page")
    expect.equal(page["count"], 2, "count")
    expect.same_set([row["id"] for row in page["results"]], ids, "ids of the page")
    expect.equal((page["next"], page["previous"]), (None, None), "next and previous of the only page")


@rule("insights_list")
def limit_bounds_the_page(world: World) -> None:
    """`limit` is the most that a page holds; `count` is still the whole."""
    tags, ids = several(world)
    page = world.api.get("insights", tags=tags, order="id", limit=2).page()
    expect.equal([row["id"] for row in page["results"]], ids[:2], "ids of the first page")
    expect.equal(page["count"], NUMBER, "count")


@rule("insights_list")
def offset_skips_rows(world: World) -> None:
    """`offset` rows are skipped."""
    tags, ids = several(world)
    page = world.api.get("insights", tags=tags, order="id", limit=2, offset=3).page()
    expect.equal([row["id"] for row in page["results"]], ids[3:], "ids from offset 3")
    expect.equal(page["count"], NUMBER, "count")


@rule("insights_list")
def next_walks_through_everything_once(world: World) -> None:
    """Following `next` from the first page gives every row exactly once, in order."""
    tags, ids = several(world)
    expect.equal(walk(world.api, "next", tags=tags, order="id", limit=2), ids, "ids along `next`")


@rule("insights_list")
def previous_walks_back_to_the_start(world: World) -> None:
    """Following `previous` from the last page leads to the first one, and there it is null."""
    tags, ids = several(world)
    found = walk(world.api, "previous", tags=tags, order="id", limit=2, offset=4)
    expect.same_set(found, ids, "ids along `previous`")


def walk(caller: Caller, link: str, **query: Any) -> list[int]:
    """The ids along a link, page by page; raises Breach for a walk that does not end."""
    page = caller.get("insights", **query).page()
    ids = [row["id"] for row in page["results"]]
    for _ in range(NUMBER + 2):
        address = page[link]
        if address is None:
            return ids
        parts = urlsplit(address)
        expect.that(
            parts.scheme in ("http", "https") and parts.netloc, f"`{link}` is no absolute URL: {address}"
        )
        page = caller.get(f"{parts.path}?{parts.query}").page()
        ids += [row["id"] for row in page["results"]]
    raise Breach(f"following `{link}` does not end")


@rule("insights_list")
def a_page_past_the_end_is_empty(world: World) -> None:
    """An offset past the end answers 200 with no rows and the right count."""
    tags, _ = several(world, 2)
    page = world.api.get("insights", tags=tags, offset=50).page()
    expect.equal(page["results"], [], "rows past the end")
    expect.equal(page["count"], 2, "count past the end")
    expect.equal(page["next"], None, "next past the end")


@rule("insights_list", cost=Cost.FULL)
def senseless_limits_and_offsets_fall_back(world: World) -> None:
    """A limit of 0, a negative one and text fall back to 100, a senseless offset to 0, without an error."""
    tags, ids = several(world, 2)
    for limit in ("0", "-1", "abc", ""):
        rows = world.api.get("insights", tags=tags, order="id", limit=limit).rows()
        expect.equal([row["id"] for row in rows], ids, f"rows with limit={limit!r}")
    for offset in ("-5", "abc", ""):
        rows = world.api.get("insights", tags=tags, order="id", offset=offset).rows()
        expect.equal([row["id"] for row in rows], ids, f"rows with offset={offset!r}")


@rule("insights_list", cost=Cost.FULL)
def a_large_limit_is_allowed(world: World) -> None:
    """There is no largest limit."""
    tags, ids = several(world, 2)
    rows = world.api.get("insights", tags=tags, limit=10_000, basic="true").rows()
    expect.same_set([row["id"] for row in rows], ids, "rows with limit=10000")


@rule("insights_list")
def links_keep_the_other_parameters(world: World) -> None:
    """`next` and `previous` keep every other parameter; a `previous` to the first page has no offset."""
    tags, _ = several(world)
    page = world.api.get("insights", tags=tags, order="-id", basic="true", limit=2, offset=2).page()
    for link in ("next", "previous"):
        address = page[link] or ""
        expect.that("basic=true" in address, f"`{link}` lost basic: {address}")
        expect.that("order=-id" in address, f"`{link}` lost order: {address}")
        expect.that("tags=" in address, f"`{link}` lost tags: {address}")
    expect.that("offset=4" in page["next"], f"`next` does not lead to offset 4: {page['next']}")
    expect.that(
        "offset=" not in page["previous"], f"`previous` to the first page has an offset: {page['previous']}"
    )


@rule("dashboards_list", cost=Cost.FULL)
def dashboards_are_paged_alike(world: World) -> None:
    """The list of dashboards pages by the same laws."""
    for _ in range(2):
        world.dashboard()
    page = world.api.get("dashboards", limit=1).page()
    expect.equal(len(page["results"]), 1, "rows with limit=1")
    expect.that(page["count"] >= 2, "count is less than what was made")
    expect.that(page["next"], "`next` is null although there is more")
    second = world.api.get("dashboards", limit=1, offset=1).rows()
    expect.that(second[0]["id"] != page["results"][0]["id"], "the second page repeats the first")
