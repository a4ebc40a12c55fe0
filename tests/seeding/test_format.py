"""The types of the program and the schema for editors describe one format."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from mockserver.resource_files import bundled
from mockserver.seeding import shapes

PAIRS: Mapping[str, type] = {
    "organization": shapes.OrganizationEntry,
    "project": shapes.ProjectEntry,
    "person": shapes.PersonEntry,
    "apiKey": shapes.KeyEntry,
    "action": shapes.ActionEntry,
    "cohort": shapes.CohortEntry,
    "variable": shapes.VariableEntry,
    "sharing": shapes.SharingEntry,
    "alert": shapes.AlertEntry,
    "history": shapes.HistoryEntry,
    "view": shapes.ViewEntry,
    "insight": shapes.InsightEntry,
    "tile": shapes.TileEntry,
    "dashboard": shapes.DashboardEntry,
    "tenant": shapes.TenantEntry,
    "population": shapes.PopulationEntry,
    "trait": shapes.TraitEntry,
    "habit": shapes.HabitEntry,
    "stage": shapes.StageEntry,
    "step": shapes.StepEntry,
}


def schema() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(bundled("fixtures/fixture.schema.json").read_text("utf-8"))
    return read


@pytest.mark.parametrize("name", PAIRS)
def test_a_section_has_the_same_keys_in_both(name: str) -> None:
    assert set(schema()["$defs"][name]["properties"]) == set(PAIRS[name].__annotations__)


def test_the_whole_file_has_the_same_keys_in_both() -> None:
    assert set(schema()["properties"]) == set(shapes.FixtureContent.__annotations__)


@pytest.mark.parametrize("name", ["demo", "empty", "edge-cases"])
def test_a_shipped_fixture_points_editors_at_the_schema(name: str) -> None:
    first = bundled(f"fixtures/{name}.yaml").read_text("utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=fixture.schema.json"
