"""Projects as tenants: list, make, reset, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from ...api.call import Answer
from ...errors import StartError
from ...seeding.loader import ProjectChoices
from ...store import JSON, JSONObject
from ...store.documents import OrganizationDocument, ProjectDocument
from ...store.schema import PROJECT_TABLES
from ..call import ControlCall
from ..problems import invalid
from ..seeds import new_project, reset_project, seed_document
from ..tallies import tallies
from ..tenants import STEERING, drop_tenant

if TYPE_CHECKING:
    from ...services import Services


def mock_projects_list(call: ControlCall) -> Answer:
    """All projects."""
    projects = call.services.store.projects.documents()
    listed: list[JSON] = [_shape(call.services, projects[each]) for each in sorted(projects)]
    return Answer(listed)


def mock_projects_retrieve(call: ControlCall) -> Answer:
    """One project."""
    return Answer(_shape(call.services, call.project))


def mock_projects_create(call: ControlCall) -> Answer:
    """Make one, with a user and a key."""
    body, store = call.body, call.services.store
    join = _seeded_project(call) if body.get("organization") == "same" else None
    if join is not None and "features" in body:
        raise invalid("features", "Features belong to a new organization.")
    _check_timezone(cast("str | None", body.get("timezone")))
    seed = body.get("seed")
    try:
        made = new_project(
            call.services,
            fixture=cast("str", body.get("fixture", "empty")),
            seed=None if seed is None else str(seed),
            join=join,
            choices=ProjectChoices(
                name=cast("str | None", body.get("name")),
                timezone=cast("str | None", body.get("timezone")),
                week_start_day=cast("int | None", body.get("week_start_day")),
                profile=cast("str | None", body.get("profile")),
                organization=_organization(call, join) if join else None,
                features=cast("list[str] | None", body.get("features")),
            ),
        )
    except StartError as error:
        raise invalid("fixture", str(error)) from None
    project = store.projects.fetch(made.project_id)
    organization = store.organizations.fetch(made.organization_id)
    if project is None or organization is None:
        raise LookupError(f"project {made.project_id} was not made")
    return Answer(
        {
            "id": project["id"],
            "uuid": project["uuid"],
            "name": project["name"],
            "organization_id": organization["uuid"],
            "api_token": project["api_token"],
            "personal_api_key": made.api_key,
            "user": {
                "id": made.user_id,
                "email": made.email,
                "password": made.password,
                "first_name": made.first_name,
            },
        },
        201,
    )


def mock_projects_reset(call: ControlCall) -> Answer:
    """Put one back to its seed."""
    return Answer(_shape(call.services, reset_project(call.services, call.project["id"])))


def mock_projects_destroy(call: ControlCall) -> Answer:
    """Delete one."""
    project_id = call.project["id"]
    drop_tenant(call.services.store, project_id)
    call.services.clocks.forget(project_id)
    call.services.refresh.calculator.events.forget(project_id)
    call.control.journal.clear(project_id)
    return Answer(None, 204)


def _shape(services: Services, project: ProjectDocument) -> JSONObject:
    tables = [name for name in PROJECT_TABLES if name not in (*STEERING, "tenants")]
    return {
        "id": project["id"],
        "name": project["name"],
        "fixture": project["fixture"],
        "timezone": project["timezone"],
        "counts": cast("JSON", tallies(services.store, project["id"], tables)),
    }


def _seeded_project(call: ControlCall) -> ProjectDocument | None:
    seeded = cast("int", seed_document(call.services.store)["project_id"])
    found = call.services.store.projects.fetch(seeded)
    if found is None:
        raise invalid("organization", "The seeded project was deleted; choose `new`.")
    return found


def _organization(call: ControlCall, project: ProjectDocument) -> OrganizationDocument | None:
    return call.services.store.organizations.fetch(project["organization_id"])


def _check_timezone(name: str | None) -> None:
    if name is None:
        return
    try:
        ZoneInfo(name)
    except (ValueError, LookupError, OSError):
        raise invalid("timezone", f"{name!r} is no time zone of the IANA database.") from None
