"""`/api/projects`: which projects there are, for clients that look theirs up."""

from __future__ import annotations

from ..resources import projects
from ..resources.scopes import check_limits
from .call import Answer, Call
from .paging import whole_page


def projects_list(call: Call) -> Answer:
    """The caller's projects, in short."""
    store, key = call.services.store, call.caller.key
    if key:
        check_limits(store, key)
    found = projects.list_projects(store, call.caller.user, key)
    return Answer(whole_page(call, [projects.basic_shape(store, project) for project in found]))


def projects_retrieve(call: Call) -> Answer:
    """One project with its settings."""
    store = call.services.store
    found = projects.any_project(store, call.path["id"], call.caller.user)
    if call.caller.key:
        check_limits(store, call.caller.key, found)
    found = projects.find_project(store, str(found["id"]), call.caller.user)
    return Answer(projects.full_shape(store, found, call.caller.user))
