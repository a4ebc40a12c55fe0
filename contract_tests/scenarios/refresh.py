"""The seven refresh modes on insights, with no result, a fresh one and a stale one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from ..core import expect
from ..queries import trends
from ..rules import Cost, Need, rule
from ..world import World

MODES: Final = (
    "force_cache",
    "blocking",
    "async",
    "lazy_async",
    "async_except_on_cache_miss",
    "force_blocking",
    "force_async",
)
COMPUTES: Final = frozenset(("blocking", "force_blocking"))
QUEUES: Final = frozenset(("async", "lazy_async", "force_async"))
BEYOND_FRESH: Final = 7 * 3600.0
BEYOND_LAZY: Final = 13 * 3600.0


def new_insight(world: World) -> dict[str, Any]:
    """An insight whose query nobody else asks, so that no result of it is cached."""
    return world.insight(query=trends(world.unique()))


def read(world: World, insight: dict[str, Any], mode: str | None = None) -> dict[str, Any]:
    """The insight, read with a mode."""
    return world.api.get(f"insights/{insight['id']}", refresh=mode).object()


def expect_nothing(found: dict[str, Any], what: str) -> None:
    """Expect an answer without a result."""
    expect.equal(found.get("result"), None, f"result of {what}")
    expect.equal(found.get("last_refresh"), None, f"last_refresh of {what}")
    expect.equal(found.get("is_cached"), False, f"is_cached of {what}")


def expect_computed(found: dict[str, Any], what: str) -> None:
    """Expect an answer that was computed for this request."""
    expect.that(isinstance(found.get("result"), list), f"{what} has no result")
    expect.equal(found.get("is_cached"), False, f"is_cached of {what}")
    expect.moment(found.get("last_refresh"), f"last_refresh of {what}")
    expect.equal(found.get("query_status"), None, f"query_status of {what}")


def expect_cached(found: dict[str, Any], first: dict[str, Any], what: str) -> None:
    """Expect an answer that repeats an earlier result."""
    expect.equal(found.get("last_refresh"), first["last_refresh"], f"last_refresh of {what}")
    expect.equal(found.get("is_cached"), True, f"is_cached of {what}")
    expect.equal(found.get("result"), first["result"], f"result of {what}")


def expect_queued(found: dict[str, Any], what: str) -> dict[str, Any]:
    """Expect an answer with the status of a query that has been queued."""
    status = found.get("query_status")
    if not isinstance(status, dict):
        expect.that(False, f"{what} has no query_status")
        return {}
    expect.that(status.get("id"), f"the query_status of {what} has no id")
    expect.equal(status.get("error"), False, f"error of the query_status of {what}")
    expect.moment(status.get("start_time"), f"start_time of {what}")
    return status


@rule("insights_retrieve")
def without_a_result_each_mode_does_its_part(world: World) -> None:
    """With nothing cached: force_cache answers nothing, blocking modes compute, async modes queue."""
    for mode in (None, *MODES):
        found = read(world, new_insight(world), mode)
        what = f"refresh={mode} with nothing cached"
        if mode in COMPUTES:
            expect_computed(found, what)
        else:
            expect_nothing(found, what)
        if mode in QUEUES:
            expect_queued(found, what)
        elif mode not in COMPUTES:
            expect.equal(found.get("query_status"), None, f"query_status of {what}")


@rule("insights_retrieve")
def a_fresh_result_is_repeated(world: World) -> None:
    """With a fresh result every mode repeats it, except the forcing ones."""
    insight = new_insight(world)
    first = read(world, insight, "blocking")
    for mode in (None, *MODES):
        if mode not in ("force_blocking", "force_async"):
            found = read(world, insight, mode)
            expect_cached(found, first, f"refresh={mode} with a fresh result")
            expect.equal(
                found.get("query_status"), None, f"query_status of refresh={mode} with a fresh result"
            )


@rule("insights_retrieve")
def force_blocking_computes_again(world: World) -> None:
    """`force_blocking` computes even with a fresh result, and later reads repeat the new one."""
    insight = new_insight(world)
    first = read(world, insight, "blocking")
    second = read(world, insight, "force_blocking")
    expect_computed(second, "force_blocking with a fresh result")
    early = expect.moment(first["last_refresh"], "last_refresh")
    expect.that(
        expect.moment(second["last_refresh"], "last_refresh") > early, "force_blocking repeats a result"
    )
    expect_cached(read(world, insight), second, "a read after force_blocking")


@rule("insights_retrieve")
def force_async_answers_a_status_only(world: World) -> None:
    """`force_async` answers the status of a new query and no result, whatever is cached."""
    insight = new_insight(world)
    read(world, insight, "blocking")
    found = read(world, insight, "force_async")
    expect_nothing(found, "force_async with a fresh result")
    status = expect_queued(found, "force_async with a fresh result")
    expect.equal(status.get("complete"), False, "complete of force_async")


@rule("insights_retrieve", needs=(Need.CLOCK,), alone=True)
def a_stale_result_is_computed_or_queued_anew(world: World) -> None:
    """With a stale result: force_cache repeats it, blocking computes, async repeats it and queues."""
    for mode in ("force_cache", "blocking", "async"):
        insight = new_insight(world)
        first = read(world, insight, "blocking")
        world.wait(BEYOND_FRESH)
        found = read(world, insight, mode)
        what = f"refresh={mode} with a stale result"
        if mode == "blocking":
            expect_computed(found, what)
            later = expect.moment(found["last_refresh"], "last_refresh")
            expect.that(
                later > expect.moment(first["last_refresh"], "last_refresh"), f"{what} is the old result"
            )
        else:
            expect.equal(found.get("result"), first["result"], f"result of {what}")
            expect.equal(found.get("last_refresh"), first["last_refresh"], f"last_refresh of {what}")
        if mode == "async":
            expect_queued(found, what)
        else:
            expect.equal(found.get("query_status"), None, f"query_status of {what}")


@rule("insights_retrieve", needs=(Need.CLOCK,), alone=True)
def lazy_async_waits_longer(world: World) -> None:
    """`lazy_async` repeats a stale result, and queues only where it is stale by the lazy measure too."""
    insight = new_insight(world)
    first = read(world, insight, "blocking")
    world.wait(BEYOND_FRESH)
    found = read(world, insight, "lazy_async")
    expect.equal(found.get("result"), first["result"], "result of lazy_async after 7 hours")
    expect.equal(found.get("query_status"), None, "query_status of lazy_async after 7 hours")
    world.wait(BEYOND_LAZY - BEYOND_FRESH)
    found = read(world, insight, "lazy_async")
    expect.equal(
        found.get("last_refresh"), first["last_refresh"], "last_refresh of lazy_async after 13 hours"
    )
    expect_queued(found, "lazy_async after 13 hours")


@rule("insights_retrieve")
def words_for_yes_and_no(world: World) -> None:
    """`refresh=true` means force_blocking, `false` and unknown words mean force_cache; none is an error."""
    for word in ("true", "1", "yes"):
        expect_computed(read(world, new_insight(world), word), f"refresh={word}")
    for word in ("false", "0", "sometimes"):
        expect_nothing(read(world, new_insight(world), word), f"refresh={word}")


@rule("insights_retrieve", alone=True)
def an_async_query_ends_with_a_result(world: World) -> None:
    """A query that was queued is done after a while: a plain read then has its result."""
    insight = new_insight(world)
    expect_queued(read(world, insight, "async"), "async with nothing cached")

    def done() -> dict[str, Any] | None:
        found = read(world, insight)
        return found if found.get("result") is not None else None

    found = world.until(done, "the result of an asynchronous query")
    expect.equal(found.get("is_cached"), True, "is_cached of the result")
    expect.equal(found.get("query_status"), None, "query_status of the result")


@rule("insights_retrieve")
def a_running_query_is_not_queued_twice(world: World) -> None:
    """While a query runs, asking again answers the same query status."""
    insight = new_insight(world)
    first = expect_queued(read(world, insight, "async"), "the first async")
    second = read(world, insight, "async")
    if second.get("result") is None:
        status = expect_queued(second, "the second async")
        expect.equal(status.get("id"), first.get("id"), "id of the query status")
        expect.equal(status.get("start_time"), first.get("start_time"), "start_time of the query status")


@rule("insights_retrieve")
def a_result_says_when_it_goes_stale(world: World) -> None:
    """A daily trend goes stale 6 hours after it was computed, and may be asked for again after 15 minutes."""
    made = world.insight(query=trends(world.unique(), interval="day", dateRange={"date_from": "-30d"}))
    found = read(world, made, "blocking")
    computed = expect.moment(found["last_refresh"], "last_refresh")
    stale = expect.moment(found.get("cache_target_age"), "cache_target_age") - computed
    expect.equal(stale, timedelta(hours=6), "cache_target_age after last_refresh")
    again = expect.moment(found.get("next_allowed_client_refresh"), "next_allowed_client_refresh") - computed
    expect.equal(again, timedelta(minutes=15), "next_allowed_client_refresh after last_refresh")


@rule("insights_retrieve", cost=Cost.FULL)
def thresholds_follow_the_interval(world: World) -> None:
    """Hourly trends go stale after an hour, weekly ones after a day, monthly ones after two."""
    wanted = {"hour": timedelta(hours=1), "week": timedelta(days=1), "month": timedelta(days=2)}
    for interval, age in wanted.items():
        made = world.insight(query=trends(world.unique(), interval=interval))
        found = read(world, made, "blocking")
        stale = expect.moment(found.get("cache_target_age"), f"cache_target_age with {interval}")
        computed = expect.moment(found["last_refresh"], "last_refresh")
        expect.equal(stale - computed, age, f"cache_target_age after last_refresh with {interval}")


@rule("insights_retrieve")
def a_closed_range_never_goes_stale(world: World) -> None:
    """The result of a range that has ended never goes stale."""
    dates = {"date_from": "2024-01-01", "date_to": "2024-01-31"}
    made = world.insight(query=trends(world.unique(), dateRange=dates))
    expect.equal(
        read(world, made, "blocking").get("cache_target_age"), None, "cache_target_age of a closed range"
    )


@rule("insights_create", "insights_partial_update", cost=Cost.FULL)
def refresh_may_be_in_the_body(world: World) -> None:
    """`refresh` is taken from the body of a create and an update too."""
    made = world.insight(query=trends(world.unique()), refresh="blocking")
    expect_computed(made, "a create with refresh=blocking in the body")
    path = f"insights/{made['id']}"
    changed = world.api.patch(path, {"query": trends(world.unique()), "refresh": "blocking"}).object()
    expect_computed(changed, "an update with refresh=blocking in the body")


@rule("insights_create")
def a_create_computes_nothing_unasked(world: World) -> None:
    """A new insight has no result unless its query is cached already."""
    expect_nothing(new_insight(world), "a create")


@rule("insights_list")
def a_list_refreshes_its_rows(world: World) -> None:
    """`refresh=blocking` on the list computes the rows of the page."""
    word = world.unique()
    made = world.insight(query=trends(world.unique()), tags=[word])
    row = world.api.get("insights", short_id=made["short_id"], refresh="blocking").rows()[0]
    expect_computed(row, "a row of a list with refresh=blocking")
    row = world.api.get("insights", short_id=made["short_id"]).rows()[0]
    expect.equal(row.get("is_cached"), True, "is_cached of a row without refresh")


@rule("insights_retrieve", profiles=("current",))
def a_failing_query_is_told_in_the_status(world: World) -> None:
    """Today's server answers 200 for a failing query and tells the error in `query_status`."""
    from ..queries import sql

    made = world.attempt_insight(query=sql("select nonsense_column from events")).object(201)
    found = read(world, made, "force_blocking")
    status = found.get("query_status") or {}
    expect.equal(found.get("result"), None, "result of a failing query")
    expect.equal((status.get("error"), status.get("complete")), (True, False), "error and complete")
    expect.that(status.get("error_message"), "a failing query has no error message")


@rule("insights_retrieve", profiles=("docs",))
def a_failing_query_is_400(world: World) -> None:
    """The documented server answers 400 for a failing query."""
    from ..queries import sql

    made = world.attempt_insight(query=sql("select nonsense_column from events")).object(201)
    reply = world.api.get(f"insights/{made['id']}", refresh="force_blocking")
    reply.error(400, kind="validation_error")
