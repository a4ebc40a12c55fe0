"""ActorsQuery: the people of a project, or those behind a point of a chart."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.actors_sources import ActorSet, actors_of
from mockserver.analytics.filters import compare
from mockserver.analytics.hogql import kinds
from mockserver.analytics.hogql.fields import PersonFields
from mockserver.analytics.hogql.kinds import Typed
from mockserver.analytics.hogql.sources import Localise, Source
from mockserver.analytics.interface import Events
from mockserver.analytics.model import JSON, JSONObject, QueryContext, QueryError, QueryResult
from mockserver.analytics.reading import listed, member, objects, optional_text, sequence
from mockserver.analytics.running import fetch
from mockserver.analytics.scope import Scope
from mockserver.analytics.sql import Sql
from mockserver.analytics.tables import COMMENT, TableColumn, TableQuery, json_object, order_of, search_text

ACTOR = ("id", "created_at", "properties", "distinct_ids", "is_identified", "is_known")
DISPLAY_NAME = (
    "coalesce(properties.email, properties.name, properties.username, distinct_ids[1])",
    "id",
    "distinct_ids",
)
DEFAULT_SELECT = ("actor",)
CHOSEN, IDS = "chosen", "ids_by_actor"


class ActorsSource(Source):
    """People, or those of a set, with what the set knows of each; some may have no person."""

    def __init__(self, chosen: ActorSet | None, scope: Scope, localise: Localise) -> None:
        super().__init__("actors")
        self._chosen = chosen
        self._person = PersonFields(scope.events.person_properties, "persons", localise)
        self.conditions: list[Sql] = []
        self._lists_ids = False

    def _find(self, chain: Sequence[str]) -> Typed | None:
        name = chain[0]
        if name in ("person", "actor") and len(chain) > 1:
            return self._find(chain[1:])
        if name == "distinct_ids":
            return Typed(self._distinct_ids(), kinds.array_of(kinds.TEXT))
        if name == "is_known":
            return Typed(sql.column("number", "persons").is_(exp.null()).not_(), kinds.CHOICE)
        if self._chosen is not None and len(chain) == 1:
            if name in self._chosen.columns:
                return Typed(sql.column(name, CHOSEN), self._chosen.columns[name])
            if name in ("id", "actor_id", "person_id"):
                derived = exp.cast(sql.call("md5", exp.cast(sql.column("actor", CHOSEN), "text")), "uuid")
                return Typed(exp.func("coalesce", sql.column("uuid", "persons"), derived), kinds.IDENTIFIER)
        if list(chain) == ["properties"] and self._chosen is not None:
            found = self._person.field(chain)
            return found and Typed(found.sql, found.kind, nullable=True)
        return self._person.field(("id",) if tuple(chain) == ("actor_id",) else chain)

    def _distinct_ids(self) -> Sql:
        self._lists_ids = True
        return exp.func("coalesce", sql.column("ids", IDS), sql.call("list_value"))

    def _select(self, projections: Sequence[Sql]) -> exp.Select:
        if self._chosen is None:
            made = exp.select(*projections).from_("persons", copy=False)
        else:
            same = sql.column("number", "persons").eq(sql.column("actor", CHOSEN))
            made = exp.select(*projections).from_(self._chosen.query.subquery(CHOSEN, copy=False), copy=False)
            made = made.join("persons", on=same, join_type="left", copy=False)
        if self._lists_ids:
            made = self._with_ids(made)
        return made.where(*self.conditions, copy=False)

    def _with_ids(self, made: exp.Select) -> exp.Select:
        """Each actor's distinct ids as one list beside it."""
        number = sql.column("number", "persons")
        owner = number if self._chosen is None else exp.func("coalesce", number, sql.column("actor", CHOSEN))
        ids = (
            exp.select(
                sql.column("actor").as_("owner", copy=False),
                sql.call("list", sql.column("distinct_id")).as_("ids", copy=False),
            )
            .from_("distinct_ids", copy=False)
            .group_by(sql.column("actor"), copy=False)
        )
        return made.join(
            ids.subquery(IDS, copy=False),
            on=sql.column("owner", IDS).eq(owner),
            join_type="left",
            copy=False,
        )


def run(query: JSONObject, events: Events, context: QueryContext) -> QueryResult:
    """Compute an ActorsQuery: an `actor` column holds an object, `{id}` only where no person is known."""
    table = TableQuery(query, events, context)
    scope = Scope(events, context)
    chosen = actors_of(member(query, "source"), events, context) if query.get("source") else None
    if chosen is not None and chosen.group_type_index is not None:
        return _groups(query, chosen, events, context)
    source = ActorsSource(chosen, scope, table.compiler.localise)
    source.conditions = _conditions(query, source, scope)
    table.read_from(source)
    names = [str(each) for each in sequence(query.get("select"), "select")] or list(DEFAULT_SELECT)
    for name in names:
        table.add(_column(name))
    order = order_of(query)
    if order is None:
        counted = chosen is not None and "event_count" in chosen.columns
        # By text: databases do not agree on which of two UUIDs comes first.
        order = [("event_count" if counted else "created_at", True), ("toString(id)", False)]
    result = table.run(order)
    extra: dict[str, JSON] = {**result.extra, "missing_actors_count": _missing(chosen, events, context)}
    return QueryResult(
        results=result.results, columns=result.columns, types=result.types, hogql=result.hogql,
        has_more=result.has_more, extra=extra,
    )  # fmt: skip


