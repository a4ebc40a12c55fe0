"""Refresh policies: of the server, a project, an insight."""

from __future__ import annotations

from ...api.call import Answer
from ...store import JSONObject
from ...store.documents import InsightDocument
from ..call import ControlCall
from ..problems import Problem


def mock_refresh_retrieve(call: ControlCall) -> Answer:
    """The server's policy."""
    return _policy(call, None, None)


def mock_refresh_update(call: ControlCall) -> Answer:
    """Set the server's policy."""
    return _put(call, None, None)


def mock_refresh_destroy(call: ControlCall) -> Answer:
    """Back to the settings' policy."""
    return _drop(call, None, None)


def mock_project_refresh_retrieve(call: ControlCall) -> Answer:
    """The policy in force for a project."""
    return _policy(call, call.project["id"], None)


def mock_project_refresh_update(call: ControlCall) -> Answer:
    """Set a project's policy."""
    return _put(call, call.project["id"], None)


def mock_project_refresh_destroy(call: ControlCall) -> Answer:
    """Let a project fall back to the server's."""
    return _drop(call, call.project["id"], None)


def mock_insight_refresh_retrieve(call: ControlCall) -> Answer:
    """The policy in force for an insight."""
    return _policy(call, call.project["id"], _insight_id(call))


def mock_insight_refresh_update(call: ControlCall) -> Answer:
    """Set an insight's policy."""
    return _put(call, call.project["id"], _insight_id(call))


def mock_insight_refresh_destroy(call: ControlCall) -> Answer:
    """Let an insight fall back to its project's."""
    return _drop(call, call.project["id"], _insight_id(call))


def _policy(call: ControlCall, project_id: int | None, insight_id: int | None) -> Answer:
    policy, scope = call.services.policies.look(project_id, insight_id)
    shape: JSONObject = {**policy.as_document(), "scope": scope}
    return Answer(shape)


def _put(call: ControlCall, project_id: int | None, insight_id: int | None) -> Answer:
    call.services.policies.put(project_id, insight_id, call.body)
    return _policy(call, project_id, insight_id)


def _drop(call: ControlCall, project_id: int | None, insight_id: int | None) -> Answer:
    call.services.policies.drop(project_id, insight_id)
    return _policy(call, project_id, insight_id)


def _insight_id(call: ControlCall) -> int:
    return named_insight(call)["id"]


def named_insight(call: ControlCall) -> InsightDocument:
    """The insight that the path names by id or short id; raises Problem."""
    project_id, named = call.project["id"], call.path["insight_id"]
    insights = call.services.store.insights
    found = insights.find_one("short_id", (project_id, named))
    if found is None and named.isascii() and named.isdigit() and len(named) < 19:
        found = insights.fetch(int(named))
    if found is None or found["project_id"] != project_id:
        raise Problem("unknown_insight", f"Project {project_id} has no insight {named}.", field="insight_id")
    return found
