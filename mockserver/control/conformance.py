"""Every object of a project held against the contract: what the API answers for each must be allowed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, cast

import orjson

from ..store import JSON, JSONObject
from ..store.documents import ProjectDocument
from .contract_reader import ContractReader
from .reading import read_api

if TYPE_CHECKING:
    from ..services import Services


class Subject(NamedTuple):
    """One object and the operation that reads it."""

    operation_id: str
    name: str | None
    path: Mapping[str, str]
    query: Mapping[str, str]


def conformance(services: Services, reader: ContractReader, project: ProjectDocument) -> JSONObject:
    """How many answers were checked, by operation, and every breach."""
    checked: dict[str, int] = {}
    breaches: list[JSON] = []
    for subject in _subjects(services, project):
        checked[subject.operation_id] = checked.get(subject.operation_id, 0) + 1
        breaches += _breaches(services, reader, project, subject)
    return {
        "project_id": project["id"],
        "conforms": not breaches,
        "checked": sum(checked.values()),
        "operations": cast("JSON", checked),
        "breaches": breaches,
    }


def _subjects(services: Services, project: ProjectDocument) -> Iterator[Subject]:
    store, project_id = services.store, project["id"]
    yield Subject("projects_retrieve", project["name"], {"id": str(project_id)}, {})
    yield Subject("insights_list", None, {}, {"basic": "true", "limit": "1000000"})
    yield Subject("dashboards_list", None, {}, {"limit": "1000000"})
    for insight in store.insights.find("project", project_id):
        if not insight["deleted"]:
            name = insight["name"] or insight["derived_name"]
            yield Subject("insights_retrieve", name, {"id": str(insight["id"])}, {})
            yield Subject("insights_sharing_retrieve", name, {"insight_id": str(insight["id"])}, {})
            yield Subject("insights_activity_retrieve", name, {"id": str(insight["id"])}, {})
    for dashboard in store.dashboards.find("project", project_id):
        if not dashboard["deleted"]:
            yield Subject("dashboards_retrieve", dashboard["name"], {"id": str(dashboard["id"])}, {})


def _breaches(
    services: Services, reader: ContractReader, project: ProjectDocument, subject: Subject
) -> Iterator[JSONObject]:
    operation_id = subject.operation_id
    status, body = read_api(services, project, operation_id, path=subject.path, query=subject.query)
    # others may go on while an answer is being checked, which takes longer than making it
    with services.store.unlocked():
        on_the_wire: JSON = orjson.loads(orjson.dumps(body))
        found = list(reader.breaches(operation_id, status, on_the_wire))
    for breach in found:
        yield {
            "operation_id": operation_id,
            "object": next(iter(subject.path.values()), None),
            "name": subject.name,
            "pointer": breach.pointer,
            "message": breach.message,
        }
