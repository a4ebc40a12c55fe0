"""The order of the list of insights."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ..conftest import Running, start_server


@pytest.fixture(scope="module")
def three() -> Iterator[Running]:
    server = start_server()
    for name, order in (("b", None), ("c", 2), (None, 1)):
        server.create(name=name, order=order)
        server.clock.advance(1)
    yield server
    server.server.close()


def names(server: Running, **parameters: str) -> list[str | None]:
    rows = server.http.get(server.insights, params={"basic": "1", **parameters}).json()["results"]
    return [row["name"] for row in rows]


def test_by_default_order_comes_first_and_nulls_last(three: Running) -> None:
    assert names(three) == [None, "c", "b"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("name", ["b", "c", None]),
        ("-name", [None, "c", "b"]),
        ("created_at", ["b", "c", None]),
        ("-created_at", [None, "c", "b"]),
        ("-last_modified_at", [None, "c", "b"]),
        ("-id", [None, "c", "b"]),
        ("created_by__first_name", ["b", "c", None]),
        ("-order", ["b", "c", None]),
    ],
)
def test_a_field_orders_the_list(three: Running, order: str, expected: list[str | None]) -> None:
    assert names(three, order=order) == expected


def test_an_index_gives_the_same_order_as_sorting(three: Running) -> None:
    for order in ("created_at", "-created_at", "last_modified_at", "-last_modified_at"):
        # a filter that admits all keeps the index from serving
        assert names(three, order=order) == names(three, order=order, hide_feature_flag_insights="1")


def test_views_have_nulls_last_when_the_latest_comes_first(three: Running) -> None:
    listed = three.http.get(three.insights).json()["results"]
    viewed = next(row["id"] for row in listed if row["name"] == "c")
    three.http.post(f"{three.insights}/viewed", json={"insight_ids": [viewed]})
    assert names(three, order="-last_viewed_at")[0] == "c"
    assert names(three, order="last_viewed_at")[-1] == "c"


@pytest.mark.parametrize("order", ["nonsense", "--id", "-", "created_by__password", "?"])
def test_an_unknown_field_is_refused(three: Running, order: str) -> None:
    answer = three.http.get(three.insights, params={"order": order})
    assert (answer.status_code, answer.json()["attr"]) == (400, "order")
