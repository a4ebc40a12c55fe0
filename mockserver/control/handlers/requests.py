"""The journal: read it, empty it, hold expectations and habits against it."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import cast

from ...api.call import Answer
from ...store import JSON, JSONObject
from ..call import ControlCall, find_project
from ..habits import find_habits
from ..journal import Entry
from ..problems import Problem, invalid
from ..verification import verify

LIMIT = 100


def mock_requests_list(call: ControlCall) -> Answer:
    """Entries, newest first."""
    since = _since(call.query.get("since"))
    found = (
        entry
        for entry in reversed(list(call.control.journal.entries(call.asked_project_id)))
        if _is_wanted(call, entry) and _is_since(entry, since)
    )
    limit = cast("int", call.query.get("limit", LIMIT))
    listed: list[JSON] = [entry.shape() for entry in islice(found, limit)]
    return Answer(listed)


def mock_requests_clear(call: ControlCall) -> Answer:
    """Forget them."""
    call.control.journal.clear(call.asked_project_id)
    return Answer(None, 204)


def mock_requests_verify(call: ControlCall) -> Answer:
    """Whether what was expected came."""
    body = call.body
    match = cast("JSONObject", body["match"])
    project_id = match.get("project_id")
    if isinstance(project_id, int):
        find_project(call.services, project_id, field="match.project_id")
    operation_id = match.get("operation_id")
    if operation_id is not None and operation_id not in call.control.operations:
        raise invalid("match.operation_id", f"The contract has no operation {operation_id!r}.")
    if "count" in body and ("at_least" in body or "at_most" in body):
        raise invalid("count", "`count` excludes `at_least` and `at_most`.")
    if (
        "at_least" in body
        and "at_most" in body
        and cast("int", body["at_least"]) > cast("int", body["at_most"])
    ):
        raise invalid("at_most", "`at_most` is less than `at_least`.")
    entries = call.control.journal.entries(project_id if isinstance(project_id, int) else None)
    return Answer(verify(entries, body))


def mock_requests_lint(call: ControlCall) -> Answer:
    """Habits worth fixing."""
    return Answer(find_habits(call.control.journal.entries(call.asked_project_id)))


def _is_wanted(call: ControlCall, entry: Entry) -> bool:
    asked = call.query
    return (asked.get("operation_id") in (None, entry.operation_id)) and (
        asked.get("status") in (None, entry.status)
    )


def _since(text: JSON) -> int | datetime | None:
    if text is None:
        return None
    given = str(text)
    if given.isascii() and given.isdigit():
        return int(given)
    try:
        moment = datetime.fromisoformat(given.replace(" ", "+"))
    except ValueError:
        raise Problem(
            "invalid_parameter", f"{given!r} is neither an entry's id nor a time in ISO 8601.", field="since"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_since(entry: Entry, since: int | datetime | None) -> bool:
    if since is None:
        return True
    return entry.id > since if isinstance(since, int) else entry.at >= since
