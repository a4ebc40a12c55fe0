"""One cache for equal queries, and none for different ones."""

from __future__ import annotations

from ..core import expect
from ..queries import bare, trends
from ..rules import Cost, Need, rule
from ..world import World


@rule("insights_retrieve", "insights_create")
def equal_queries_share_their_result(world: World) -> None:
    """Two insights with the same query share one result and one cache key."""
    query = trends(world.unique())
    first, second = world.insight(query=query), world.insight(query=query)
    computed = world.api.get(f"insights/{first['id']}", refresh="blocking").object()
    found = world.api.get(f"insights/{second['id']}").object()
    expect.equal(found["last_refresh"], computed["last_refresh"], "last_refresh of the other insight")
    expect.equal(found["is_cached"], True, "is_cached of the other insight")
    expect.equal(found["filters_hash"], computed["filters_hash"], "filters_hash of the other insight")
    third = world.insight(query=query)
    expect.equal(third["is_cached"], True, "is_cached of a new insight with a cached query")


@rule("query_create", "insights_retrieve")
def the_query_endpoint_shares_the_cache(world: World) -> None:
    """`POST /query` and an insight with that query share one result."""
    query = trends(world.unique())
    made = world.insight(query=query)
    answer = world.api.post("query", {"query": bare(query), "refresh": "blocking"}).object()
    found = world.api.get(f"insights/{made['id']}").object()
    expect.equal(found["last_refresh"], answer["last_refresh"], "last_refresh of the insight")
    expect.equal(found["result"], answer["results"], "result of the insight")


@rule("insights_retrieve", "insights_partial_update")
def a_new_query_has_a_result_of_its_own(world: World) -> None:
    """After its query was changed an insight does not show the old query's result."""
    made = world.insight(query=trends(world.unique()))
    path = f"insights/{made['id']}"
    before = world.api.get(path, refresh="blocking").object()
    world.api.patch(path, {"query": trends(world.unique())}).ok()
    found = world.api.get(path).object()
    expect.equal(found["result"], None, "result after the query was changed")
    expect.that(found["filters_hash"] != before["filters_hash"], "filters_hash is that of the old query")


@rule("insights_retrieve")
def different_queries_have_different_keys(world: World) -> None:
    """Queries that differ in dates, interval or filters have different cache keys."""
    event = world.unique()
    queries = (
        trends(event),
        trends(event, interval="week"),
        trends(event, dateRange={"date_from": "-30d"}),
        trends(
            event, properties=[{"key": "$browser", "value": "Chrome", "operator": "exact", "type": "event"}]
        ),
    )
    keys = [
        world.api.get(f"insights/{world.insight(query=query)['id']}", refresh="blocking").object()[
            "filters_hash"
        ]
        for query in queries
    ]
    expect.equal(len(set(keys)), len(queries), "different cache keys")


@rule("insights_retrieve", needs=(Need.SECOND_PROJECT,))
def projects_do_not_share_their_cache(world: World) -> None:
    """A result of one project is never shown in another."""
    query = trends(world.unique())
    first = world.insight(query=query)
    world.api.get(f"insights/{first['id']}", refresh="blocking").ok()
    other = world.second_project
    second = world.insight(other, query=query)
    found = other.get(f"insights/{second['id']}").object()
    expect.equal(found["result"], None, "result in another project")
    expect.equal(found["is_cached"], False, "is_cached in another project")


@rule("insights_retrieve", "insights_partial_update", cost=Cost.FULL)
def names_do_not_matter_to_the_cache(world: World) -> None:
    """Renaming an insight, or a series, keeps the cached result."""
    event = world.unique()
    made = world.insight(query=trends(event))
    path = f"insights/{made['id']}"
    before = world.api.get(path, refresh="blocking").object()
    world.api.patch(path, {"name": world.name("renamed")}).ok()
    found = world.api.get(path).object()
    expect.equal(found["last_refresh"], before["last_refresh"], "last_refresh after a new name")
    query = trends(event)
    query["source"]["series"][0]["custom_name"] = "Views"
    world.api.patch(path, {"query": query}).ok()
    found = world.api.get(path).object()
    expect.equal(found["filters_hash"], before["filters_hash"], "filters_hash after a series was renamed")
