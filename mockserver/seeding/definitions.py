"""Actions, cohorts and variables: what queries refer to."""

from __future__ import annotations

from ..store import JSON
from .ground import Ground
from .population import distinct_ids_of
from .shapes import PopulationEntry


def add_definitions(ground: Ground, population: PopulationEntry | None, seed: int | str) -> None:
    """Make a tenant's actions, cohorts (some of people of the population) and variables."""
    _add_actions(ground)
    _add_cohorts(ground, population, seed)
    _add_variables(ground)


def _add_actions(ground: Ground) -> None:
    for entry in ground.tenant.get("actions") or []:
        action_id = ground.new_id("actions", entry["key"], entry.get("id"))
        ground.ids["actions"][entry["key"]] = action_id
        ground.store.actions.add(
            {
                "id": action_id,
                "project_id": ground.project_id,
                "name": entry["name"],
                "steps": entry["steps"],
                "created_at": ground.ago(entry.get("created"), "200d"),
                "deleted": entry.get("deleted", False),
            }
        )


def _add_cohorts(ground: Ground, population: PopulationEntry | None, seed: int | str) -> None:
    for entry in ground.tenant.get("cohorts") or []:
        cohort_id = ground.new_id("cohorts", entry["key"], entry.get("id"))
        ground.ids["cohorts"][entry["key"]] = cohort_id
        every = entry["people"]["every"] if "people" in entry else 0
        ground.store.cohorts.add(
            {
                "id": cohort_id,
                "project_id": ground.project_id,
                "name": entry["name"],
                "distinct_ids": [
                    *(entry.get("distinct_ids") or []),
                    *(distinct_ids_of(population, seed, every) if every else ()),
                ],
                "created_at": ground.ago(entry.get("created"), "150d"),
                "deleted": entry.get("deleted", False),
            }
        )


def _add_variables(ground: Ground) -> None:
    for entry in ground.tenant.get("variables") or []:
        variable_id = ground.new_id("variables", entry["key"])
        uuid = entry.get("id")
        if uuid is None or ground.store.variables.find_one("uuid", uuid) is not None:
            uuid = ground.stream("variables", variable_id, "uuid").uuid()
        ground.ids["variables"][entry["key"]] = uuid
        values: list[JSON] | None = entry.get("values")
        ground.store.variables.add(
            {
                "id": variable_id,
                "uuid": uuid,
                "project_id": ground.project_id,
                "type": entry["type"],
                "name": entry["name"],
                "code_name": entry["code_name"],
                "default_value": entry.get("default"),
                "values": values,
                "created_by": ground.user_id(entry.get("by")),
                "created_at": ground.ago(entry.get("created"), "90d"),
            }
        )
