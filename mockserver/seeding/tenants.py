"""A fixture's tenants with their templates filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from ..store import JSON
from .names import NameSource
from .shapes import FixtureContent, TenantEntry
from .templates import Templates

SECTIONS: Final = (
    "organization",
    "project",
    "people",
    "api_keys",
    "actions",
    "cohorts",
    "variables",
    "insights",
    "dashboards",
)


@dataclass(frozen=True, slots=True)
class FilledTenants:
    """The tenant that a fixture is about, and its neighbours."""

    own: TenantEntry
    neighbours: tuple[TenantEntry, ...]


def _fill(tenant: Mapping[str, JSON], names: NameSource, prefix: str = "") -> TenantEntry:
    sections = {name: tenant[name] for name in SECTIONS if name in tenant}
    filled = Templates(sections, names, prefix).fill()
    # what was recorded holds texts as they were, and no templates
    return cast("TenantEntry", filled | ({"results": tenant["results"]} if "results" in tenant else {}))


def filled_tenants(content: Mapping[str, object], names: NameSource) -> FilledTenants:
    """Every tenant of a fixture, its templates filled in by `names`; raises TemplateError."""
    fixture = cast("FixtureContent", content)
    neighbours = fixture.get("neighbours") or []
    return FilledTenants(
        own=_fill(cast("Mapping[str, JSON]", fixture), names),
        neighbours=tuple(
            _fill(cast("Mapping[str, JSON]", tenant), names, f"neighbours/{place}/")
            for place, tenant in enumerate(neighbours)
        ),
    )


def pools_of(content: Mapping[str, object], names: NameSource) -> dict[str, list[str]]:
    """The pools of names that the population draws from, by Faker's provider."""
    population = cast("FixtureContent", content).get("population") or {}
    sizes = population.get("names") or {}
    return {provider: names.pool(provider, size) for provider, size in sizes.items()}
