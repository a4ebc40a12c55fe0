"""What the demo holds: a company's whole story."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from mockserver.randomness import Randomness
from mockserver.resources.keys import find_key
from mockserver.resources.organizations import membership_level
from mockserver.resources.passwords import verify_password
from mockserver.seeding.loader import ProjectChoices, SeededProject, load_fixture, seed_project
from mockserver.store import Store, to_stored

from .conftest import NOW, Filled, fill

DISPLAYS = {
    "ActionsLineGraph",
    "ActionsLineGraphCumulative",
    "ActionsAreaGraph",
    "ActionsBar",
    "ActionsStackedBar",
    "ActionsUnstackedBar",
    "ActionsBarValue",
    "ActionsPie",
    "ActionsTable",
    "BoldNumber",
    "WorldMap",
}
KINDS = {
    "TrendsQuery",
    "FunnelsQuery",
    "RetentionQuery",
    "StickinessQuery",
    "LifecycleQuery",
    "PathsQuery",
    "HogQLQuery",
    "EventsQuery",
    "ActorsQuery",
}
SEEDED_TIMES = (
    "created_at",
    "updated_at",
    "last_modified_at",
    "last_viewed_at",
    "last_accessed_at",
    "joined_at",
)


def sources(demo: Filled) -> list[dict[str, Any]]:
    queries = [insight["query"] for insight in demo.store.insights.documents().values()]
    return [cast("dict[str, Any]", query)["source"] for query in queries if query]


def test_the_demo_has_forty_insights_and_more_of_every_kind(demo: Filled) -> None:
    assert demo.store.insights.tally("listed", demo.seeded.primary.project_id) >= 40
    assert {source["kind"] for source in sources(demo)} == KINDS


def test_trends_are_drawn_in_every_way(demo: Filled) -> None:
    shown = {source.get("trendsFilter", {}).get("display") for source in sources(demo)}
    assert shown >= DISPLAYS


def test_funnels_are_of_every_form(demo: Filled) -> None:
    funnels = [source["funnelsFilter"] for source in sources(demo) if "funnelsFilter" in source]
    assert {one["funnelVizType"] for one in funnels} == {"steps", "time_to_convert", "trends"}


@pytest.mark.parametrize(
    ("field", "value"), [("is_sample", True), ("deleted", True), ("favorited", True), ("saved", False)]
)
def test_some_insights_are_special(demo: Filled, field: str, value: object) -> None:
    insights = cast("list[dict[str, object]]", list(demo.store.insights.documents().values()))
    marked = [insight for insight in insights if insight[field] is value]
    assert 2 <= len(marked) < len(insights) / 2


def test_some_insights_have_only_legacy_filters(demo: Filled) -> None:
    legacy = [one for one in demo.store.insights.documents().values() if one["filters"]]
    assert len(legacy) >= 3
    assert all(one["query"] is None for one in legacy)


def test_things_are_shared_with_and_without_a_password(demo: Filled) -> None:
    configurations = list(demo.store.sharing.documents().values())
    kinds = Counter(
        (one["enabled"], one["password_required"], one["insight_id"] is not None) for one in configurations
    )
    assert set(kinds) >= {(True, True, True), (True, False, True), (True, True, False), (True, False, False)}
    tokens = {one["access_token"] for one in configurations}
    assert {len(token) for token in tokens} == {30}
    assert len(tokens) == len(configurations)


def test_the_password_of_a_shared_link_is_the_fixtures(demo: Filled) -> None:
    stored = [one["password_hash"] for one in demo.store.share_passwords.documents().values()]
    assert any(verify_password(each, "onboarding-demo") for each in stored)


def test_references_in_queries_became_ids(demo: Filled) -> None:
    ids = {action["id"] for action in demo.store.actions.documents().values()}
    series = [each for source in sources(demo) for each in source.get("series", [])]
    named = [each["id"] for each in series if each["kind"] == "ActionsNode"]
    assert named
    assert set(named) <= ids
    variables = [key for source in sources(demo) for key in source.get("variables", {})]
    assert set(variables) <= {one["uuid"] for one in demo.store.variables.documents().values()}


def test_the_activity_log_is_in_order_of_time(demo: Filled) -> None:
    log = demo.store.activities.find("project", demo.seeded.primary.project_id)
    times = [entry["created_at"] for entry in sorted(log, key=lambda entry: entry["id"])]
    assert times == sorted(times)
    assert {entry["activity"] for entry in log} >= {"created", "updated", "deleted", "sharing enabled"}


def test_nothing_was_logged_of_insights_without_a_name() -> None:
    filled = fill("edge-cases")
    nameless = {
        str(one["id"])
        for one in filled.store.insights.documents().values()
        if not one["name"] and not one["derived_name"]
    }
    assert nameless
    assert not nameless & {entry["item_id"] for entry in filled.store.activities.documents().values()}


@pytest.mark.parametrize("name", ["demo", "empty", "edge-cases"])
def test_nothing_is_from_the_future(name: str) -> None:
    for table in fill(name).store.tables().values():
        for document in table.documents().values():
            for field in SEEDED_TIMES:
                moment = document.get(field)
                assert moment is None or str(moment) <= to_stored(NOW)


def test_the_first_person_can_sign_in_and_has_a_key(demo: Filled) -> None:
    primary = demo.seeded.primary
    user = demo.store.users.find_one("email", primary.email)
    assert user is not None
    assert primary.password is not None
    assert verify_password(user["password_hash"], primary.password)
    key = find_key(demo.store, primary.api_key)
    assert key is not None
    assert (key["user_id"], key["scopes"], key["scoped_teams"]) == (user["id"], ["*"], [])


def test_a_fixtures_further_keys_are_told(demo: Filled) -> None:
    key = find_key(demo.store, demo.seeded.primary.keys["Read only"])
    assert key is not None
    assert "insight:read" in key["scopes"]


def test_the_demo_user_does_not_belong_to_the_neighbour(demo: Filled) -> None:
    (neighbour,) = demo.seeded.neighbours
    assert membership_level(demo.store, demo.seeded.primary.user_id, neighbour.organization_id) is None
    assert demo.store.insights.tally("listed", neighbour.project_id) == 1


def another(store: Store, name: str, choices: ProjectChoices | None = None) -> SeededProject:
    return seed_project(store, load_fixture(name), seed="1", now=NOW, random=Randomness("1"), choices=choices)


def test_one_more_tenant_of_the_same_fixture_shares_nothing() -> None:
    filled = fill()
    first, second = filled.seeded.primary, another(filled.store, "demo")
    assert second.email == f"demo+p{second.project_id}@example.com"
    assert second.api_key != first.api_key
    assert second.organization_id != first.organization_id
    mine = {one["short_id"] for one in filled.store.insights.find("project", first.project_id)}
    theirs = {one["short_id"] for one in filled.store.insights.find("project", second.project_id)}
    assert len(mine) == len(theirs)
    assert not mine & theirs


def test_the_key_of_one_more_tenant_reaches_its_project_alone() -> None:
    store = fill("empty").store
    second = another(store, "empty")
    key = find_key(store, second.api_key)
    assert key is not None
    assert key["scoped_teams"] == [second.project_id]


def test_one_more_tenant_can_join_an_organisation_and_choose() -> None:
    filled = fill("empty")
    organization = filled.store.organizations.fetch(filled.seeded.primary.organization_id)
    choices = ProjectChoices(name="Mine", timezone="Asia/Tokyo", profile="current", organization=organization)
    made = another(filled.store, "empty", choices)
    project = filled.store.projects.fetch(made.project_id)
    assert project is not None
    assert (project["name"], project["timezone"], project["week_start_day"], project["profile"]) == (
        "Mine",
        "Asia/Tokyo",
        0,
        "current",
    )
    assert made.organization_id == filled.seeded.primary.organization_id


def test_a_new_organisation_can_have_other_features() -> None:
    store = fill("empty").store
    made = another(store, "empty", ProjectChoices(features=["white_labelling"]))
    organization = store.organizations.fetch(made.organization_id)
    assert organization is not None
    assert organization["features"] == ["white_labelling"]


def test_documents_move_with_the_moment_of_seeding() -> None:
    early, late = fill(now=NOW), fill(now=NOW + timedelta(days=3))
    moved = [
        datetime.fromisoformat(b["created_at"]) - datetime.fromisoformat(a["created_at"])
        for a, b in zip(
            early.store.insights.documents().values(), late.store.insights.documents().values(), strict=True
        )
    ]
    assert set(moved) == {timedelta(days=3)}


def test_a_seeding_that_fails_leaves_nothing() -> None:
    store = Store()
    fixture = load_fixture("empty")
    random = Randomness("1")
    seed_project(store, fixture, seed="1", now=datetime(2026, 1, 1, tzinfo=UTC), random=random)
    held = len(store.users.documents())
    broken = fixture.content | {"insights": [{"key": "a", "by": "nobody-there"}]}
    wrong = type(fixture)("wrong", fixture.path, cast("Any", broken), None, "")
    with pytest.raises(KeyError):
        seed_project(store, wrong, seed="1", now=NOW, random=random)
    assert len(store.users.documents()) == held
