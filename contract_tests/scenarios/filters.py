"""Each filter of the list, against what was created for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..core import expect
from ..queries import funnel, lifecycle, paths, retention, sql, stickiness, trends
from ..rules import Cost, Need, rule
from ..world import World, as_json


def found(world: World, **query: Any) -> set[int]:
    """The ids that a list answers."""
    return {row["id"] for row in world.api.get("insights", limit=500, basic="true", **query).rows()}


def expect_found(world: World, wanted: Iterable[int], among: Iterable[int], **query: Any) -> None:
    """Expect that of some insights exactly the wanted ones are listed."""
    listed = found(world, **query) & set(among)
    shown = ", ".join(f"{name}={value}" for name, value in query.items())
    expect.same_set(listed, set(wanted), f"insights listed with {shown}")


@rule("insights_list")
def search_finds_the_name(world: World) -> None:
    """`search` finds the word in the name, whatever its case, and leaves others out."""
    word, other = world.unique(), world.unique()
    mine = world.insight(name=f"{word} Weekly")["id"]
    foreign = world.insight(name=f"{other} Weekly")["id"]
    expect_found(world, [mine], [mine, foreign], search=word)
    expect_found(world, [mine], [mine, foreign], search=word.upper())


@rule("insights_list")
def search_finds_description_tags_and_derived_name(world: World) -> None:
    """`search` also looks into the description, the derived name and the names of tags."""
    word = world.unique()
    ids = [
        world.insight(description=f"about {word}")["id"],
        world.insight(derived_name=f"{word} count")["id"],
        world.insight(tags=[word])["id"],
    ]
    other = world.insight()["id"]
    expect_found(world, ids, [*ids, other], search=word)


@rule("insights_list", cost=Cost.FULL)
def blank_search_finds_everything(world: World) -> None:
    """A blank `search` filters nothing."""
    word = world.unique()
    mine = world.insight(tags=[word])["id"]
    expect_found(world, [mine], [mine], search="", tags=as_json([word]))


@rule("insights_list", profiles=("current",))
def long_search_is_refused(world: World) -> None:
    """Today's server refuses a search of more than 200 characters."""
    reply = world.api.get("insights", search="x" * 201)
    reply.error(400, kind="validation_error", code="invalid_input", attr="search", says="200 characters")


@rule("insights_list", profiles=("current",), cost=Cost.FULL)
def search_says_how_well_it_fits(world: World) -> None:
    """Today's server says of each row found by `search` whether it fits exactly or is similar."""
    word = world.unique()
    world.insight(name=word)
    rows = world.api.get("insights", search=word).rows()
    expect.that(rows, "the search found nothing")
    expect.equal({row.get("search_match_type") for row in rows}, {"exact"}, "search_match_type")


@rule("insights_list")
def favorited_lists_favourites_only(world: World) -> None:
    """`favorited` with any value lists favourites only, even with `false`."""
    word = world.unique()
    yes = world.insight(tags=[word], favorited=True)["id"]
    no = world.insight(tags=[word])["id"]
    for value in ("true", "1", "false"):
        expect_found(world, [yes], [yes, no], favorited=value, tags=as_json([word]))


@rule("insights_list")
def short_id_finds_one(world: World) -> None:
    """`short_id` finds that insight alone; an unknown one finds nothing."""
    made = world.insight()
    other = world.insight()["id"]
    page = world.api.get("insights", short_id=made["short_id"]).page()
    expect.equal([row["id"] for row in page["results"]], [made["id"]], "rows with short_id")
    expect.equal(page["count"], 1, "count with short_id")
    expect.equal(
        found(world, short_id="zzzzzzz0") & {made["id"], other}, set(), "rows with an unknown short_id"
    )


@rule("insights_list")
def saved_separates(world: World) -> None:
    """`saved=true` lists what is saved, `saved=false` what is not."""
    word = world.unique()
    yes = world.insight(tags=[word], saved=True)["id"]
    no = world.insight(tags=[word], saved=False)["id"]
    expect_found(world, [yes], [yes, no], saved="true", tags=as_json([word]))
    expect_found(world, [no], [yes, no], saved="false", tags=as_json([word]))


