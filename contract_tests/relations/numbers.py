"""Results add up, whatever the data."""

from __future__ import annotations

from typing import Any, Final

from ..core import expect
from ..errors import Skip
from ..queries import EVENT, bare, event_node, funnel, lifecycle, retention, sql, stickiness, trends
from ..rules import Cost, Need, rule
from ..world import World

DAYS: Final = {"date_from": "-14d", "date_to": "-1d"}
BREAKDOWN: Final = {"breakdown": "$browser", "breakdown_type": "event", "breakdown_limit": 2}
NEEDS: Final = (Need.EVENTS,)


def results(world: World, query: dict[str, Any], refresh: str = "blocking") -> Any:
    """The results of a query."""
    return world.api.post("query", {"query": query, "refresh": refresh}).object()["results"]


def total(series: list[dict[str, Any]]) -> float:
    """The sum over all series and points."""
    return float(sum(sum(one["data"]) for one in series))


def with_events(world: World) -> str:
    """An event that there is data for; raises Skip where there is none."""
    for event in (EVENT, None):
        if total(results(world, bare(trends(event, dateRange=DAYS)))) > 0:
            return EVENT if event else ""
    raise Skip("the project has no events of the last two weeks")


@rule("query_create", needs=NEEDS)
def a_total_is_the_sum_of_its_breakdown(world: World) -> None:
    """A total equals the sum of its breakdown, with what is in no value and in `other`."""
    event = with_events(world) or None
    whole = results(world, bare(trends(event, dateRange=DAYS)))
    parts = results(world, bare(trends(event, dateRange=DAYS, breakdownFilter=BREAKDOWN)))
    expect.close(total(parts), total(whole), "sum of a breakdown")
    for point in range(len(whole[0]["data"])):
        expect.close(
            sum(one["data"][point] for one in parts), whole[0]["data"][point], f"sum at point {point}"
        )


@rule("query_create", needs=NEEDS)
def hours_add_up_to_days(world: World) -> None:
    """Hourly numbers add up to the daily ones."""
    event = with_events(world) or None
    shown = results(world, bare(trends(event, dateRange=DAYS)))[0]["days"]
    days = {"date_from": str(shown[-4])[:10], "date_to": f"{str(shown[-2])[:10]}T23:59:59"}
    daily = results(world, bare(trends(event, dateRange=days, interval="day")))
    hourly = results(world, bare(trends(event, dateRange=days, interval="hour")))
    by_day: dict[str, float] = {}
    for day, value in zip(hourly[0]["days"], hourly[0]["data"], strict=True):
        by_day[str(day)[:10]] = by_day.get(str(day)[:10], 0) + value
    for day, value in zip(daily[0]["days"], daily[0]["data"], strict=True):
        expect.close(by_day.get(str(day)[:10], 0), value, f"hours of {day}")


@rule("query_create", needs=NEEDS)
def counts_are_the_sum_of_their_points(world: World) -> None:
    """`count` of a series is the sum of `data`; data, days and labels are of one length."""
    event = with_events(world) or None
    for one in results(world, bare(trends(event, dateRange=DAYS))):
        expect.close(one["count"], sum(one["data"]), "count of a series")
        lengths = {len(one["data"]), len(one["days"]), len(one["labels"])}
        expect.equal(len(lengths), 1, "lengths of data, days and labels")


@rule("query_create", needs=NEEDS)
def a_filter_and_its_negation_are_all(world: World) -> None:
    """What fits a filter and what does not are together everything."""
    event = with_events(world) or None
    whole = total(results(world, bare(trends(event, dateRange=DAYS))))
    halves = [
        total(results(world, bare(trends(event, dateRange=DAYS, properties=[_browser(operator)]))))
        for operator in ("exact", "is_not")
    ]
    expect.close(sum(halves), whole, "a filter and its negation together")


def _browser(operator: str) -> dict[str, Any]:
    return {"key": "$browser", "value": ["Chrome"], "operator": operator, "type": "event"}


