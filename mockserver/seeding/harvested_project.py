"""The organisation, the project and the variables of a harvested fixture."""

from __future__ import annotations

from typing import Final, cast

from ..store import JSON, JSONObject
from .anonymous import Anonymiser
from .anonymous_queries import variable_key
from .harvest import Harvest, id_of
from .harvested_people import People, Times
from .shapes import OrganizationEntry, ProjectEntry, VariableEntry

SWITCHES: Final = (
    ("members_can_use_personal_api_keys", True),
    ("allow_publicly_shared_resources", True),
    ("is_ai_data_processing_approved", False),
)
TYPES: Final = frozenset(("String", "Number", "Boolean", "List", "Date"))


def organization_entry(
    harvest: Harvest, anonymiser: Anonymiser, times: Times, name: str
) -> OrganizationEntry:
    """The organisation: its plan and what it allows; `name` where its own is not known."""
    seen = harvest.organization
    real = str(seen.get("name") or "")
    made: OrganizationEntry = {"name": anonymiser.text(real, key="company") if real else name}
    features = seen.get("available_product_features")
    if isinstance(features, list):
        made["features"] = [
            str(each["key"]) for each in features if isinstance(each, dict) and each.get("key")
        ]
    if isinstance(seen.get("created_at"), str):
        made["created"] = times.ago(seen["created_at"])
    switches = {
        field: seen[field]
        for field, usual in SWITCHES
        if isinstance(seen.get(field), bool) and seen[field] is not usual
    }
    return cast("OrganizationEntry", {**made, **switches})


def project_entry(harvest: Harvest, filters: list[JSONObject], times: Times, name: str) -> ProjectEntry:
    """The project under another name; `filters` are those that leave test accounts out."""
    seen = harvest.project
    zone = seen.get("timezone")
    made: ProjectEntry = {
        "name": name,
        "timezone": zone if isinstance(zone, str) and zone else harvest.timezone or "UTC",
    }
    if (number := id_of(seen)) is not None:
        made["id"] = number
    if seen.get("week_start_day") == 1:
        made["week_start_day"] = 1
    if seen.get("is_demo") is True:
        made["is_demo"] = True
    if filters:
        made["test_account_filters"] = filters
    if isinstance(seen.get("created_at"), str):
        made["created"] = times.ago(seen["created_at"])
    return made


def variable_entries(
    harvest: Harvest, anonymiser: Anonymiser, people: People, times: Times
) -> list[VariableEntry]:
    """The variables that were seen as such; others are made up from the queries that use them."""
    made: dict[str, VariableEntry] = {}
    for identity, seen in harvest.variables.items():
        code_name, kind = str(seen.get("code_name") or ""), str(seen.get("type"))
        if not code_name or kind not in TYPES:
            continue
        entry: VariableEntry = {
            "id": identity,
            "key": variable_key(code_name),
            "name": anonymiser.title(str(seen.get("name") or ""), code_name.replace("_", " ").capitalize())
            or code_name,
            "code_name": code_name,
            "type": kind,
            "default": anonymiser.value(seen.get("default_value"), key=code_name),
            "created": times.ago(seen.get("created_at")),
        }
        if isinstance(values := seen.get("values"), list):
            entry["values"] = cast("list[JSON]", anonymiser.value(values, key=code_name))
        if (by := people.by_id(seen.get("created_by"))) is not None:
            entry["by"] = by
        made.setdefault(entry["key"], entry)
    return list(made.values())
