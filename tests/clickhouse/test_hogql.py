"""HogQL asked of the event store and of ClickHouse itself: the rows are equal."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.analytics.events import EventStore
from mockserver.analytics.model import QueryError
from tests.analytics.building import ask, captured, context_of, store_of
from tests.clickhouse.comparing import common, differences, own
from tests.clickhouse.engine import ClickHouse, Refused, load_posthog_tables
from tests.clickhouse.printer import Printer

FOLDER = Path(__file__).parent / "queries"
ZONES = ("UTC", "America/New_York", "Asia/Kolkata")
DIFFERS, ZONED = "-- differs: ", "-- differs in zones: "


@dataclass(frozen=True, slots=True)
class Question:
    """A query, why its answers differ everywhere, and why they do outside UTC."""

    text: str
    differs: str | None
    differs_in_zones: str | None


@cache
def questions() -> list[Question]:
    found = []
    for path in sorted(FOLDER.glob("*.sql")):
        reasons: dict[str, str] = {}
        for line in path.read_text().splitlines():
            for mark in (DIFFERS, ZONED):
                if line.startswith(mark):
                    reasons[mark] = line.removeprefix(mark)
            if line and not line.startswith("--"):
                found.append(Question(line.rstrip(";"), reasons.get(DIFFERS), reasons.get(ZONED)))
                reasons = {}
    return found


@cache
def given() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / "events.yaml").read_text())
    return loaded


@cache
def event_store() -> EventStore:
    return store_of(given()["events"], given()["persons"])


@pytest.fixture(scope="module")
def loaded(clickhouse: ClickHouse) -> ClickHouse:
    properties = [row["properties"] for row in captured(given()["events"])]
    load_posthog_tables(clickhouse, event_store(), properties)
    return clickhouse


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("question", questions(), ids=lambda each: each.text[:80])
def test_hogql_gives_what_clickhouse_gives(loaded: ClickHouse, question: Question, zone: str) -> None:
    expected = question.differs or (question.differs_in_zones if zone != "UTC" else None)
    found = what_differs(loaded, question.text, zone)
    if expected is None:
        assert found == []
    else:
        assert found, f"these are equal now, though it is said: {expected}"


def what_differs(engine: ClickHouse, text: str, zone: str) -> list[str]:
    """What differs between the two answers, a line each; a refusal by either is one too."""
    context = context_of(timezone=zone)
    try:
        result = ask(event_store(), {"kind": "HogQLQuery", "query": text}, context)
    except QueryError as error:
        return [f"refused here: {error}"]
    try:
        answer = engine.ask(Printer(context.now, zone).print(text))
    except Refused as error:
        return [f"refused by ClickHouse: {error}"]
    assert isinstance(result.results, list)
    ours = [[own(*pair) for pair in zip(row, kinds_of(result.types), strict=True)] for row in result.results]
    kinds = [kind for _, kind in answer.columns]
    theirs = [[common(*pair) for pair in zip(row, kinds, strict=True)] for row in answer.rows]
    return differences(ours, theirs, result.columns or [])


def kinds_of(types: Any) -> list[str]:
    return [str(kind) for _, kind in types]
