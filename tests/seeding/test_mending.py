"""Content that the format does not allow loses as little as possible."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.seeding.mending import mended
from mockserver.seeding.reading import schema_problems

PERSON = {"key": "me", "first_name": "M", "email": "m@example.com"}


def content(**sections: Any) -> Any:
    return {
        "format": 1,
        "organization": {"name": "A"},
        "project": {"name": "B"},
        "people": [PERSON],
        **sections,
    }


@pytest.mark.parametrize(
    ("given", "left", "told"),
    [
        (
            {"insights": [{"key": "a", "name": 5}, {"key": "b", "tags": ["x", ""]}]},
            {"insights": [{"key": "a"}, {"key": "b", "tags": ["x"]}]},
            ["insights[1].tags[1]", "insights[0].name"],
        ),
        ({"insights": [{"key": "!"}, {"key": "b"}]}, {"insights": [{"key": "b"}]}, ["insights[0]"]),
        (
            {
                "insights": [{"key": "a", "query": {"kind": "Odd"}}],
                "dashboards": [{"key": "c", "tiles": [{"insight": "a"}, {"text": "t"}]}],
            },
            {"insights": [], "dashboards": [{"key": "c", "tiles": [{"text": "t"}]}]},
            ["insights[0]"],
        ),
        (
            {"insights": [{"key": "a", "by": "gone", "views": [{"by": "gone", "at": "1d"}]}]},
            {"insights": [{"key": "a", "views": []}]},
            ["insights[0].views[0].by", "insights[0].views[0]", "insights[0].by"],
        ),
        (
            {"project": {"name": "B", "timezone": "Nowhere", "id": 0}},
            {"project": {"name": "B"}},
            ["project.id", "project.timezone"],
        ),
    ],
)
def test_the_smallest_part_that_can_go_goes_and_is_told(
    given: dict[str, Any], left: dict[str, Any], told: list[str]
) -> None:
    made, left_out = mended(content(**given))
    assert made == content(**left)
    assert sorted(line.partition(": ")[0] for line in left_out) == sorted(told)


def test_what_cannot_go_stays_to_be_refused() -> None:
    made, _ = mended(content(people=[{"key": "me"}]))
    assert made["people"] == []
    assert list(schema_problems(made))  # type: ignore[arg-type]
