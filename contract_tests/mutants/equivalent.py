"""Mutants that no suite can tell apart, each with the reason: they are left out of the score."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

EVERYWHERE: Final = MappingProxyType[str, str]({})
IN_DOCS: Final = MappingProxyType(
    {
        "filters_reappear": "answers have `filters` in this generation",
        "scopeless_actions_are_open": "keys reach these actions in this generation",
        "failing_query_crashes": "a failing query has no status in this generation; it is refused",
    }
)


def equivalent(profile: str) -> dict[str, str]:
    """The mutants of a profile that are no mutants, with reasons."""
    return {**EVERYWHERE, **(IN_DOCS if profile == "docs" else {})}
