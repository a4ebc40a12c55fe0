"""What can be wrong with a call: the kinds of violations, each with a title and how bad it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Severity(StrEnum):
    """An error breaks the contract; a warning should be looked at; a note is good to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Where(StrEnum):
    """The part of a call that a violation is in."""

    PATH = "path"
    METHOD = "method"
    QUERY = "query"
    REQUEST_TYPE = "request content type"
    REQUEST_BODY = "request body"
    STATUS = "status"
    HEADER = "header"
    RESPONSE_TYPE = "content type"
    RESPONSE_BODY = "response body"


REQUEST_SIDE: Final = frozenset(
    (Where.PATH, Where.METHOD, Where.QUERY, Where.REQUEST_TYPE, Where.REQUEST_BODY)
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its name in reports and baselines, and what it says."""

    name: str
    where: Where
    title: str
    severity: Severity


E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTE

STRUCTURAL: Final = (
    Kind("path.unknown", Where.PATH, "No operation of the contract has this path.", E),
    Kind("path.secret", Where.PATH, "A secret stands in the path, where logs and histories keep it.", W),
    Kind("method.not_allowed", Where.METHOD, "The contract has this path, but not for this method.", E),
    Kind("query.missing", Where.QUERY, "A required query parameter is missing.", E),
    Kind("query.undocumented", Where.QUERY, "The contract does not have this query parameter.", N),
    Kind("query.deprecated", Where.QUERY, "This query parameter is deprecated.", N),
    Kind("query.secret", Where.QUERY, "A secret stands in the address, where logs and histories keep it.", W),
    Kind("request_type.missing", Where.REQUEST_TYPE, "A body was sent without a content type.", E),
    Kind("request_type.undocumented", Where.REQUEST_TYPE, "The operation takes no body of this type.", E),
    Kind("request_body.missing", Where.REQUEST_BODY, "A required body is missing.", E),
    Kind("request_body.unexpected", Where.REQUEST_BODY, "The operation takes no body.", N),
    Kind("request_body.unreadable", Where.REQUEST_BODY, "The body is not what its content type says.", E),
    Kind("request_body.undocumented", Where.REQUEST_BODY, "The contract does not have this field.", N),
    Kind("request_body.deprecated", Where.REQUEST_BODY, "This field is deprecated.", N),
    Kind("status.undocumented", Where.STATUS, "The operation is not documented to answer so.", E),
    Kind("status.other", Where.STATUS, "An error or redirect that the operation does not name.", N),
    Kind("header.missing", Where.HEADER, "A required header is missing.", E),
    Kind("content_type.missing", Where.RESPONSE_TYPE, "The answer does not say of what type it is.", E),
    Kind("content_type.undocumented", Where.RESPONSE_TYPE, "The answer is not of a documented type.", E),
    Kind("response_body.missing", Where.RESPONSE_BODY, "The answer's body is empty.", E),
    Kind("response_body.unexpected", Where.RESPONSE_BODY, "The answer has a body and should have none.", E),
    Kind("response_body.unreadable", Where.RESPONSE_BODY, "The body is not what its content type says.", E),
    Kind("response_body.undocumented", Where.RESPONSE_BODY, "The contract does not have this field.", E),
)

# JSON Schema's keywords; a value may break them wherever a schema is
SCHEMA_RULES: Final = MappingProxyType(
    {
        "type": "is of another type",
        "enum": "is none of the allowed values",
        "const": "is not the one allowed value",
        "required": "lacks a required field",
        "format": "is not in its format",
        "pattern": "does not match its pattern",
        "minimum": "is too small",
        "maximum": "is too large",
        "exclusiveMinimum": "is too small",
        "exclusiveMaximum": "is too large",
        "multipleOf": "is not a multiple",
        "minLength": "is too short",
        "maxLength": "is too long",
        "minItems": "has too few items",
        "maxItems": "has too many items",
        "uniqueItems": "has an item twice",
        "minProperties": "has too few fields",
        "maxProperties": "has too many fields",
        "propertyNames": "has a field with such a name",
        "additionalProperties": "has a field that it must not have",
        "anyOf": "fits none of the alternatives",
        "oneOf": "fits none, or more than one, of the alternatives",
        "not": "is what it must not be",
    }
)

_SCHEMA_PLACES: Final = (
    ("path", Where.PATH, "A path parameter"),
    ("query", Where.QUERY, "A query parameter"),
    ("header", Where.HEADER, "A header"),
    ("request_body", Where.REQUEST_BODY, "A value in the request"),
    ("response_body", Where.RESPONSE_BODY, "A value in the answer"),
)

KINDS: Final = MappingProxyType(
    {kind.name: kind for kind in STRUCTURAL}
    | {
        f"{prefix}.{rule}": Kind(f"{prefix}.{rule}", where, f"{subject} {text}.", E)
        for prefix, where, subject in _SCHEMA_PLACES
        for rule, text in SCHEMA_RULES.items()
    }
)


def kind_of(name: str) -> Kind:
    """The kind of a name; raises KeyError for none."""
    return KINDS[name]


def schema_kind(where: Where, rule: str) -> Kind:
    """The kind of a schema's keyword in a part of a call; a keyword that is not listed counts as `not`."""
    prefix = next(prefix for prefix, place, _ in _SCHEMA_PLACES if place is where)
    return KINDS.get(f"{prefix}.{rule}", KINDS[f"{prefix}.not"])