@rule("insights_list")
def tags_find_any_of_them(world: World) -> None:
    """`tags` finds insights that carry any of the names, each of them once."""
    one, two = world.unique(), world.unique()
    ids = [world.insight(tags=tags)["id"] for tags in ([one], [two], [one, two])]
    other = world.insight()["id"]
    expect_found(world, ids, [*ids, other], tags=as_json([one, two]))
    expect_found(world, [ids[0], ids[2]], [*ids, other], tags=as_json([one]))
    rows = world.api.get("insights", tags=as_json([one, two])).rows()
    expect.equal(len(rows), 3, "rows for three insights, one of them with both tags")


@rule("insights_list")
def dashboards_must_hold_all(world: World) -> None:
    """`dashboards` finds insights that are on every one of the dashboards."""
    first, second = world.dashboard()["id"], world.dashboard()["id"]
    both = world.insight(dashboards=[first, second])["id"]
    one = world.insight(dashboards=[first])["id"]
    none = world.insight()["id"]
    expect_found(world, [both, one], [both, one, none], dashboards=as_json([first]))
    expect_found(world, [both], [both, one, none], dashboards=as_json([first, second]))


@rule("insights_list")
def created_by_takes_a_list_of_ids(world: World) -> None:
    """`created_by` takes a JSON list of user ids and finds what they have made."""
    word = world.unique()
    made = world.insight(tags=[word])
    user = made["created_by"]["id"]
    expect_found(world, [made["id"]], [made["id"]], created_by=as_json([user]), tags=as_json([word]))
    expect_found(world, [], [made["id"]], created_by=as_json([user + 100_000]), tags=as_json([word]))
    expect_found(world, [made["id"]], [made["id"]], created_by="", tags=as_json([word]))


@rule("insights_list")
def user_finds_what_the_caller_has_made(world: World) -> None:
    """`user` with any value finds what the caller has made."""
    made = world.insight()
    word = world.unique()
    world.insight(tags=[word])
    rows = world.api.get("insights", user="true", limit=500, basic="true").rows()
    makers = {(row.get("created_by") or {}).get("id") for row in rows}
    expect.equal(makers, {made["created_by"]["id"]}, "who has made what `user` lists")


@rule("insights_list")
def insight_finds_the_kind(world: World) -> None:
    """`insight` finds the kind of the query, such as TRENDS, FUNNELS or SQL."""
    word = world.unique()
    queries = {
        "TRENDS": trends(),
        "FUNNELS": funnel("$pageview", "$pageleave"),
        "RETENTION": retention(),
        "PATHS": paths(),
        "STICKINESS": stickiness(),
        "LIFECYCLE": lifecycle(),
        "SQL": sql("select 1"),
    }
    ids = {kind: world.insight(query=query, tags=[word])["id"] for kind, query in queries.items()}
    for kind, wanted in ids.items():
        expect_found(world, [wanted], ids.values(), insight=kind, tags=as_json([word]))


@rule("insights_list")
def created_dates_bound_the_list(world: World) -> None:
    """`created_date_from` and `created_date_to` bound when an insight was made."""
    word = world.unique()
    made = world.insight(tags=[word])["id"]
    tags = as_json([word])
    expect_found(world, [made], [made], created_date_from="-1d", tags=tags)
    expect_found(world, [], [made], created_date_to="-1d", tags=tags)
    expect_found(world, [made], [made], created_date_from="2015-01-01", tags=tags)
    expect_found(world, [], [made], created_date_from="2100-01-01", tags=tags)
    expect_found(world, [], [made], created_date_to="2015-01-01", tags=tags)


@rule("insights_list")
def modification_dates_bound_the_list(world: World) -> None:
    """`date_from` and `date_to` bound when an insight was last modified."""
    word = world.unique()
    made = world.insight(tags=[word])["id"]
    tags = as_json([word])
    expect_found(world, [made], [made], date_from="-1d", tags=tags)
    expect_found(world, [], [made], date_from="2100-01-01", tags=tags)
    expect_found(world, [], [made], date_to="-1d", tags=tags)


