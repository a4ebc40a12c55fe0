"""Writes that are answered well and not kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from .model import Asked, ContractFault

if TYPE_CHECKING:
    from ...services import Services
    from ...store.documents import InsightDocument

UPDATES: Final = frozenset(("insights_partial_update", "insights_update"))


def _insights(services: Services, asked: Asked) -> Mapping[int, InsightDocument]:
    found = services.store.insights.find("project", asked.project_id)
    return {insight["id"]: insight for insight in found}


def _undo_changes(services: Services, _: Asked, held: Mapping[int, InsightDocument]) -> None:
    for insight_id, insight in held.items():
        if services.store.insights.fetch(insight_id) is not insight:
            services.store.insights.apply(insight_id, insight)


def _undo_additions(services: Services, asked: Asked, held: Mapping[int, InsightDocument]) -> None:
    for insight_id in services.store.insights.find_ids("project", asked.project_id):
        if insight_id not in held:
            services.store.insights.drop(insight_id)


def _undelete(services: Services, _: Asked, held: Mapping[int, InsightDocument]) -> None:
    for insight_id, insight in held.items():
        now = services.store.insights.fetch(insight_id)
        if now is not None and now["deleted"] and not insight["deleted"]:
            services.store.insights.amend(insight_id, {"deleted": False})


FAULTS: Final = (
    ContractFault(
        "update_is_lost",
        "state",
        "An update is answered, then forgotten.",
        "What PATCH answers, GET answers too.",
        UPDATES,
        before=_insights,
        after=_undo_changes,
    ),
    ContractFault(
        "create_is_lost",
        "state",
        "A new insight is answered, then forgotten.",
        "What POST has made can be retrieved.",
        frozenset(("insights_create",)),
        before=_insights,
        after=_undo_additions,
    ),
    ContractFault(
        "delete_is_lost",
        "state",
        "`deleted: true` is answered, then forgotten.",
        "A deleted insight is not listed.",
        UPDATES,
        before=_insights,
        after=_undelete,
    ),
)
