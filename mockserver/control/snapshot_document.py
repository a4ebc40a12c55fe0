"""A snapshot as one JSON document, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, NotRequired, cast, get_origin, get_type_hints

from ..store import JSON, JSONObject, Store, documents, from_stored, steering, wire
from ..store.indexes import Fields
from ..store.schema import SCHEMA
from ..store.storage import Contents
from .problems import Problem, invalid
from .redaction import REDACTED
from .snapshots import FORMAT, VERSION, Snapshot

SHAPES: Final[Mapping[str, type]] = MappingProxyType(
    {
        "organizations": documents.OrganizationDocument,
        "users": documents.UserDocument,
        "memberships": documents.MembershipDocument,
        "projects": documents.ProjectDocument,
        "personal_api_keys": documents.PersonalApiKeyDocument,
        "sessions": documents.SessionDocument,
        "insights": documents.InsightDocument,
        "dashboards": documents.DashboardDocument,
        "tiles": documents.TileDocument,
        "sharing": documents.SharingDocument,
        "share_passwords": documents.SharePasswordDocument,
        "activities": documents.ActivityDocument,
        "views": documents.ViewDocument,
        "variables": documents.VariableDocument,
        "actions": documents.ActionDocument,
        "cohorts": documents.CohortDocument,
        "alerts": documents.AlertDocument,
        "cached_results": documents.CachedResultDocument,
        "jobs": documents.JobDocument,
        "clocks": steering.ClockDocument,
        "refresh_policies": steering.PolicyDocument,
        "faults": steering.FaultDocument,
        "tenants": steering.TenantDocument,
        "batches": steering.BatchDocument,
    }
)

# What is readable in these fields opens something; hashes of keys and passwords do not
SECRETS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "meta": ("api_key", "password"),
        "sessions": ("csrf_token",),
        "sharing": ("access_token", "previous_tokens"),
    }
)


def to_document(snapshot: Snapshot, *, secrets: bool) -> JSONObject:
    """The whole state as JSON; without `secrets` what would open something is left out."""
    tables: JSONObject = {}
    for name, held in snapshot.contents.tables.items():
        listed = [cast("JSONObject", held[document_id]) for document_id in sorted(held)]
        tables[name] = cast("JSON", listed if secrets else [_without_secrets(name, one) for one in listed])
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": snapshot.name,
        "created_at": wire(snapshot.created_at),
        "secrets": "included" if secrets else "redacted",
        "last_ids": dict(snapshot.contents.last_ids),
        "tables": tables,
    }


def _without_secrets(table: str, document: JSONObject) -> JSONObject:
    if table == "tenants":
        baseline = cast("dict[str, list[JSONObject]]", document["baseline"])
        kept = {name: [_without_secrets(name, one) for one in listed] for name, listed in baseline.items()}
        return {**document, "baseline": cast("JSON", kept)}
    return {key: REDACTED if key in SECRETS.get(table, ()) else value for key, value in document.items()}


def from_document(name: str, document: Mapping[str, JSON], present: Store, now: datetime) -> Snapshot:
    """The snapshot in a document; raises Problem naming the place that can't be used.

    A secret that was left out is taken from the present state's document of the same id, or made unusable.
    """
    if document["version"] != VERSION:
        raise invalid("version", f"This server reads version {VERSION}, not {document['version']}.")
    given = cast("dict[str, list[JSONObject]]", document["tables"])
    tables: dict[str, dict[int, Fields]] = {}
    for table, listed in given.items():
        if table not in SCHEMA:
            raise invalid(f"tables.{table}", f"There is no table {table!r}.")
        tables[table] = {}
        for place, one in enumerate(listed):
            _check_fields(table, one, f"tables.{table}[{place}]")
            tables[table][cast("int", one["id"])] = cast("Fields", _with_secrets(table, one, present))
    last_ids = cast("dict[str, int]", document.get("last_ids") or {})
    contents = _indexed(Contents(tables, last_ids))
    if not any(one["name"] == "seed" for one in contents.tables["meta"].values()):
        raise invalid("tables.meta", "The document that names the seed is missing.")
    made = document.get("created_at")
    return Snapshot(name, from_stored(str(made)) if made else now, contents)


def _check_fields(table: str, document: JSONObject, place: str) -> None:
    shape = SHAPES.get(table)
    if shape is None:
        return
    # `__required_keys__` knows nothing of `NotRequired` in annotations that are text
    hints = get_type_hints(shape, include_extras=True)
    wanted = {key for key, hint in hints.items() if get_origin(hint) is not NotRequired}
    missing = sorted(wanted - document.keys())
    if missing:
        raise invalid(f"{place}.{missing[0]}", "This field is required.")
    unknown = sorted(document.keys() - hints.keys())
    if unknown:
        raise invalid(f"{place}.{unknown[0]}", f"A document of {table} has no such field.")


def _with_secrets(table: str, document: JSONObject, present: Store) -> JSONObject:
    if table == "tenants":
        baseline = cast("dict[str, list[JSONObject]]", document["baseline"])
        filled = {
            name: [_with_secrets(name, one, present) for one in each] for name, each in baseline.items()
        }
        return {**document, "baseline": cast("JSON", filled)}
    hidden = [name for name in SECRETS.get(table, ()) if document.get(name) == REDACTED]
    if not hidden:
        return document
    held = cast("JSONObject", present.table(table).fetch(cast("int", document["id"])) or {})
    return {**document, **{name: held.get(name, _unusable(name, document)) for name in hidden}}


def _unusable(name: str, document: JSONObject) -> JSON:
    if name == "previous_tokens":
        return []
    return None if name == "password" else f"{REDACTED}-{document['id']}"


def _indexed(contents: Contents) -> Contents:
    """The contents as a store holds them; raises Problem where two documents claim one unique key."""
    scratch = Store()
    for name, held in contents.tables.items():
        table = scratch.table(name)
        for document_id, document in held.items():
            try:
                table.apply(document_id, document, silent=True)
            except Exception as error:
                place = f"tables.{name}"
                raise Problem("invalid_body", f"Document {document_id}: {error}", field=place) from None
        table.last_id = max(table.last_id, contents.last_ids.get(name, 0))
    return scratch.contents()
