"""`/api/organizations`: the caller's organisations and their projects."""

from __future__ import annotations

from ..resources import accounts, organizations, projects
from ..resources.scopes import check_limits
from ..store.documents import OrganizationDocument
from .call import Answer, Call
from .paging import whole_page


def organizations_list(call: Call) -> Answer:
    """The caller's organisations, each with its plan and its projects."""
    store, user, key = call.services.store, call.caller.user, call.caller.key
    if key:
        check_limits(store, key)
    found = organizations.organizations_of(store, user, key)
    shapes = [accounts.organization_shape(store, one["uuid"], user, key) for one in found]
    return Answer(whole_page(call, shapes))


def organizations_retrieve(call: Call) -> Answer:
    """One organisation with its plan and its projects."""
    found = _named(call, "id")
    store = call.services.store
    return Answer(accounts.organization_shape(store, found["uuid"], call.caller.user, call.caller.key))


def organizations_projects_list(call: Call) -> Answer:
    """The projects of one organisation, in short."""
    store = call.services.store
    found = projects.list_projects(store, call.caller.user, call.caller.key, _named(call, "organization_id"))
    return Answer(whole_page(call, [projects.basic_shape(store, project) for project in found]))


def _named(call: Call, parameter: str) -> OrganizationDocument:
    store, key = call.services.store, call.caller.key
    if key:
        check_limits(store, key)
    found = organizations.find_organization(store, call.path[parameter], call.caller.user, key)
    if key:
        check_limits(store, key, organization=found)
    return found
