"""`/query`: asked, polled, cancelled, failed."""

from __future__ import annotations

from typing import Any

from ..core import expect
from ..core.reply import Reply
from ..queries import bare, trends
from ..rules import Cost, rule
from ..world import World


def ask(world: World, refresh: str | None = None, **body: Any) -> Reply:
    """Ask a query that nobody else asks."""
    body.setdefault("query", bare(trends(world.unique())))
    if refresh is not None:
        body["refresh"] = refresh
    return world.api.post("query", body)


@rule("query_create")
def a_query_is_answered_at_once(world: World) -> None:
    """Without `refresh` a query is computed and answered with 200 and its results."""
    answer = ask(world).object()
    expect.that(isinstance(answer.get("results"), list), "there are no results")
    expect.equal(answer.get("is_cached"), False, "is_cached")
    expect.moment(answer.get("last_refresh"), "last_refresh")


@rule("query_create")
def the_second_answer_is_cached(world: World) -> None:
    """The same query asked again is answered from the cache; `force_blocking` computes it again."""
    body: dict[str, Any] = {"query": bare(trends(world.unique()))}
    first = ask(world, **body).object()
    second = ask(world, **body).object()
    expect.equal(second["is_cached"], True, "is_cached of the second answer")
    expect.equal(second["last_refresh"], first["last_refresh"], "last_refresh of the second answer")
    third = ask(world, "force_blocking", **body).object()
    expect.equal(third["is_cached"], False, "is_cached of force_blocking")
    later = expect.moment(third["last_refresh"], "last_refresh")
    expect.that(
        later > expect.moment(first["last_refresh"], "last_refresh"), "force_blocking repeats the result"
    )


@rule("query_create", "query_retrieve", alone=True)
def an_async_query_is_polled_until_it_is_done(world: World) -> None:
    """An async query answers 202, stays 202 while it runs, and is 200 with its results at the end."""
    reply = ask(world, "force_async").has_status(202)
    status = expect.holds(reply.object(202), "query_status", "the answer")
    expect.equal((status["complete"], status["error"]), (False, False), "complete and error at the start")
    expect.equal(status["results"], None, "results at the start")
    start = expect.moment(status["start_time"], "start_time")
    expect.that(
        expect.moment(status["expiration_time"], "expiration_time") > start, "it expires before it starts"
    )
    path = f"query/{status['id']}"

    def done() -> dict[str, Any] | None:
        poll = world.api.get(path)
        held: dict[str, Any] = poll.object(200, 202)["query_status"]
        expect.equal(held["id"], status["id"], "id of the status")
        expect.equal(poll.status == 200, bool(held["complete"]), "200 exactly when complete")
        return held if held["complete"] else None

    ended = world.until(done, "the end of an asynchronous query")
    expect.equal(ended["error"], False, "error at the end")
    expect.that(isinstance(ended["results"], dict), "the results are not the whole answer of the query")
    expect.that("results" in ended["results"], "the results have no results")
    expect.that(expect.moment(ended["end_time"], "end_time") >= start, "it ended before it started")
    expect.equal(ended["start_time"], status["start_time"], "start_time at the end")


@rule("query_create", "query_retrieve")
def the_client_may_name_the_query(world: World) -> None:
    """`client_query_id` is the id of the status."""
    name = world.unique()
    answer = ask(world, "force_async", client_query_id=name).object(202)
    expect.equal(answer["query_status"]["id"], name, "id of the status")
    held = world.api.get(f"query/{name}").object(200, 202)["query_status"]
    expect.equal(held["id"], name, "id of the polled status")


@rule("query_create", "query_retrieve", alone=True)
def a_failing_async_query_ends_with_its_error(world: World) -> None:
    """An async query that fails ends with `error` and a message: 400 on polling."""
    body: dict[str, Any] = {"query": {"kind": "HogQLQuery", "query": "select nonsense_column from events"}}
    reply = ask(world, "force_async", **body)
    if reply.status == 400:
        reply.error(400)
        return
    query_id = reply.object(202)["query_status"]["id"]

    def failed() -> dict[str, Any] | None:
        poll = world.api.get(f"query/{query_id}").has_status(202, 400, 500)
        return poll.json["query_status"] if poll.status >= 400 else None

    status = world.until(failed, "the end of a failing query")
    expect.equal(status["error"], True, "error")
    expect.that(status["error_message"], "there is no error message")
    expect.equal(status["results"], None, "results of a failed query")


@rule("query_destroy", "query_retrieve", alone=True)
def a_cancelled_query_has_no_results(world: World) -> None:
    """A cancelled query is told so and never completes with results."""
    query_id = ask(world, "force_async").object(202)["query_status"]["id"]
    answer = world.api.delete(f"query/{query_id}").object()
    expect.that(isinstance(answer.get("message"), str), "the cancellation has no message")
    world.wait(8 if world.own is not None else 0)
    reply = world.api.get(f"query/{query_id}")
    held = (reply.json or {}).get("query_status") if isinstance(reply.json, dict) else None
    if isinstance(held, dict):
        done = held.get("complete") and held.get("results") is not None
        expect.that(not done, "a cancelled query completed with results")


@rule("query_retrieve")
def an_unknown_query_is_404(world: World) -> None:
    """The status of an unknown query is 404."""
    name = world.unique()
    world.api.get(f"query/{name}").error(404, kind="invalid_request", code="not_found", says=name)


@rule("query_create")
def senseless_queries_are_refused(world: World) -> None:
    """An unknown kind, no query and no body are refused with 400."""
    bodies: tuple[dict[str, Any], ...] = ({"query": {"kind": "NoSuchQuery"}}, {"query": {}}, {})
    for body in bodies:
        world.api.post("query", body).error(400)


@rule("query_create")
def a_failing_query_is_refused(world: World) -> None:
    """SQL that cannot run is 400 with the reason."""
    body = {"query": {"kind": "HogQLQuery", "query": "select nonsense_column from events"}}
    world.api.post("query", body).error(400, kind="validation_error")


@rule("insights_cancel_create", profiles=("docs",))
def cancelling_answers_200(world: World) -> None:
    """The documented server answers a cancellation with 200, whether or not something ran."""
    world.api.post("insights/cancel", {"client_query_id": world.unique()}).has_status(200)


@rule("query_create", alone=True, cost=Cost.FULL)
def async_except_on_cache_miss_computes_on_a_miss(world: World) -> None:
    """`/query` honours `async_except_on_cache_miss`: on a miss it computes."""
    expect.that(
        ask(world, "async_except_on_cache_miss").object()["results"] is not None, "there are no results"
    )


@rule("query_create", alone=True)
def async_on_a_fresh_result_is_answered_at_once(world: World) -> None:
    """`async` answers a fresh result with 200."""
    body: dict[str, Any] = {"query": bare(trends(world.unique()))}
    first = ask(world, **body).object()
    second = ask(world, "async", **body).object(200)
    expect.equal(second["last_refresh"], first["last_refresh"], "last_refresh")
    expect.equal(second["is_cached"], True, "is_cached")
