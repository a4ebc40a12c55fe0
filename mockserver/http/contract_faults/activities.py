"""Logs that leave out, mix up or make up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from ...store import JSONObject
from .edits import CREATE, UPDATE, answering, reorder
from .model import Asked, ContractFault, Given
from .stored import insight_id

if TYPE_CHECKING:
    from ...services import Services

LOG: Final = frozenset(("insights_activity_retrieve",))
WHOLE_LOG: Final = frozenset(("insights_all_activity_retrieve",))
SHARING: Final = frozenset(("insights_sharing_partial_update", "insights_sharing_refresh_create"))
EMPTY: Final[JSONObject] = {"results": [], "next": None, "previous": None, "total_count": 0}


def _fault(name: str, description: str, rule: str, **parts: object) -> ContractFault:
    parts.setdefault("operations", LOG)
    return ContractFault(name, "activity", description, rule, **parts)  # type: ignore[arg-type]


def _entries(edit: Any) -> Any:
    def change(entries: list[Any]) -> list[Any]:
        for entry in entries:
            edit(entry)
        return entries

    return reorder(change)


def _no_changes(entry: dict[str, Any]) -> None:
    entry["detail"]["changes"] = None


def _swap(entry: dict[str, Any]) -> None:
    for change in entry["detail"]["changes"] or []:
        change["before"], change["after"] = change["after"], change["before"]


def _always_changed(entry: dict[str, Any]) -> None:
    for change in entry["detail"]["changes"] or []:
        change["action"] = "changed"


def _unsorted_tags(entry: dict[str, Any]) -> None:
    for change in entry["detail"]["changes"] or []:
        if change["field"] == "tags":
            for side in ("before", "after"):
                change[side] = list(reversed(change[side] or []))


def _number(entry: dict[str, Any]) -> None:
    entry["item_id"] = int(entry["item_id"])


def _nobody(entry: dict[str, Any]) -> None:
    if entry.get("user"):
        entry["user"]["email"] = "someone@example.com"


def _only_updates(entry: dict[str, Any]) -> None:
    if entry["activity"] in ("deleted", "restored"):
        entry["activity"] = "updated"


def _no_name(entry: dict[str, Any]) -> None:
    entry["detail"]["name"] = ""


def _of_everything(asked: Asked) -> Asked:
    path = asked.path.split("/insights/")[0] + "/insights/activity"
    known = asked.path.rsplit("/", 2)[-2]
    return replace(asked, path=path) if known.isdigit() and int(known) < 10**9 else asked


def _ids(services: Services, asked: Asked) -> set[int]:
    return set(services.store.activities.find_ids("project", asked.project_id))


def _forget_new(services: Services, asked: Asked, held: set[int]) -> None:
    for number in services.store.activities.find_ids("project", asked.project_id):
        if number not in held:
            services.store.activities.drop(number)


def _forget_deletion(services: Services, asked: Asked, held: set[int]) -> None:
    if isinstance(asked.body, dict) and "deleted" in asked.body:
        _forget_new(services, asked, held)


def _log_anyway(services: Services, asked: Asked, held: set[int]) -> None:
    number = insight_id(asked)
    if number is None or _ids(services, asked) - held:
        return
    entries = [
        one
        for one in services.store.activities.find("project", asked.project_id)
        if one["item_id"] == str(number)
    ]
    if entries:
        table = services.store.activities
        made = table.new_id()
        last = max(entries, key=lambda one: one["id"])
        table.add(
            {**last, "id": made, "uuid": f"{last['uuid'][:-6]}{made % 10**6:06d}", "activity": "updated"}
        )


def _deleted_are_left_out(_: Asked, given: Given) -> Given:
    if given.status != 200 or not isinstance(given.body, dict):
        return given
    entries: list[Any] = given.body["results"]  # type: ignore[assignment]
    gone = {entry["item_id"] for entry in entries if entry["activity"] == "deleted"}
    return given.with_body({**given.body, "results": [one for one in entries if one["item_id"] not in gone]})


FAULTS: Final = (
    _fault(
        "log_is_empty", "Logs are empty.", "They hold what happened.", on_answer=answering({200: 200}, EMPTY)
    ),
    _fault(
        "log_without_changes", "Entries have no changes.", "They have them.", on_answer=_entries(_no_changes)
    ),
    _fault(
        "log_swaps_before_and_after",
        "Before and after are swapped.",
        "They are not.",
        on_answer=_entries(_swap),
    ),
    _fault(
        "log_knows_one_action",
        "Every change is `changed`.",
        "From null it is `created`.",
        on_answer=_entries(_always_changed),
    ),
    _fault(
        "log_tags_unsorted", "Tags in a log are not sorted.", "They are.", on_answer=_entries(_unsorted_tags)
    ),
    _fault("log_item_as_number", "`item_id` is a number.", "It is a text.", on_answer=_entries(_number)),
    _fault(
        "log_of_somebody", "Entries name somebody else.", "They name who it was.", on_answer=_entries(_nobody)
    ),
    _fault(
        "log_without_name", "Entries have no name.", "They have the insight's.", on_answer=_entries(_no_name)
    ),
    _fault(
        "log_knows_updates_only",
        "A deletion is an update.",
        "It is `deleted`.",
        on_answer=_entries(_only_updates),
    ),
    _fault(
        "log_oldest_first",
        "The oldest entry is first.",
        "The newest is.",
        on_answer=reorder(lambda entries: entries[::-1]),
    ),
    _fault("log_of_everything", "A log holds all insights.", "It holds one.", on_request=_of_everything),
    _fault(
        "log_misses_creation",
        "Creating is not logged.",
        "It is.",
        operations=CREATE,
        before=_ids,
        after=_forget_new,
    ),
    _fault(
        "log_misses_sharing",
        "Sharing is not logged.",
        "It is.",
        operations=SHARING,
        before=_ids,
        after=_forget_new,
    ),
    _fault(
        "log_misses_deletion",
        "Deleting is not logged.",
        "It is.",
        operations=UPDATE,
        before=_ids,
        after=_forget_deletion,
    ),
    _fault(
        "log_of_no_difference",
        "Every save is logged.",
        "Differences are.",
        operations=UPDATE,
        before=_ids,
        after=_log_anyway,
    ),
    _fault(
        "log_of_nothing", "The log of nothing is empty.", "It is 404.", on_answer=answering({404: 200}, EMPTY)
    ),
    _fault(
        "log_forgets_deleted",
        "The project's log leaves deleted insights out.",
        "It holds them.",
        operations=WHOLE_LOG,
        on_answer=_deleted_are_left_out,
    ),
)
