"""Query parameters that hold JSON, and words for true."""

from __future__ import annotations

import orjson

from ..errors import api_error
from ..store import JSONObject
from .call import Call


def object_parameter(call: Call, name: str) -> JSONObject | None:
    """The JSON object in a query parameter such as `filters_override`; None where it is absent or empty.

    Raises `invalid_json_parameter` for anything else.
    """
    text = call.query.get(name)
    if not text:
        return None
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise api_error("invalid_json_parameter", field=name)
    return found
