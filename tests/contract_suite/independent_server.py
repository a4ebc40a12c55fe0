"""A second, plain implementation of a part of the API, which shares nothing with the fake.

Insights, their lists, tags, deletion and logs, for one key; the rest is 404. Bugs are planted by name.
"""

from __future__ import annotations

import itertools
import json
import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Request, Response, request
from werkzeug.exceptions import HTTPException

KEY = "phx_independentServerKey00000000000000000000"
BUGS = (
    "count_of_the_page",
    "tags_keep_their_case",
    "deleted_is_still_listed",
    "update_empties_the_description",
    "log_swaps_before_and_after",
    "long_names_are_cut",
)
USER = {
    "id": 1,
    "uuid": "0d7ee1a4-93f3-4e52-9d1c-0e1f2e0a7a55",
    "distinct_id": "independent",
    "first_name": "Ada",
    "last_name": "Example",
    "email": "ada@example.com",
    "is_email_verified": True,
    "hedgehog_config": None,
    "role_at_organization": "engineering",
}
TEXTS = ("name", "description", "derived_name")
WRITABLE = (*TEXTS, "query", "order", "favorited", "saved", "deleted", "tags")
LOGGED = ("tags", "name", "description", "derived_name", "favorited", "deleted", "query")
MATERIAL = ("name", "description", "query")
RESULTS = dict.fromkeys(
    (
        *("last_refresh", "cache_target_age", "next_allowed_client_refresh", "result", "hasMore", "columns"),
        *("timezone", "query_status", "hogql", "types", "filters_hash", "last_viewed_at"),
    )
)
BASIC = (
    *("id", "short_id", "name", "derived_name", "query", "dashboard_tiles", "description", "last_refresh"),
    *("saved", "tags", "updated_at", "created_by", "created_at", "last_modified_at", "favorited"),
    *("user_access_level", "last_viewed_at"),
)


