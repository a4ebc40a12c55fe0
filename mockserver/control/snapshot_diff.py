"""What differs between two states, by table and document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from ..store import JSON, JSONObject
from ..store.indexes import Fields
from .snapshot_document import SECRETS
from .snapshots import Snapshot

NAMES: Final = ("name", "label", "email", "note", "query_id", "key")
# baselines only repeat what the other tables began with
LEFT_OUT: Final = ("tenants",)


def diff(one: Snapshot, other: Snapshot) -> JSONObject:
    """What `other` has added, removed and changed; secrets are not shown, only that they changed."""
    tables: JSONObject = {}
    for name in one.contents.tables:
        if name not in LEFT_OUT:
            found = _table(name, one.contents.tables[name], other.contents.tables[name])
            if any(found.values()):
                tables[name] = found
    return {"from": one.name, "to": other.name, "same": not tables, "tables": tables}


def _table(name: str, before: Mapping[int, Fields], after: Mapping[int, Fields]) -> JSONObject:
    changed: list[JSON] = []
    for document_id in sorted(before.keys() & after.keys()):
        old, new = before[document_id], after[document_id]
        if old is not new and old != new:
            changed.append({**_named(document_id, new), "fields": _fields(name, old, new)})
    return {
        "added": [_named(each, after[each]) for each in sorted(after.keys() - before.keys())],
        "removed": [_named(each, before[each]) for each in sorted(before.keys() - after.keys())],
        "changed": changed,
    }


def _named(document_id: int, document: Fields) -> JSONObject:
    name = next((document[key] for key in NAMES if document.get(key)), None)
    return {"id": document_id, "name": None if name is None else str(name)}


def _fields(table: str, old: Fields, new: Fields) -> JSONObject:
    hidden = SECRETS.get(table, ())
    return {
        key: {
            "from": "[redacted]" if key in hidden else cast("JSON", old.get(key)),
            "to": "[redacted]" if key in hidden else cast("JSON", new.get(key)),
        }
        for key in {**old, **new}
        if old.get(key) != new.get(key)
    }
