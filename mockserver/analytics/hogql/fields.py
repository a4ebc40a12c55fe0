"""Tables and fields of HogQL, and the joins that need not be written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.hogql import kinds
from mockserver.analytics.hogql.kinds import Typed
from mockserver.analytics.scope import Scope, json_text, session_columns
from mockserver.analytics.sql import Sql
from mockserver.analytics.storage import Catalog

EVENT_STAR = (
    "uuid", "event", "properties", "timestamp", "distinct_id", "elements_chain", "created_at", "person_id",
    "$session_id", "$window_id", "$group_0", "$group_1", "$group_2", "$group_3", "$group_4",
)  # fmt: skip
PERSON_STAR = ("id", "created_at", "properties", "is_identified")
SESSION_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "$session_duration": kinds.NUMBER,
        "$start_timestamp": kinds.PRECISE_TIME,
        "$end_timestamp": kinds.PRECISE_TIME,
        "$pageview_count": kinds.COUNT,
        "$autocapture_count": kinds.COUNT,
        "$event_count": kinds.COUNT,
        "$num_uniq_urls": kinds.COUNT,
        "$screen_count": kinds.COUNT,
        "$is_bounce": kinds.CHOICE,
    }
)


class Fields(Protocol):
    """Something with fields: gives the expression of a chain of names, None when it has no such field."""

    star: Sequence[str]

    def field(self, chain: Sequence[str]) -> Typed | None: ...


def inside_json(document: Typed, keys: Sequence[str]) -> Typed:
    """What stands deeper in a JSON document, as text."""
    read = document.sql
    for key in keys:
        read = json_text(read, key)
    return Typed(read, kinds.TEXT, nullable=True) if keys else document


def properties_json(catalog: Catalog, table: str) -> Sql:
    """All properties of a row as one JSON text, put together from their columns."""
    members: list[Sql] = []
    for name, place in catalog.items():
        read: Sql = sql.column(place.physical, table)
        value = (
            sql.call("to_json", read)
            if place.kind == "string"
            else exp.TryCast(this=read, to=exp.DataType.build("json"))
        )
        members += [sql.text(name), value]
    whole = sql.call("json_merge_patch", sql.text("{}"), sql.call("json_object", *members))
    rest = exp.func("coalesce", sql.column("rest", table), sql.text("{}"))
    return exp.cast(sql.call("json_merge_patch", whole, rest), "text")


class EventFields:
    """Fields of an event: its own, and its person's, session's and groups'."""

    star = EVENT_STAR

    def __init__(self, scope: Scope, localise: Callable[[Sql], Sql]) -> None:
        self.scope = scope
        self._localise = localise

    def field(self, chain: Sequence[str]) -> Typed | None:
        """An event's field.

        Person fields by `person.`, `pdi.person.` or `poe.`, group fields by `group_0.`.
        """
        head, *others = chain
        rest = tuple(others)
        if head in ("properties", "props"):
            return self._property(rest)
        if head in ("person", "poe"):
            return self._person(rest)
        if head in ("pdi", "person_distinct_ids"):
            return self._person(rest[1:] if rest[:1] == ("person",) else _as_person_field(rest))
        if head == "session":
            return self._session(rest)
        if head.startswith("group_") and head[6:].isdigit():
            return self._group(int(head[6:]), rest)
        if head.startswith("$group_") and head[7:].isdigit() and not rest:
            return Typed(exp.func("coalesce", self.scope.event(head), sql.text("")), kinds.TEXT)
        if rest:
            return None
        return self._column(head)

    def _column(self, name: str) -> Typed | None:
        if name in ("event", "distinct_id"):
            return Typed(self.scope.column(name), kinds.TEXT)
        if name in ("uuid", "id"):
            return Typed(self.scope.column("uuid"), kinds.IDENTIFIER)
        if name in ("timestamp", "created_at"):
            return Typed(self._localise(self.scope.column(name)), kinds.PRECISE_TIME)
        if name in ("person_id", "person"):
            return Typed(self.scope.person_uuid(), kinds.IDENTIFIER)
        if name == "elements_chain":
            chain = exp.func("coalesce", self.scope.event("$elements_chain"), sql.text(""))
            return Typed(chain, kinds.TEXT)
        if name in ("$session_id", "$window_id"):
            return Typed(self.scope.event(name), kinds.TEXT, nullable=True)
        if name == "team_id":
            return Typed(sql.number(self.scope.context.project_id), kinds.WHOLE)
        return None

    def _property(self, keys: Sequence[str]) -> Typed:
        if not keys:
            return Typed(properties_json(self.scope.events.event_properties, "events"), kinds.TEXT)
        read = Typed(self.scope.event(keys[0]), kinds.TEXT, nullable=True)
        return inside_json(read, keys[1:])

    def _person(self, rest: Sequence[str]) -> Typed | None:
        if not rest:
            return self._column("person_id")
        if rest[0] == "properties":
            if len(rest) == 1:
                self.scope.person_column("number")
                return Typed(properties_json(self.scope.events.person_properties, "person"), kinds.TEXT, True)
            return inside_json(Typed(self.scope.person(rest[1]), kinds.TEXT, nullable=True), rest[2:])
        if len(rest) > 1:
            return None
        if rest[0] in ("id", "uuid"):
            return self._column("person_id")
        if rest[0] == "created_at":
            created = self._localise(self.scope.person_column("created_at"))
            return Typed(created, kinds.PRECISE_TIME, nullable=True)
        if rest[0] == "is_identified":
            return Typed(self.scope.person_column("is_identified"), kinds.CHOICE, nullable=True)
        return None

    def _session(self, rest: Sequence[str]) -> Typed | None:
        if len(rest) == 1 and rest[0] in ("id", "session_id"):
            return self._column("$session_id")
        if len(rest) != 1:
            return None
        name = rest[0] if rest[0] != "duration" else "$session_duration"
        if name not in session_columns(self.scope):
            return None
        kind = SESSION_TYPES.get(name, kinds.TEXT)
        read = self.scope.session(name)
        return Typed(self._localise(read) if kind in kinds.TIMES else read, kind, nullable=True)

    def _group(self, index: int, rest: Sequence[str]) -> Typed | None:
        if tuple(rest) == ("key",):
            return Typed(self.scope.group_key(index), kinds.TEXT, nullable=True)
        if len(rest) >= 2 and rest[0] == "properties":
            read = Typed(self.scope.group(index, rest[1]), kinds.TEXT, nullable=True)
            return inside_json(read, rest[2:])
        return None


