"""Clauses of ClickHouse that the event store's database has no words for: LIMIT BY, SAMPLE, WINDOW."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.hogql.dialect import SAMPLE_OFFSET
from mockserver.analytics.hogql.errors import HogQLError
from mockserver.analytics.hogql.parsing import written
from mockserver.analytics.hogql.sources import EventsSource, Source
from mockserver.analytics.sampling import SAMPLE_SIZE
from mockserver.analytics.sql import Sql


def first_of_each(made: exp.Select, keys: Sequence[Sql], size: int, offset: int) -> exp.Select:
    """`LIMIT size OFFSET offset BY keys`: so many rows of each group, in the order of the whole."""
    if made.args.get("distinct") is not None:
        raise HogQLError("LIMIT BY does not go with DISTINCT; group by the columns instead")

    def plain(key: Sql) -> Sql:
        at = int(key.name) if isinstance(key, exp.Literal) and not key.is_string else 0
        return made.expressions[at - 1].unalias().copy() if 0 < at <= len(made.expressions) else key

    order = made.args.get("order")
    ordered = [
        exp.Ordered(this=plain(each.this.copy()), desc=each.args.get("desc"), nulls_first=False)
        for each in (order.expressions if order is not None else [])
    ]
    place = sql.window(sql.call("row_number"), [plain(each) for each in keys], ordered)
    wanted: list[Sql] = [exp.LTE(this=place, expression=sql.number(offset + size))]
    if offset:
        wanted.append(exp.GT(this=place.copy(), expression=sql.number(offset)))
    own = made.args.get("qualify")
    if own is not None:
        raise HogQLError("LIMIT BY does not go with QUALIFY; put one of them in a subquery")
    made.set("qualify", exp.Qualify(this=sql.all_of(wanted)))
    return made


def sampled(source: Source, sample: exp.Expr) -> None:
    """`SAMPLE share [OFFSET share]`: the events of that share of distinct ids, the same ones each time.

    ClickHouse samples by a hash of the distinct id too, as PostHog's table of events is laid out for.
    """
    for part, value in sample.args.items():
        if value and part not in ("size", SAMPLE_OFFSET):
            raise HogQLError(f"Unsupported SAMPLE: {written(sample)[:100].strip()}")
    share = _share(sample.args.get("size"))
    start = _share(sample.args[SAMPLE_OFFSET]) if sample.args.get(SAMPLE_OFFSET) else 0.0
    if not isinstance(source, EventsSource):
        raise HogQLError("SAMPLE is supported on events only")
    if not 0 < share <= 1 or not 0 <= start < 1:
        raise HogQLError("SAMPLE takes a share of the events, greater than 0 and at most 1")
    drawn = exp.Mod(
        this=sql.call("hash", source.scope.column("distinct_id")), expression=sql.number(SAMPLE_SIZE)
    )
    first, last = int(start * SAMPLE_SIZE), int((start + share) * SAMPLE_SIZE)
    source.conditions += [drawn >= sql.number(first), drawn.copy() < sql.number(last)]


def _share(node: exp.Expr | None) -> float:
    """`0.1` or `1/10`."""
    if isinstance(node, exp.Div):
        below = _share(node.expression)
        if below:
            return _share(node.this) / below
    if isinstance(node, exp.Literal) and not node.is_string:
        try:
            return float(node.name)
        except ValueError:
            pass
    raise HogQLError("SAMPLE takes a share such as 0.1 or 1/10")


def name_windows(tree: exp.Select) -> None:
    """Put the windows of a WINDOW clause where the functions of this SELECT name them."""
    named = {each.name: each for each in tree.args.get("windows") or []}
    for node in tree.find_all(exp.Window):
        alias = node.args.get("alias")
        if alias is None or not named or node.parent_select is not tree:
            continue
        found = named.get(alias.name)
        if found is None:
            raise HogQLError(f"There is no window called '{alias.name}'")
        for part in ("partition_by", "order", "spec"):
            value = found.args.get(part)
            copied = [each.copy() for each in value] if isinstance(value, list) else value and value.copy()
            node.set(part, copied)
        node.set("alias", None)