class Refused(Exception):
    """An error in PostHog's envelope."""

    def __init__(self, status: int, kind: str, code: str, detail: str, attr: str | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.body = {"type": kind, "code": code, "detail": detail, "attr": attr}


def missing() -> Refused:
    return Refused(404, "invalid_request", "not_found", "Not found.")


def invalid(field: str, code: str, detail: str) -> Refused:
    return Refused(400, "validation_error", code, detail, field)


def moment() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class Insights:
    """The rows and the log of the one project."""

    def __init__(self, bugs: frozenset[str]) -> None:
        self.bugs = bugs
        self.rows: dict[int, dict[str, Any]] = {}
        self.log: list[dict[str, Any]] = []
        self.ids = itertools.count(1)

    def checked(self, body: dict[str, Any]) -> dict[str, Any]:
        fields = {name: body[name] for name in WRITABLE if name in body}
        for name in TEXTS:
            value = fields.get(name)
            if value is not None and not isinstance(value, str):
                raise invalid(name, "invalid", "Not a valid string.")
            if isinstance(value, str) and len(value) > 400:
                if "long_names_are_cut" in self.bugs and name == "name":
                    fields[name] = value[:400]
                    continue
                words = "Ensure this field has no more than 400 characters."
                raise invalid(name, "max_length", words)
        for name in ("favorited", "saved", "deleted"):
            if name in fields and not isinstance(fields[name], bool):
                raise invalid(name, "invalid_input", "Must be a valid boolean.")
        if fields.get("order") is not None and not isinstance(fields["order"], int):
            raise invalid("order", "invalid_input", "A valid integer is required.")
        if not isinstance(body.get("dashboards", []), list):
            raise invalid("dashboards", "not_a_list", 'Expected a list of items but got type "str".')
        if "tags" in fields:
            fields["tags"] = self.cleaned(fields["tags"])
        if "query" in fields:
            self.check_query(fields["query"])
        return fields

    def cleaned(self, tags: Any) -> list[str]:
        if not isinstance(tags, list):
            raise invalid("tags", "not_a_list", 'Expected a list of items but got type "str".')
        if "tags_keep_their_case" in self.bugs:
            return sorted({tag.strip() for tag in tags})
        return sorted({tag.strip().lower() for tag in tags})

    def check_query(self, query: Any) -> None:
        if not query:
            raise invalid("query", "invalid_input", "An insight needs a query.")
        if not isinstance(query, dict):
            raise invalid("query", "invalid_input", "Query must be a valid JSON object")
        kinds = ("InsightVizNode", "DataVisualizationNode", "DataTableNode", "TrendsQuery", "HogQLQuery")
        if query.get("kind") not in kinds:
            words = "1 validation error for QuerySchemaRoot"
            raise Refused(400, "invalid_request", "parse_error", words)

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        if not body.get("query"):
            words = "Creating an insight needs a query. See https://posthog.com/docs/api/insights"
            raise invalid("query", "invalid_input", words)
        fields = self.checked(body)
        fields["query"] = wrapped(fields["query"])
        number, now = next(self.ids), moment()
        blank = {"name": None, "description": None, "derived_name": None, "order": None}
        row = {"id": number, "short_id": f"In{number:06d}", **blank, "favorited": False, "saved": True}
        row |= {"deleted": False, "tags": [], **fields, "created_at": now, "updated_at": now}
        self.rows[number] = {**row, "last_modified_at": now}
        self.note(row, "created", None)
        return self.rows[number]

    def change(self, found: str, body: dict[str, Any]) -> dict[str, Any]:
        row = self.find(found, restoring=body.get("deleted") is False)
        fields = self.checked(body)
        if "update_empties_the_description" in self.bugs and "description" not in fields:
            fields["description"] = None
        now = moment()
        changes = [change(name, row[name], fields[name]) for name in LOGGED if name in fields]
        changes = [one for one in changes if one["before"] != one["after"]]
        row.update(fields, updated_at=now)
        row["query"] = wrapped(row["query"])
        if any(name in fields for name in MATERIAL):
            row["last_modified_at"] = now
        switched = next((one["after"] for one in changes if one["field"] == "deleted"), None)
        if changes:
            self.note(row, {True: "deleted", False: "restored", None: "updated"}[switched], changes)
        return row

    def note(self, row: dict[str, Any], activity: str, changes: list[Any] | None) -> None:
        if not row["name"] and not row["derived_name"]:
            return
        if changes and "log_swaps_before_and_after" in self.bugs:
            changes = [{**one, "before": one["after"], "after": one["before"]} for one in changes]
        detail = {"id": None, "changes": changes, "trigger": None, "type": None, "short_id": row["short_id"]}
        detail["name"] = row["name"] or row["derived_name"]
        entry = {"id": str(uuid.uuid4()), "user": {"first_name": "Ada", "email": USER["email"]}}
        entry |= {"activity": activity, "scope": "Insight", "item_id": str(row["id"])}
        self.log.insert(0, {**entry, "detail": detail, "created_at": moment()})

    def find(self, text: str, *, restoring: bool = False) -> dict[str, Any]:
        found = self.rows.get(int(text)) if text.isdigit() else None
        found = found or next((row for row in self.rows.values() if row["short_id"] == text), None)
        if found is None or (found["deleted"] and not restoring):
            raise missing()
        return found

    def listed(self, query: Any) -> list[dict[str, Any]]:
        hides = "deleted_is_still_listed" not in self.bugs
        rows = [row for row in self.rows.values() if not (hides and row["deleted"])]
        if "tags" in query:
            try:
                wanted = set(json.loads(query["tags"]))
            except (ValueError, TypeError):
                raise invalid("tags", "invalid_input", "Invalid JSON.") from None
            rows = [row for row in rows if wanted & set(row["tags"])]
        if "favorited" in query:
            rows = [row for row in rows if row["favorited"]]
        if query.get("search"):
            word = query["search"].lower()
            rows = [
                row for row in rows if word in f"{row['name']} {row['description']} {row['tags']}".lower()
            ]
        order = query.get("order", "order")
        if order == "order":
            return sorted(rows, key=lambda row: (row["order"] is None, row["order"] or 0))
        name = order.removeprefix("-")
        return sorted(rows, key=lambda row: row.get(name) or "", reverse=order.startswith("-"))


def change(field: str, before: Any, after: Any) -> dict[str, Any]:
    action = "created" if before is None else "deleted" if after is None else "changed"
    return {"type": "Insight", "action": action, "field": field, "before": before, "after": after}


def wrapped(query: dict[str, Any]) -> dict[str, Any]:
    nodes = {"TrendsQuery": "InsightVizNode", "HogQLQuery": "DataVisualizationNode"}
    return {"kind": nodes[query["kind"]], "source": query} if query["kind"] in nodes else query


def shown(row: dict[str, Any], *, basic: bool = False) -> dict[str, Any]:
    full = {**row, **RESULTS, "is_cached": False, "is_sample": False, "alerts": [], "dashboard_tiles": []}
    full |= {"created_by": USER, "last_modified_by": USER, "user_access_level": "editor"}
    full |= {"effective_restriction_level": 21, "effective_privilege_level": 37}
    if basic:
        return {**{name: full[name] for name in BASIC}, "refreshing": False}
    return full


def number(text: str | None, fallback: int, least: int) -> int:
    try:
        found = int(text or "")
    except ValueError:
        return fallback
    return found if found >= least else fallback


def link(asked: Request, **changes: int | None) -> str:
    from urllib.parse import urlencode

    pairs = {**asked.args.to_dict(), **{name: value for name, value in changes.items() if value is not None}}
    gone = [name for name, value in changes.items() if value is None]
    return f"{asked.base_url}?{urlencode({k: v for k, v in pairs.items() if k not in gone})}"


def paged(asked: Request, rows: list[dict[str, Any]], bugs: frozenset[str]) -> dict[str, Any]:
    limit, offset = number(asked.args.get("limit"), 100, 1), number(asked.args.get("offset"), 0, 0)
    part = rows[offset : offset + limit]
    basic = asked.args.get("basic", "").lower() in ("true", "1", "yes", "y", "t", "on")
    more = offset + limit < len(rows)
    back = offset - limit if offset > limit else None
    return {
        "count": len(part) if "count_of_the_page" in bugs else len(rows),
        "next": link(asked, limit=limit, offset=offset + limit) if more else None,
        "previous": link(asked, limit=limit, offset=back) if offset else None,
        "results": [shown(row, basic=basic) for row in part],
    }


def sent() -> dict[str, Any]:
    if request.mimetype != "application/json":
        words = f'Unsupported media type "{request.mimetype}" in request.'
        raise Refused(415, "invalid_request", "unsupported_media_type", words)
    try:
        body = json.loads(request.data)
    except ValueError as error:
        raise Refused(400, "invalid_request", "parse_error", f"JSON parse error - {error}") from None
    return body if isinstance(body, dict) else {}


def independent_app(*bugs: str) -> Flask:
    """The server, with these bugs."""
    app = Flask(__name__)
    app.url_map.strict_slashes = False
    insights = Insights(frozenset(bugs))
    base = "/api/projects/1/insights"

    @app.errorhandler(Refused)
    def refuse(error: Refused) -> tuple[Any, int]:
        return error.body, error.status

    @app.errorhandler(HTTPException)
    def other(error: HTTPException) -> Response | tuple[Any, int, dict[str, str]]:
        if error.code == 405:
            words = f'Method "{request.method}" not allowed.'
            body = Refused(405, "invalid_request", "method_not_allowed", words).body
            return body, 405, {"Allow": ", ".join(sorted(error.valid_methods or ()))}  # type: ignore[attr-defined]
        return missing().body, 404, {}

    @app.before_request
    def admit() -> None:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            words = "Authentication credentials were not provided."
            raise Refused(403, "authentication_error", "not_authenticated", words)

    @app.get(base)
    def listing() -> Any:
        if len(request.args.get("search", "")) > 200:
            raise invalid("search", "invalid_input", "Search query must be 200 characters or fewer.")
        return paged(request, insights.listed(request.args), insights.bugs)

    @app.post(base)
    def create() -> Any:
        return shown(insights.create(sent())), 201

    @app.get(f"{base}/trending")
    def trending() -> Any:
        return {"count": 0, "next": None, "previous": None, "results": []}

    @app.post(f"{base}/viewed")
    def viewed() -> Any:
        return Response(status=201)

    @app.get(f"{base}/activity")
    @app.get(f"{base}/<found>/activity")
    def activity(found: str | None = None) -> Any:
        item = str(insights.find(found)["id"]) if found else None
        entries = [one for one in insights.log if item in (None, one["item_id"])]
        limit, page = number(request.args.get("limit"), 10, 1), number(request.args.get("page"), 1, 1)
        end = page * limit
        return {
            "results": entries[end - limit : end],
            "next": link(request, limit=limit, page=page + 1) if end < len(entries) else None,
            "previous": link(request, limit=limit, page=page - 1) if page > 1 else None,
            "total_count": len(entries),
        }

    @app.get(f"{base}/<found>")
    def retrieve(found: str) -> Any:
        basic = request.args.get("basic", "").lower() in ("true", "1", "yes")
        return shown(insights.find(found), basic=basic)

    @app.route(f"{base}/<found>", methods=["PATCH", "PUT"])
    def update(found: str) -> Any:
        body = sent()
        insights.find(found, restoring=body.get("deleted") is False)
        return shown(insights.change(found, body))

    @app.delete(f"{base}/<found>")
    def destroy(found: str) -> Any:
        return Response(status=405, headers={"Allow": "GET, PATCH, PUT"}, mimetype=None)

    return app