def _column(name: str) -> TableColumn:
    bare = COMMENT.sub("", name).strip()
    if bare in ("actor", "person"):
        return TableColumn(name, ACTOR, _actor, "Tuple")
    if bare in ("person_display_name", "actor_display_name"):
        return TableColumn(name, DISPLAY_NAME, _display_name, "Tuple")
    if bare in ("person.$delete", "matched_recordings"):
        return TableColumn(name, ("''",), (lambda _: []) if bare == "matched_recordings" else None)
    return TableColumn(name, (bare,))


def _actor(values: Sequence[JSON]) -> JSON:
    identifier, created_at, properties, distinct_ids, is_identified, is_known = values
    if not is_known:
        return {"id": identifier}
    return {
        "id": identifier,
        "uuid": identifier,
        "created_at": created_at,
        "properties": json_object(properties),
        "distinct_ids": sorted(str(each) for each in listed(distinct_ids)),
        "is_identified": bool(is_identified),
    }


def _display_name(values: Sequence[JSON]) -> JSON:
    ids = sorted(str(each) for each in listed(values[2]))
    return {"display_name": values[0], "id": values[1], "distinct_id": ids[0] if ids else None}


def _conditions(query: JSONObject, source: ActorsSource, scope: Scope) -> list[Sql]:
    conditions: list[Sql] = []
    filters = [*objects_or_group(query, "properties"), *objects_or_group(query, "fixedProperties")]
    for each in filters:
        kind = optional_text(each, "type") or "person"
        if kind == "cohort":
            from mockserver.analytics.cohorts import cohort_id, in_cohort

            number = sql.column("number", "persons")
            conditions.append(in_cohort(cohort_id(each.get("value")), scope, number))
            continue
        if kind != "person":
            raise QueryError(f"Actors cannot be filtered by {kind} properties", attr="properties")
        found = source._find(("properties", str(each.get("key"))))
        if found is not None:
            conditions.append(compare(found.sql, each, scope))
    search = search_text(query)
    if search is not None:
        fields = [("properties", "email"), ("properties", "name"), ("id",)]
        read = [source._find(chain) for chain in fields]
        ways = [sql.contains(sql.as_text(each.sql), search) for each in read if each is not None]
        ids = source._distinct_ids()
        ways.append(sql.contains(sql.call("array_to_string", ids, sql.text(" ")), search))
        conditions.append(exp.Paren(this=sql.any_of(ways)))
    return conditions


def objects_or_group(query: JSONObject, name: str) -> list[JSONObject]:
    """A list of filters, or all filters of a group that must hold together."""
    value = query.get(name)
    if isinstance(value, dict) and "values" in value:
        return [leaf for each in objects(value, "values") for leaf in objects_or_group({name: [each]}, name)]
    leaves: list[JSONObject] = []
    for each in objects(query, name):
        leaves += objects_or_group({name: each}, name) if "values" in each else [each]
    return leaves


def _missing(chosen: ActorSet | None, events: Events, context: QueryContext) -> int:
    if chosen is None:
        return 0
    same = sql.column("number", "persons").eq(sql.column("actor", CHOSEN))
    made = (
        exp.select(sql.count_all())
        .from_(chosen.query.subquery(CHOSEN, copy=False), copy=False)
        .join("persons", on=same, join_type="left", copy=False)
    )
    found = fetch(events, made.where(sql.column("number", "persons").is_(exp.null()), copy=False), context)
    return int(str(found[0][0]))


def _groups(query: JSONObject, chosen: ActorSet, events: Events, context: QueryContext) -> QueryResult:
    """Groups behind a point: `{id, type: group, group_key, properties}`."""
    same = exp.and_(
        sql.column("group_key", "groups").eq(sql.column("actor", CHOSEN)),
        sql.column("type_index", "groups").eq(sql.number(chosen.group_type_index or 0)),
    )
    made = (
        exp.select(sql.column("actor", CHOSEN), sql.column("properties", "groups"))
        .from_(chosen.query.subquery(CHOSEN, copy=False), copy=False)
        .join("groups", on=same, join_type="left", copy=False)
        .order_by(sql.number(1), copy=False)
    )
    names = [str(each) for each in sequence(query.get("select"), "select")] or list(DEFAULT_SELECT)
    rows: list[JSON] = []
    for key, properties in fetch(events, made.limit(context.row_limit, copy=False), context):
        actor: JSON = {
            "id": str(key), "type": "group", "group_key": str(key),
            "group_type_index": chosen.group_type_index,
            "properties": json_object(str(properties) if properties is not None else None),
        }  # fmt: skip
        rows.append(
            [actor if COMMENT.sub("", name).strip() in ("actor", "group") else str(key) for name in names]
        )
    return QueryResult(results=rows, columns=names, types=["String"] * len(names), has_more=False)
