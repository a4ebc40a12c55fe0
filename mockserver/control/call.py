"""What a handler of the control plane is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..store import JSON, JSONObject
from ..store.documents import ProjectDocument
from .problems import Problem

if TYPE_CHECKING:
    from ..services import Services
    from .state import ControlState


@dataclass(frozen=True, slots=True)
class ControlCall:
    """One request, already routed, admitted and validated against the control plane's contract.

    `path` is text as sent; `query` has the types that the contract gives; `body` is `{}` where none was sent.
    """

    services: Services
    control: ControlState
    path: Mapping[str, str]
    query: Mapping[str, JSON]
    body: JSONObject
    base_url: str
    headers: Mapping[str, str]

    def number(self, name: str) -> int:
        """A path parameter that is an id; the validators have let digits through only."""
        return int(self.path[name])

    @property
    def project(self) -> ProjectDocument:
        """The project that the path names; raises Problem."""
        return find_project(self.services, self.number("project_id"))

    @property
    def asked_project_id(self) -> int | None:
        """The project that the query string asks for; raises Problem for one that does not exist."""
        asked = self.query.get("project_id")
        return find_project(self.services, asked)["id"] if isinstance(asked, int) else None


def find_project(services: Services, project_id: int, field: str = "project_id") -> ProjectDocument:
    """A project by id; raises Problem naming `field`."""
    found = services.store.projects.fetch(project_id)
    if found is None:
        raise Problem("unknown_project", f"There is no project {project_id}.", field=field)
    return found
