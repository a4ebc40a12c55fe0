"""Named violations of the contract, by group: what a suite for the contract must notice.

A new one is a small function and a row in its group's `FAULTS`; a new group is a module and a name here.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Final

from .model import Asked, ContractFault, Given

GROUPS: Final = (
    "access",
    "answers",
    "errors",
    "lists",
    "persistence",
    "results",
    "shapes",
    "activities",
    "background",
    "bodies",
    "caching",
    "credentials",
    "filters",
    "numbers",
    "pages",
    "races",
    "saving",
    "sharing",
    "statuses",
    "tenants",
    "times",
    "views",
)

__all__ = ["Asked", "ContractFault", "Given", "contract_faults"]


def contract_faults() -> Mapping[str, ContractFault]:
    """All of them by name; raises ValueError for a name that is given twice."""
    found: dict[str, ContractFault] = {}
    for group in GROUPS:
        for fault in import_module(f"{__name__}.{group}").FAULTS:
            if fault.name in found:
                raise ValueError(f"two contract faults are called {fault.name}")
            found[fault.name] = fault
    return MappingProxyType(found)