@rule("insights_list", "insights_viewed_create", cost=Cost.FULL)
def view_dates_bound_the_list(world: World) -> None:
    """`last_viewed_date_from` finds what somebody has viewed since."""
    word = world.unique()
    ids = [world.insight(tags=[word])["id"] for _ in range(2)]
    world.api.post("insights/viewed", {"insight_ids": [ids[0]]}).has_status(200, 201)
    listed = found(world, last_viewed_date_from="-1h", tags=as_json([word]))
    expect.that(ids[0] in listed, "a viewed insight is not listed by last_viewed_date_from")
    expect_found(world, [], ids[:1], last_viewed_date_to="-1d", tags=as_json([word]))


@rule("insights_list", cost=Cost.FULL)
def events_must_all_be_in_the_query(world: World) -> None:
    """`events` finds insights whose query holds every one of the events."""
    word = world.unique()
    one = world.insight(query=trends("$pageview"), tags=[word])["id"]
    both = world.insight(query=funnel("$pageview", "$autocapture"), tags=[word])["id"]
    tags = as_json([word])
    expect_found(world, [one, both], [one, both], events=as_json(["$pageview"]), tags=tags)
    expect_found(world, [both], [one, both], events=as_json(["$pageview", "$autocapture"]), tags=tags)


@rule("insights_list")
def filters_combine(world: World) -> None:
    """Several filters combine with AND, and `count` counts what is left."""
    word = world.unique()
    both = world.insight(tags=[word], favorited=True, name=f"{word} match")["id"]
    world.insight(tags=[word], favorited=True)
    world.insight(tags=[word], name=f"{word} match")
    page = world.api.get("insights", tags=as_json([word]), favorited="true", search=f"{word} match").page()
    expect.equal([row["id"] for row in page["results"]], [both], "rows for three filters")
    expect.equal(page["count"], 1, "count for three filters")


@rule("insights_list")
def unknown_parameters_are_ignored(world: World) -> None:
    """Parameters that the list does not know change nothing."""
    word = world.unique()
    made = world.insight(tags=[word])["id"]
    expect_found(world, [made], [made], tags=as_json([word]), colour="blue", dashboard="7")


@rule("insights_list")
def basic_rows_have_no_result(world: World) -> None:
    """`basic` with any of PostHog's words for yes gives rows without results; other words do not."""
    word = world.unique()
    world.insight(tags=[word])
    for value in ("true", "1", "Yes"):
        row = world.api.get("insights", tags=as_json([word]), basic=value).rows()[0]
        expect.that("result" not in row, f"basic={value} has a result")
    for value in ("false", "0"):
        row = world.api.get("insights", tags=as_json([word]), basic=value).rows()[0]
        expect.that("result" in row, f"basic={value} has no result")


@rule("insights_list", cost=Cost.FULL)
def csv_is_a_table(world: World) -> None:
    """`format=csv` answers CSV with a header and a line for each row."""
    word = world.unique()
    for _ in range(2):
        world.insight(tags=[word])
    reply = world.api.request("GET", "insights", query={"tags": as_json([word]), "format": "csv"})
    reply.has_status(200)
    expect.equal(reply.exchange.media_type, "text/csv", "media type of CSV")
    expect.that("id" in reply.text.splitlines()[0], "the CSV has no header with an id")


@rule("insights_list", needs=(Need.SESSION,), profiles=("current",), cost=Cost.FULL)
def sessions_ask_for_dashboards(world: World) -> None:
    """Today's server shows `dashboards` to sessions only where `include_dashboards` asks for it."""
    word = world.unique()
    world.insight(tags=[word])
    plain = world.session.get("insights", tags=as_json([word])).rows()[0]
    expect.that("dashboards" not in plain, "a session gets `dashboards` without asking")
    asked = world.session.get("insights", tags=as_json([word]), include_dashboards="true").rows()[0]
    expect.that("dashboards" in asked, "a session does not get `dashboards` when asking")
