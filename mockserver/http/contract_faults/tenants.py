"""Projects that see each other's data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from .edits import CREATE, LIST, RETRIEVE, UPDATE
from .model import Asked, ContractFault
from .stored import for_a_while, insight, put_back

if TYPE_CHECKING:
    from ...services import Services

Changes = Iterator[tuple[str, int, dict[str, object]]]


def _fault(name: str, description: str, rule: str, **parts: object) -> ContractFault:
    return ContractFault(name, "isolation", description, rule, after=put_back, **parts)  # type: ignore[arg-type]


def _move_insight(services: Services, asked: Asked) -> Changes:
    found = insight(services, asked)
    if found is not None and asked.project_id is not None:
        yield "insights", found["id"], {"project_id": asked.project_id}


def _move_all(table: str) -> Any:
    def choose(services: Services, asked: Asked) -> Changes:
        documents: Any = getattr(services.store, table).documents()
        for number, document in list(documents.items()):
            if asked.project_id is not None and document["project_id"] != asked.project_id:
                yield table, number, {"project_id": asked.project_id}

    return choose


FAULTS: Final = (
    _fault(
        "foreign_insight_is_read",
        "Another project's insight is found.",
        "It is 404.",
        operations=RETRIEVE,
        before=for_a_while(_move_insight),
    ),
    _fault(
        "foreign_insight_is_written",
        "Another project's insight is changed.",
        "It is 404.",
        operations=UPDATE,
        before=for_a_while(_move_insight),
    ),
    _fault(
        "foreign_insights_are_listed",
        "Lists hold all projects.",
        "They hold one.",
        operations=LIST,
        before=for_a_while(_move_all("insights")),
    ),
    _fault(
        "foreign_dashboards_are_taken",
        "Another project's dashboard is taken.",
        "It is refused.",
        operations=CREATE | UPDATE,
        before=for_a_while(_move_all("dashboards")),
    ),
    _fault(
        "foreign_log_is_read",
        "A log holds all projects.",
        "It holds one.",
        operations=frozenset(("insights_all_activity_retrieve",)),
        before=for_a_while(_move_all("activities")),
    ),
    _fault(
        "foreign_query_is_polled",
        "Another project's query is seen.",
        "It is 404.",
        operations=frozenset(("query_retrieve",)),
        before=for_a_while(_move_all("jobs")),
    ),
    _fault(
        "foreign_sharing_is_read",
        "Another project's sharing is read.",
        "It is 404.",
        operations=frozenset(("insights_sharing_retrieve", "insights_sharing_partial_update")),
        before=for_a_while(_move_insight),
    ),
    _fault(
        "foreign_insight_is_viewed",
        "Views of another project count.",
        "They are dropped.",
        operations=frozenset(("insights_viewed_create",)),
        before=for_a_while(_move_all("insights")),
    ),
    _fault(
        "foreign_insight_is_deleted_in_bulk",
        "A bulk deletion reaches all projects.",
        "It skips them.",
        operations=frozenset(("insights_bulk_delete_create",)),
        before=for_a_while(_move_all("insights")),
    ),
)