@rule("query_create", needs=NEEDS)
def users_are_never_more_than_events(world: World) -> None:
    """Daily users are never more than events."""
    event = with_events(world) or None
    events = results(world, bare(trends(event, dateRange=DAYS)))[0]["data"]
    source = {"kind": "TrendsQuery", "series": [event_node(event, math="dau")], "dateRange": DAYS}
    users = results(world, source)[0]["data"]
    expect.that(all(few <= many for few, many in zip(users, events, strict=True)), "more users than events")


@rule("query_create", needs=NEEDS)
def funnel_steps_never_grow(world: World) -> None:
    """No step of a funnel has more people than the one before."""
    steps = results(world, bare(funnel(EVENT, EVENT, None, dateRange=DAYS)))
    counts = [step["count"] for step in steps]
    expect.equal(counts, sorted(counts, reverse=True), "counts of the steps")


@rule("query_create", needs=NEEDS)
def a_forced_refresh_over_a_closed_range_agrees(world: World) -> None:
    """Computing a closed range twice gives the same numbers."""
    event = with_events(world) or None
    query = bare(trends(event, dateRange=DAYS, interval="day"))
    first = results(world, query, "force_blocking")
    second = results(world, query, "force_blocking")
    expect.equal([one["data"] for one in second], [one["data"] for one in first], "data of the second run")


@rule("query_create", needs=NEEDS, cost=Cost.FULL)
def retention_never_exceeds_its_cohort(world: World) -> None:
    """Nobody comes back who was not there: no later cell exceeds the first."""
    for cohort in results(world, bare(retention())):
        cells = [cell["count"] for cell in cohort["values"]]
        expect.that(max(cells, default=0) <= (cells[0] if cells else 0), f"retention grows: {cells}")


@rule("query_create", needs=NEEDS, cost=Cost.FULL)
def lifecycle_has_four_states(world: World) -> None:
    """A lifecycle has new, returning, resurrecting and dormant people, the dormant ones negative."""
    states = {one["status"]: one["data"] for one in results(world, bare(lifecycle(dateRange=DAYS)))}
    expect.same_set(states, ["new", "returning", "resurrecting", "dormant"], "states")
    expect.that(all(value <= 0 for value in states["dormant"]), "dormant people are counted positively")
    source = {"kind": "TrendsQuery", "series": [event_node(math="dau")], "dateRange": DAYS}
    active = results(world, source)[0]["data"]
    present = zip(states["new"], states["returning"], states["resurrecting"], strict=True)
    for people, wanted in zip(present, active, strict=True):
        expect.close(sum(people), wanted, "new, returning and resurrecting people together")


@rule("query_create", needs=NEEDS, cost=Cost.FULL)
def stickiness_counts_each_person_once(world: World) -> None:
    """The people of all days of stickiness together are the series' count."""
    for one in results(world, bare(stickiness(dateRange=DAYS))):
        expect.close(sum(one["data"]), one["count"], "people over all days")


@rule("query_create", needs=NEEDS, cost=Cost.FULL)
def sql_agrees_with_trends(world: World) -> None:
    """Counting events with SQL gives the number that a trend gives."""
    with_events(world)
    dates = {"date_from": "2020-01-01", "date_to": "-1d"}
    whole = total(results(world, bare(trends(None, dateRange=dates, interval="month"))))
    text = "select count() from events where timestamp < toStartOfDay(now())"
    rows = results(world, bare(sql(text)))
    expect.close(float(rows[0][0]), whole, "events by SQL")


@rule("query_create", "insights_retrieve", needs=NEEDS)
def an_insight_shows_what_its_query_gives(world: World) -> None:
    """The result of an insight is the result of its query."""
    query = trends(EVENT, dateRange=DAYS)
    made = world.insight(query=query)
    found = world.api.get(f"insights/{made['id']}", refresh="blocking").object()
    expect.equal(found["result"], results(world, bare(query)), "result of the insight")
