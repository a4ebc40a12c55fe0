"""Snapshots: take, restore, compare, export, import."""

from __future__ import annotations

from typing import cast

from ...api.call import Answer
from ...store import JSON
from ..call import ControlCall
from ..problems import invalid
from ..seeds import settle
from ..snapshot_diff import diff
from ..snapshot_document import from_document, to_document
from ..snapshots import CURRENT, Snapshot
from .server import info


def mock_snapshots_list(call: ControlCall) -> Answer:
    """All of them."""
    listed: list[JSON] = [*call.control.snapshots.shapes()]
    return Answer(listed)


def mock_snapshots_create(call: ControlCall) -> Answer:
    """Take one of the present state."""
    made = _present(call, cast("str", call.body["name"]))
    call.control.snapshots.keep(made, replace=bool(call.body.get("replace")))
    return Answer(made.shape(), 201)


def mock_snapshots_retrieve(call: ControlCall) -> Answer:
    """Export one."""
    return Answer(to_document(_named(call, "name"), secrets=bool(call.query.get("secrets"))))


def mock_snapshots_update(call: ControlCall) -> Answer:
    """Import one; it takes the place of another of that name."""
    name = call.path["name"]
    if not name.replace("-", "").replace("_", "").replace(".", "").isalnum() or len(name) > 100:
        raise invalid("name", "A name has letters, digits, dots, dashes and underscores, 100 at most.")
    made = from_document(name, call.body, call.services.store, call.services.clock.now())
    call.control.snapshots.keep(made, replace=True)
    return Answer(made.shape())


def mock_snapshots_destroy(call: ControlCall) -> Answer:
    """Forget one."""
    call.control.snapshots.forget(call.path["name"])
    return Answer(None, 204)


def mock_snapshots_restore(call: ControlCall) -> Answer:
    """Go back to one, whole."""
    found = call.control.snapshots.find(call.path["name"])
    call.services.store.replace(found.contents)
    settle(call.services)
    return Answer(info(call))


def mock_snapshots_diff(call: ControlCall) -> Answer:
    """What differs between two."""
    return Answer(diff(_named(call, "name"), _named(call, "other")))


def _named(call: ControlCall, parameter: str) -> Snapshot:
    name = call.path[parameter]
    return _present(call, CURRENT) if name == CURRENT else call.control.snapshots.find(name)


def _present(call: ControlCall, name: str) -> Snapshot:
    return Snapshot(name, call.services.clock.now(), call.services.store.contents())
