"""What a SELECT reads from: tables of the project, earlier selections, numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.hogql import kinds
from mockserver.analytics.hogql.errors import HogQLError
from mockserver.analytics.hogql.fields import EventFields, PersonFields, PlainFields
from mockserver.analytics.hogql.kinds import Typed
from mockserver.analytics.scope import Scope, session_columns
from mockserver.analytics.sql import Sql

Localise = Callable[[Sql], Sql]


class Source:
    """One thing in FROM under its alias; remembers which fields were asked for."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self.star: Sequence[str] = ()
        self._wanted: dict[str, Typed] = {}
        self._names: dict[str, str] = {}

    def field(self, chain: Sequence[str]) -> Typed | None:
        """A field of the source by its names, as a column of the derived table the source becomes."""
        key = ".".join(chain)
        if key not in self._wanted:
            found = self._find(chain)
            if found is None:
                return None
            return self.want(key, found)
        return self._column(key)

    def want(self, key: str, found: Typed) -> Typed:
        """An expression over the source's own columns, as a column of the derived table."""
        if key not in self._wanted:
            # The database takes names that differ in case only for the same.
            taken = any(name.lower() == key.lower() for name in self._names.values())
            self._names[key] = f"{key} {len(self._names)}" if taken else key
            self._wanted[key] = found
        return self._column(key)

    def table(self) -> exp.Expr:
        """What stands in FROM, with only the fields that were asked for."""
        projections = [
            each.sql.as_(self._names[key], quoted=True, copy=False) for key, each in self._wanted.items()
        ]
        return self._select(projections or [sql.number(1).as_("nothing", copy=False)]).subquery(
            self.alias, copy=False
        )

    def _column(self, key: str) -> Typed:
        found = self._wanted[key]
        return Typed(sql.column(self._names[key], self.alias), found.kind, found.nullable)

    def _find(self, chain: Sequence[str]) -> Typed | None:
        raise NotImplementedError

    def _select(self, projections: Sequence[Sql]) -> exp.Select:
        raise NotImplementedError


class EventsSource(Source):
    """The `events` table with its lazy joins."""

    def __init__(self, alias: str, scope: Scope, localise: Localise) -> None:
        super().__init__(alias)
        self.scope = scope
        self.conditions: list[Sql] = []
        self._fields = EventFields(scope, localise)
        self.star = self._fields.star

    def _find(self, chain: Sequence[str]) -> Typed | None:
        return self._fields.field(chain)

    def _select(self, projections: Sequence[Sql]) -> exp.Select:
        return self.scope.select(*projections, where=self.conditions)


class PersonsSource(Source):
    """The `persons` table."""

    def __init__(self, alias: str, scope: Scope, localise: Localise) -> None:
        super().__init__(alias)
        self._fields = PersonFields(scope.events.person_properties, "persons", localise)
        self.star = self._fields.star

    def _find(self, chain: Sequence[str]) -> Typed | None:
        return self._fields.field(chain)

    def _select(self, projections: Sequence[Sql]) -> exp.Select:
        return exp.select(*projections).from_("persons", copy=False)


class DistinctIdsSource(Source):
    """The `person_distinct_ids` table: which ids are whose."""

    star = ("distinct_id", "person_id")

    def __init__(self, alias: str, scope: Scope, localise: Localise) -> None:
        super().__init__(alias)
        self.star = ("distinct_id", "person_id")
        self._person = PersonFields(scope.events.person_properties, "persons", localise)

    def _find(self, chain: Sequence[str]) -> Typed | None:
        if list(chain) == ["distinct_id"]:
            return Typed(sql.column("distinct_id", "distinct_ids"), kinds.TEXT)
        if list(chain) == ["person_id"]:
            return self._person.field(("id",))
        return self._person.field(chain[1:]) if chain[0] == "person" and len(chain) > 1 else None

    def _select(self, projections: Sequence[Sql]) -> exp.Select:
        same = sql.column("number", "persons").eq(sql.column("actor", "distinct_ids"))
        return exp.select(*projections).from_("distinct_ids", copy=False).join("persons", on=same)


