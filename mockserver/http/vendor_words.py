"""Violations of the contract in the vendor's words.

PostHog's serializers are Django REST framework's; its messages for each rule are a table here. A `query`
that breaks its schema is refused by PostHog's query parser before the view, in pydantic's way.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from ..errors import ApiError, api_error

_TYPES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "boolean": ("Must be a valid boolean.", "invalid_input"),
        "integer": ("A valid integer is required.", "invalid_input"),
        "number": ("A valid number is required.", "invalid_input"),
        "string": ("Not a valid string.", "invalid_input"),
        "object": ('Expected a dictionary of items but got type "{kind}".', "not_a_dict"),
        "array": ('Expected a list of items but got type "{kind}".', "not_a_list"),
    }
)

_RULES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "MaxLength": ("Ensure this field has no more than {limit} characters.", "max_length"),
        "MinLength": ("Ensure this field has at least {limit} characters.", "min_length"),
        "Maximum": ("Ensure this value is less than or equal to {limit}.", "max_value"),
        "Minimum": ("Ensure this value is greater than or equal to {limit}.", "min_value"),
        "MaxItems": ("Ensure this field has no more than {limit} elements.", "max_length"),
        "MinItems": ("This list may not be empty.", "empty"),
        "Enum": ('"{instance}" is not a valid choice.', "invalid_choice"),
        "UniqueItems": ("Ensure all elements in the list are unique.", "unique"),
        "Pattern": ("This value does not match the required pattern.", "invalid_input"),
    }
)

_NO_OBJECT: Final = "Invalid data. Expected a dictionary, but got {kind}."

_PYTHON_NAMES: Final = MappingProxyType(
    {str: "str", int: "int", float: "float", bool: "bool", list: "list", dict: "dict", type(None): "NoneType"}
)


def python_name(value: object) -> str:
    """The name that Django REST framework's messages give a value's type."""
    return _PYTHON_NAMES.get(type(value), type(value).__name__)


def body_violation(error: Any, root: str = "QuerySchemaRoot") -> ApiError:
    """A jsonschema-rs error of a request body as the answer that PostHog gives.

    `root` is the pydantic model that PostHog's text names for a query that can't be parsed.
    """
    path = [str(part) for part in error.instance_path]
    if path[:1] == ["query"]:
        return _query_violation(error, path, root)
    if path[:1] == ["settings"]:
        # only sharing has settings; PostHog reads them by a model of their own, with one message for all
        return api_error("sharing_settings_invalid")
    kind = error.kind.name
    if kind == "required":
        return _value("__".join([*path, error.kind.property]), "This field is required.", "required")
    field = "__".join(path) or "non_field_errors"
    if error.instance is None:
        return _value(field, "This field may not be null.", "null")
    expected = _expected_type(error)
    if expected:
        if expected == "object" and not path:
            return _value(field, _NO_OBJECT.format(kind=python_name(error.instance)), "invalid_input")
        text, code = _TYPES[expected]
        return _value(field, text.format(kind=python_name(error.instance)), code)
    return _value(field, *_rule(error))


def _rule(error: Any) -> tuple[str, str]:
    """The message and code of a rule other than that of the type."""
    rule = type(error.kind).__name__
    if rule not in _RULES:
        return error.message, "invalid_input"
    if rule == "MinLength" and error.instance == "":
        return "This field may not be blank.", "blank"
    if rule == "Pattern" and "\0" in error.instance:
        return "Null characters are not allowed.", "null_characters_not_allowed"
    text, code = _RULES[rule]
    return text.format(limit=getattr(error.kind, "limit", None), instance=error.instance), code


def _expected_type(error: Any) -> str | None:
    kind = error.kind
    if type(kind).__name__ == "Type":
        names = kind.types if isinstance(kind.types, list) else [kind.types]
        return next((name for name in map(str, names) if name in _TYPES), None)
    if type(kind).__name__ in ("AnyOf", "OneOfNotValid"):
        for branch in kind.context:
            for inner in branch:
                if type(inner.kind).__name__ == "Type" and list(inner.instance_path) == list(
                    error.instance_path
                ):
                    found = _expected_type(inner)
                    if found:
                        return found
    return None


def _value(field: str, reason: str, code: str) -> ApiError:
    attr = None if field == "non_field_errors" else field
    problem = api_error("invalid_value", field=field, reason="{reason}", code=code)
    body = dict(problem.body or {})
    body.update(detail=reason, attr=attr)
    return ApiError(problem.status, body, name="invalid_value")


def _query_violation(error: Any, path: list[str], root: str) -> ApiError:
    if len(path) == 1 and error.instance is not None and not isinstance(error.instance, dict):
        return api_error("query_not_object")
    found = _deepest(error)
    place = ".".join(map(str, list(found.instance_path)[1:])) or "root"
    text = f"1 validation error for {root}\n{place}\n  {_explained(found)}"
    problem = api_error("query_invalid", reason="")
    return ApiError(problem.status, {**(problem.body or {}), "detail": text}, name="query_invalid")


def _explained(error: Any) -> str:
    """The message of one error, in pydantic's words where the kind of a query is unknown."""
    value = error.instance
    if (
        type(error.kind).__name__ in ("OneOfNotValid", "AnyOf")
        and isinstance(value, dict)
        and "kind" in value
    ):
        return f"Input tag '{value['kind']}' found using 'kind' does not match any of the expected tags"
    return str(error.message)


def _deepest(error: Any) -> Any:
    """The most telling error: inside a union, that of the branch which the value's `kind` chooses."""
    for branch in getattr(error.kind, "context", None) or []:
        if branch and not any(list(inner.instance_path)[-1:] == ["kind"] for inner in branch):
            if isinstance(error.instance, dict) and "kind" in error.instance:
                return _deepest(branch[0])
            deeper = max(branch, key=lambda inner: len(inner.instance_path))
            if len(deeper.instance_path) > len(error.instance_path):
                return _deepest(deeper)
    return error


def parameter_violation(name: str, error: Any) -> ApiError:
    """A query parameter that is not of its type."""
    expected = _expected_type(error)
    if expected:
        return _value(name, _TYPES[expected][0].format(kind="str"), "invalid_input")
    return _value(name, *_rule(error))