def _as_person_field(rest: Sequence[str]) -> Sequence[str]:
    return ("id",) if tuple(rest) == ("person_id",) else rest


class PersonFields:
    """Fields of the `persons` table; `table` is the name it has in the statement."""

    star = PERSON_STAR

    def __init__(self, catalog: Catalog, table: str, localise: Callable[[Sql], Sql]) -> None:
        self._catalog = catalog
        self._table = table
        self._localise = localise

    def field(self, chain: Sequence[str]) -> Typed | None:
        """A person's field."""
        head, rest = chain[0], chain[1:]
        if head == "properties":
            if not rest:
                return Typed(properties_json(self._catalog, self._table), kinds.TEXT)
            place = self._catalog.get(rest[0])
            read = (
                sql.column(place.physical, self._table)
                if place is not None
                else json_text(sql.column("rest", self._table), rest[0])
            )
            return inside_json(Typed(read, kinds.TEXT, nullable=True), rest[1:])
        if rest:
            return None
        if head in ("id", "uuid", "person_id"):
            return Typed(sql.column("uuid", self._table), kinds.IDENTIFIER)
        if head == "created_at":
            return Typed(self._localise(sql.column(head, self._table)), kinds.PRECISE_TIME)
        if head == "is_identified":
            return Typed(sql.column(head, self._table), kinds.CHOICE)
        return None


class PlainFields:
    """Fields that are columns of what was selected before, by name.

    None means whatever is asked for is there.
    """

    def __init__(self, columns: Mapping[str, Typed], table: str | None) -> None:
        self.columns = columns
        self._table = table
        self.star = tuple(columns)

    def field(self, chain: Sequence[str]) -> Typed | None:
        """A column of that name; further names read inside it as JSON."""
        known = self.columns.get(chain[0])
        if known is None:
            return None
        read = known.at(sql.column(chain[0], self._table))
        return inside_json(read, chain[1:])