class SessionsSource(Source):
    """The `sessions` table, put together from the events."""

    def __init__(self, alias: str, scope: Scope, localise: Localise) -> None:
        super().__init__(alias)
        self._scope = scope
        self._localise = localise
        self.star = ("session_id", "distinct_id", *session_columns(scope))

    def _find(self, chain: Sequence[str]) -> Typed | None:
        if len(chain) != 1:
            return None
        name = {"id": "session_id", "duration": "$session_duration"}.get(chain[0], chain[0])
        if name == "session_id":
            return Typed(self._scope.event("$session_id"), kinds.TEXT)
        if name == "distinct_id":
            last = sql.call("arg_max", self._scope.column("distinct_id"), self._scope.column("timestamp"))
            return Typed(last, kinds.TEXT)
        columns = session_columns(self._scope)
        if name not in columns:
            return None
        from mockserver.analytics.hogql.fields import SESSION_TYPES

        kind = SESSION_TYPES.get(name, kinds.TEXT)
        read = self._localise(columns[name]) if kind in kinds.TIMES else columns[name]
        return Typed(read, kind, nullable=kind == kinds.TEXT)

    def _select(self, projections: Sequence[Sql]) -> exp.Select:
        session_id = self._scope.event("$session_id")
        there = session_id.is_(exp.null()).not_()
        return (
            self._scope.select(*projections).where(there, copy=False).group_by(session_id.copy(), copy=False)
        )


class GroupsSource(Source):
    """The `groups` table."""

    def __init__(self, alias: str) -> None:
        super().__init__(alias)
        self.star = ("index", "key", "properties")

    def _find(self, chain: Sequence[str]) -> Typed | None:
        from mockserver.analytics.hogql.fields import inside_json

        head = chain[0]
        if head in ("properties", "group_properties"):
            return inside_json(Typed(sql.column("properties", "groups"), kinds.TEXT), chain[1:])
        if len(chain) > 1:
            return None
        if head in ("index", "group_type_index"):
            return Typed(sql.column("type_index", "groups"), kinds.SMALL)
        return Typed(sql.column("group_key", "groups"), kinds.TEXT) if head in ("key", "group_key") else None

    def _select(self, projections: Sequence[Sql]) -> exp.Select:
        return exp.select(*projections).from_("groups", copy=False)


class SelectionSource(Source):
    """A subquery or a WITH query, whose columns are known."""

    def __init__(
        self, alias: str, columns: Mapping[str, Typed], query: exp.Query | None, name: str | None
    ) -> None:
        super().__init__(alias)
        self._query = query
        self._name = name
        self._fields = PlainFields(columns, alias)
        self.star = self._fields.star

    def field(self, chain: Sequence[str]) -> Typed | None:
        """A column of the selection."""
        return self._fields.field(chain)

    def table(self) -> exp.Expr:
        """The subquery, or the WITH query's name."""
        if self._query is not None:
            return self._query.subquery(self.alias, copy=False)
        return exp.Table(this=exp.to_identifier(self._name, quoted=True)).as_(self.alias, copy=False)


class NumbersSource(Source):
    """`numbers(n)` or `numbers(start, n)`: whole numbers from 0 or `start`."""

    def __init__(self, alias: str, arguments: Sequence[int]) -> None:
        super().__init__(alias)
        if len(arguments) not in (1, 2) or any(each < 0 for each in arguments):
            raise HogQLError("numbers() takes one or two whole numbers")
        self._start, self._size = (0, arguments[0]) if len(arguments) == 1 else (arguments[0], arguments[1])
        self.star = ("number",)

    def field(self, chain: Sequence[str]) -> Typed | None:
        """The one column, `number`."""
        return Typed(sql.column("number", self.alias), kinds.COUNT) if list(chain) == ["number"] else None

    def table(self) -> exp.Expr:
        """The numbers as a derived table."""
        listed = sql.call("range", sql.number(self._start), sql.number(self._start + self._size))
        return exp.select(sql.call("unnest", listed).as_("number", copy=False)).subquery(
            self.alias, copy=False
        )


TABLES: Mapping[str, Callable[[str, Scope, Localise], Source]] = {
    "events": EventsSource,
    "persons": PersonsSource,
    "person_distinct_ids": DistinctIdsSource,
    "sessions": SessionsSource,
    "groups": lambda alias, _scope, _localise: GroupsSource(alias),
}
