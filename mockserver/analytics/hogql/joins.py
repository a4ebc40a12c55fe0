"""FROM and its JOINs: which sources a SELECT has, and how they hang together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.hogql import kinds
from mockserver.analytics.hogql.errors import HogQLError
from mockserver.analytics.hogql.fields import PlainFields
from mockserver.analytics.hogql.kinds import Typed
from mockserver.analytics.hogql.parsing import written
from mockserver.analytics.hogql.sources import Source
from mockserver.analytics.sql import Sql

if TYPE_CHECKING:
    from mockserver.analytics.hogql.selects import SelectBuilder

JOIN_SIDES = frozenset({"", "LEFT", "RIGHT", "FULL"})
# ClickHouse's own kinds: rows of the left that have, or have not, a match; the nearest match in an order.
MATCHED = frozenset({"SEMI", "ANTI"})
NEAREST = "ASOF"


class ElementsSource(Source):
    """ARRAY JOIN: the elements of one or more lists, side by side, a row each."""

    def __init__(self, alias: str, lists: Mapping[str, Typed], keeps_empty: bool) -> None:
        super().__init__(alias)
        self._lists = lists
        self._keeps_empty = keeps_empty
        items = {
            name: Typed(each.sql, kinds.item_kind(each.kind), each.nullable) for name, each in lists.items()
        }
        self._fields = PlainFields(items, alias)
        self.star = self._fields.star

    def field(self, chain: Sequence[str]) -> Typed | None:
        """An element by its name."""
        return self._fields.field(chain)

    def table(self) -> exp.Expr:
        """The lists unrolled next to each row of what comes before."""
        unrolled = [
            sql.call("unnest", self._filled(each)).as_(name, quoted=True, copy=False)
            for name, each in self._lists.items()
        ]
        return exp.Lateral(
            this=exp.select(*unrolled).subquery(copy=False),
            alias=exp.TableAlias(this=exp.to_identifier(self.alias, quoted=True)),
        )

    def _filled(self, listed: Typed) -> Sql:
        """ClickHouse: LEFT ARRAY JOIN keeps a row without elements, with the default of their type."""
        if not self._keeps_empty:
            return listed.sql
        default = kinds.default(kinds.item_kind(listed.kind))
        alone = sql.call("list_value", default if default is not None else exp.null())
        is_empty = exp.func("coalesce", sql.call("len", listed.sql.copy()), sql.number(0)).eq(sql.number(0))
        return sql.case([(is_empty, alone)], listed.sql)


@dataclass(frozen=True, slots=True)
class Joined:
    """One source in FROM and the join that brought it, None for the first."""

    alias: str
    join: exp.Join | None
    on: Sql | None = None

    @property
    def side(self) -> str:
        """LEFT, RIGHT, FULL or nothing."""
        return str(self.join.args.get("side") or "").upper() if self.join is not None else ""

    @property
    def kind(self) -> str:
        """INNER, CROSS, SEMI and so on, or nothing."""
        return str(self.join.args.get("kind") or "").upper() if self.join is not None else ""


class Joins:
    """Reads FROM first, so that fields can be found, and writes it last, when it is known which are read."""

    def __init__(self, select: SelectBuilder) -> None:
        self._select = select
        self._found: list[Joined] = []

    def read(self, tree: exp.Select) -> None:
        """Find the sources; raises HogQLError for a join that there is not."""
        clause = tree.args.get("from_")
        given = list(tree.args.get("joins") or [])
        if clause is None:
            if given:
                raise HogQLError("A JOIN needs a FROM before it")
            return
        self._found.append(Joined(self._select.add_source(clause.this), None))
        for join in [*(clause.this.args.get("joins") or []), *given]:
            if str(join.args.get("kind") or "").upper() == "ARRAY":
                self._found.append(Joined(self._unrolled(join), join))
                continue
            before = list(self._select.sources)
            joined = Joined(self._select.add_source(join.this), join)
            self._check(joined)
            self._select.optional |= {joined.alias} if joined.side in ("LEFT", "FULL") else set()
            self._select.optional |= set(before) if joined.side in ("RIGHT", "FULL") else set()
            # Conditions ask for fields too, so they are built before any table is written down.
            self._found.append(Joined(joined.alias, join, self._condition(joined, before)))

    def write(self, made: exp.Select) -> exp.Select:
        """Put FROM and the joins into the statement."""
        for each in self._found:
            table = self._select.sources[each.alias].table()
            if each.join is None:
                made = made.from_(table, copy=False)
            elif isinstance(table, exp.Lateral) or each.kind == "CROSS" or each.on is None:
                made = made.join(table, join_type="cross", copy=False)
            else:
                kind = each.kind if each.kind in MATCHED or each.kind == NEAREST else "INNER"
                words = f"{each.kind} {each.side}" if each.kind == NEAREST else each.side or kind
                joined = f"{each.kind}" if each.kind in MATCHED else words.strip()
                made = made.join(table, on=each.on, join_type=joined.lower(), copy=False)
        return made

    def _check(self, joined: Joined) -> None:
        plain = joined.kind in ("", "INNER", "OUTER", "CROSS")
        own = joined.kind in MATCHED or joined.kind == NEAREST
        sides = JOIN_SIDES if plain else {"", "LEFT"}
        if not (plain or own) or joined.side not in sides:
            raise HogQLError(f"Unsupported join: {joined.side} {joined.kind}".strip())

    def _condition(self, joined: Joined, before: Sequence[str]) -> Sql | None:
        join = joined.join
        if join is None:
            return None
        on, using = join.args.get("on"), join.args.get("using")
        self._select.joining = True
        try:
            if using:
                return self._same(joined, [each.name for each in using], before)
            return self._select.expressions.condition(on) if on is not None else None
        finally:
            self._select.joining = False

    def _same(self, joined: Joined, names: Sequence[str], before: Sequence[str]) -> Sql:
        """USING: columns of one name on both sides are equal, and from then on one column."""
        conditions: list[Sql] = []
        for name in names:
            right = self._select.sources[joined.alias].field((name,))
            left = self._select.merged.get(name) or next(
                (found for each in before if (found := self._select.sources[each].field((name,)))), None
            )
            if left is None or right is None:
                raise HogQLError(f"Unable to resolve field: {name}, which both sides of USING must have")
            conditions.append(left.sql.copy().eq(right.sql.copy()))
            merged = left
            if joined.side == "RIGHT":
                merged = right
            elif joined.side == "FULL":
                merged = left.at(exp.func("coalesce", left.sql.copy(), right.sql.copy()))
            self._select.merged[name] = merged
        return sql.all_of(conditions)

    def _unrolled(self, join: exp.Join) -> str:
        """ARRAY JOIN; PostHog: every list must be given a name."""
        side = str(join.args.get("side") or "").upper()
        if side not in ("", "LEFT"):
            raise HogQLError(f"Unsupported join: {side} ARRAY")
        lists: dict[str, Typed] = {}
        for each in (join.this, *join.expressions):
            if not isinstance(each, exp.Alias):
                raise HogQLError(f"ARRAY JOIN arrays must have an alias: {written(each)[:100]}")
            built = self._select.expressions.build(each.this)
            if not built.kind.startswith("Array("):
                raise HogQLError(f"ARRAY JOIN needs an array, not {built.kind}: {written(each.this)[:100]}")
            lists[each.alias] = built
        alias = f"elements {len(self._found)}"
        self._select.sources[alias] = ElementsSource(alias, lists, side == "LEFT")
        for name in lists:
            found = self._select.sources[alias].field((name,))
            if found is not None:
                self._select.merged[name] = found
        return alias
