"""What goes wrong only when requests overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .edits import CREATE, UPDATE
from .model import Asked, ContractFault
from .stored import insight, insight_id, keep_insight

if TYPE_CHECKING:
    from ...services import Services
    from ...store.documents import InsightDocument

FIELDS: Final = ("name", "description", "derived_name", "favorited", "tags", "order")
PAUSE: Final = 0.06


def _fault(name: str, description: str, rule: str, **parts: object) -> ContractFault:
    return ContractFault(name, "concurrency", description, rule, pause=PAUSE, **parts)  # type: ignore[arg-type]


def _write_back_what_was_read(services: Services, asked: Asked, held: InsightDocument | None) -> None:
    now = insight(services, asked)
    body = asked.body if isinstance(asked.body, dict) else {}
    if held is not None and now is not None and now is not held:
        stale: dict[str, Any] = {field: held[field] for field in FIELDS if field not in body}
        services.store.insights.amend(now["id"], stale)


def _entries(services: Services, asked: Asked) -> set[int]:
    return set(services.store.activities.find_ids("project", asked.project_id))


def _new_entries(services: Services, asked: Asked, held: set[int]) -> list[int]:
    item = str(insight_id(asked))
    found = services.store.activities.find("project", asked.project_id)
    return sorted(one["id"] for one in found if one["id"] not in held and one["item_id"] == item)


def _forget_the_other_entry(services: Services, asked: Asked, held: set[int]) -> None:
    new = _new_entries(services, asked, held)
    if len(new) > 1:
        services.store.activities.drop(new[0])


def _mix_in_the_other(services: Services, asked: Asked, held: set[int]) -> None:
    new = _new_entries(services, asked, held)
    now = insight(services, asked)
    entry: Any = services.store.activities.fetch(new[0]) if len(new) > 1 else None
    for change in (entry["detail"]["changes"] or []) if entry else []:
        if change["field"] == "derived_name" and now is not None:
            services.store.insights.amend(now["id"], {"derived_name": change["after"]})


def _ids(services: Services, asked: Asked) -> set[int]:
    return set(services.store.insights.find_ids("project", asked.project_id))


def _lose_the_other(services: Services, asked: Asked, held: set[int]) -> None:
    new = sorted(_ids(services, asked) - held)
    if len(new) > 1:
        services.store.insights.drop(new[0])


FAULTS: Final = (
    _fault(
        "overlapping_update_is_lost",
        "Of two updates at once one is lost.",
        "Both stay.",
        operations=UPDATE,
        before=keep_insight,
        after=_write_back_what_was_read,
    ),
    _fault(
        "overlapping_updates_mix",
        "Two updates at once mix.",
        "One wins as a whole.",
        operations=UPDATE,
        before=_entries,
        after=_mix_in_the_other,
    ),
    _fault(
        "overlapping_entry_is_lost",
        "Of two changes at once one is logged.",
        "Both are.",
        operations=UPDATE,
        before=_entries,
        after=_forget_the_other_entry,
    ),
    _fault(
        "overlapping_create_is_lost",
        "Of two creates at once one is lost.",
        "Both stay.",
        operations=CREATE,
        before=_ids,
        after=_lose_the_other,
    ),
)
