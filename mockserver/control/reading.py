"""Reading PostHog's API from inside: as its clients see it, but unrecorded, unfaulted and unthrottled.

The console looks at the fake through it, so that looking changes nothing but what the asked-for refresh does.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from ..api import find_handlers
from ..api.call import Call
from ..errors import ApiError, api_error
from ..resources.context import ANONYMOUS, Caller
from ..store.documents import ProjectDocument
from .tenants import tenant_of

if TYPE_CHECKING:
    from ..services import Services

logger = logging.getLogger("mockserver")


class Reading(NamedTuple):
    """An answer of PostHog's API."""

    status: int
    body: object


def read_api(
    services: Services,
    project: ProjectDocument,
    operation_id: str,
    *,
    path: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    base_url: str = "",
) -> Reading:
    """What a reading operation answers to the project's first user; an error is an answer too."""
    asked = {"project_id": str(project["id"]), **(path or {})}
    call = Call(
        services=services,
        operation_id=operation_id,
        method="GET",
        caller=_owner(services, project),
        path=asked,
        query=dict(query or {}),
        headers={},
        base_url=base_url,
        raw_path=f"/api/projects/{project['id']}",
        query_string=urlencode(query or {}),
        profile=services.profile_of(project),
        found_project=project,
    )
    try:
        answer = find_handlers([operation_id])[operation_id](call)
    except ApiError as error:
        return _refusal(error)
    except Exception:
        logger.exception("%s failed", operation_id)
        return _refusal(api_error("server_error"))
    return Reading(answer.status, answer.body)


def _refusal(error: ApiError) -> Reading:
    return Reading(error.status, None if error.body is None else dict(error.body))


def _owner(services: Services, project: ProjectDocument) -> Caller:
    """The project's first user, let in without a credential."""
    users = (services.store.users.fetch(each) for each in tenant_of(services.store, project["id"])["users"])
    user = next((each for each in users if each is not None), None)
    return Caller("open", user) if user else ANONYMOUS
