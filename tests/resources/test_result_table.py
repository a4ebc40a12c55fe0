"""Results of every shape as tables."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.resources.result_table import as_table

CASES: tuple[tuple[str, Any, list[str] | None, str], ...] = (
    (
        "trends",
        [
            {"label": "a", "labels": ["1-Jan", "2-Jan"], "data": [1, 2.0], "compare_label": "current"},
            {"label": "a", "labels": ["1-Jan"], "data": [3.5], "compare_label": "previous"},
        ],
        None,
        "Date|a (current)|a (previous)\n1-Jan|1|3.5\n2-Jan|2|",
    ),
    (
        "totals",
        [{"label": "a", "data": [], "days": [], "count": 0, "aggregated_value": 42.0}],
        None,
        "Series|Value\na|42",
    ),
    (
        "steps",
        [
            {
                "name": "signed up",
                "custom_name": None,
                "order": 0,
                "count": 10,
                "average_conversion_time": None,
            }
        ],
        None,
        "Step|Count|Average conversion time (s)\nsigned up|10|",
    ),
    (
        "grouped steps",
        [[{"name": "signed up", "order": 0, "count": 4, "breakdown_value": ["Chrome"]}]],
        None,
        "Breakdown|Step|Count\nChrome|signed up|4",
    ),
    (
        "retention",
        [
            {"date": "d0", "values": [{"count": 5, "label": "Day 0"}, {"count": 2, "label": "Day 1"}]},
            {"date": "d1", "values": [{"count": 4, "label": "Day 0"}]},
        ],
        None,
        "Cohort|Day 0|Day 1\nd0|5|2\nd1|4|",
    ),
    ("paths", [{"source": "1_/", "target": "2_/x", "value": 3}], None, "From|To|Count\n1_/|2_/x|3"),
    ("bins", {"bins": [[60, 2], [120, 0]]}, None, "From (s)|Count\n60|2\n120|0"),
    ("sql", [["sign up", 3, {"a": None}]], ["event", "n", "x"], 'event|n|x\nsign up|3|{"a":null}'),
    ("nothing", [], None, "Result"),
    ("unknown", {"odd": True}, None, 'Result\n{"odd":true}'),
)


@pytest.mark.parametrize(
    ("result", "columns", "text"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_a_result_of_each_shape_is_a_table(result: Any, columns: list[str] | None, text: str) -> None:
    table = as_table(result, columns)
    assert table is not None
    assert table.as_text() == text


def test_no_result_is_no_table() -> None:
    assert as_table(None) is None
