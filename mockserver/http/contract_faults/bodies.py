"""Objects that are not of the documented shape, and objects that tell too much."""

from __future__ import annotations

import json
from typing import Final, cast

from ...store import JSONObject
from .edits import INSIGHTS, LIST, RETRIEVE, UPDATE, asking, deaf_to, error_with, rows, told, without
from .model import ContractFault

HASH: Final = "pbkdf2_sha256$600000$c2FsdHNhbHQ$JQmQzJkYzMzNDU2Nzg5MA"


def _tell_hash(row: JSONObject) -> None:
    if isinstance(row.get("created_by"), dict):
        row["created_by"] = {**cast("JSONObject", row["created_by"]), "password": HASH}


def _fault(name: str, description: str, rule: str, **parts: object) -> ContractFault:
    return ContractFault(name, "shape", description, rule, **parts)  # type: ignore[arg-type]


FAULTS: Final = (
    _fault(
        "insight_without_tags",
        "Insights have no `tags`.",
        "`tags` is a required key of an insight.",
        operations=INSIGHTS,
        on_answer=without("tags"),
    ),
    _fault(
        "insight_without_tiles",
        "Insights have no `dashboard_tiles`.",
        "`dashboard_tiles` is always there.",
        operations=INSIGHTS,
        on_answer=without("dashboard_tiles"),
    ),
    _fault(
        "favorited_as_number",
        "`favorited` is 0 or 1.",
        "`favorited` is a boolean.",
        operations=INSIGHTS,
        on_answer=told("favorited", lambda row: int(bool(row["favorited"]))),
    ),
    _fault(
        "name_never_null",
        "A missing name is an empty text.",
        "The name of an insight without one is null.",
        operations=INSIGHTS,
        on_answer=told("name", lambda row: row["name"] or ""),
    ),
    _fault(
        "tags_as_text",
        "Tags are one text with commas.",
        "`tags` is a list.",
        operations=INSIGHTS,
        on_answer=told("tags", lambda row: ",".join(map(str, row["tags"] or []))),  # type: ignore[arg-type]
    ),
    _fault(
        "creator_as_id",
        "`created_by` is a number.",
        "`created_by` is a user.",
        operations=INSIGHTS,
        on_answer=told(
            "created_by", lambda row: row["created_by"]["id"] if isinstance(row["created_by"], dict) else None
        ),
    ),
    _fault(
        "result_as_text",
        "The result is JSON inside of a text.",
        "The result is what the kind of the query gives.",
        operations=RETRIEVE,
        on_answer=told("result", lambda row: row["result"] and json.dumps(row["result"])),
    ),
    _fault(
        "ignores_basic",
        "`basic` makes no difference.",
        "`basic` leaves the result out.",
        operations=LIST | RETRIEVE,
        on_request=deaf_to("basic"),
    ),
    _fault(
        "always_basic",
        "Lists are always basic.",
        "Without `basic` rows are whole insights.",
        operations=LIST,
        on_request=asking(basic="true"),
    ),
    _fault(
        "filters_reappear",
        "Answers have the legacy `filters`.",
        "Today's server has no `filters` any more.",
        operations=INSIGHTS,
        on_answer=rows(lambda row: row.update({"filters": {}})),
    ),
    _fault(
        "tells_password_hash",
        "Users come with the hash of their password.",
        "Nothing secret is in an answer.",
        operations=INSIGHTS,
        on_answer=rows(_tell_hash),
    ),
    _fault(
        "error_code_always_error",
        "Every error has the code `error`.",
        "The code says what is wrong.",
        on_answer=error_with(lambda body: body.update(code="error")),
    ),
    _fault(
        "error_type_always_server",
        "Every error is a `server_error`.",
        "The type of an error goes with its status.",
        on_answer=error_with(lambda body: body.update(type="server_error")),
    ),
    _fault(
        "error_without_field",
        "No error names its field.",
        "A validation error has the field in `attr`.",
        on_answer=error_with(lambda body: body.update(attr=None)),
    ),
    _fault(
        "error_in_other_words",
        "A detail is always `Something went wrong.`",
        "The detail says what is wrong, in PostHog's words.",
        on_answer=error_with(lambda body: body.update(detail="Something went wrong.")),
    ),
    _fault(
        "update_answers_little",
        "An update answers the id alone.",
        "An update answers the whole insight.",
        operations=UPDATE,
        on_answer=lambda _, given: (
            given.with_body({"id": given.body.get("id")})
            if given.status == 200 and isinstance(given.body, dict)
            else given
        ),
    ),
)
