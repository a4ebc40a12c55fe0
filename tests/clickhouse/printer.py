"""HogQL text as the ClickHouse SQL that PostHog sends for it.

HogQL is ClickHouse SQL with a few rules on top, and only those are applied here: where properties, people
and moments are read from, comparisons that are never null, and the functions PostHog renames. Everything else
goes to ClickHouse as it was written. Written apart from the compiler it checks; only the grammar is shared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlglot import exp
from sqlglot.generators.clickhouse import ClickHouseGenerator

from mockserver.analytics.hogql.dialect import HogQL
from mockserver.analytics.hogql.parsing import parse_select

DEFAULT_LIMIT = 100
MOMENTS = frozenset({"timestamp", "created_at"})
PEOPLE = frozenset({"person", "poe"})
TEXT_FUNCTIONS = frozenset({"tostring", "concat", "substring", "replaceall", "jsonextractstring", "extract"})

# PostHog's name for a function, in lower case: ClickHouse's, and the arguments that follow.
RENAMED: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "toint": ("accurateCastOrNull", ("Int64",)),
        "tofloat": ("accurateCastOrNull", ("Float64",)),
        "touuid": ("accurateCastOrNull", ("UUID",)),
        "tointorzero": ("toInt64OrZero", ()),
        "tofloatorzero": ("toFloat64OrZero", ()),
        "tofloatordefault": ("toFloat64OrDefault", ()),
        "todecimal": ("toDecimal64OrNull", ()),
        "concatws": ("concat_ws", ()),
    }
)
NEVER_NULL: Mapping[type[exp.Expr], tuple[str, str]] = MappingProxyType(
    {
        exp.EQ: ("equals", "isNull({0}) AND isNull({1})"),
        exp.NEQ: ("notEquals", "isNotNull({0}) OR isNotNull({1})"),
        exp.GT: ("greater", "0"),
        exp.GTE: ("greaterOrEquals", "0"),
        exp.LT: ("less", "0"),
        exp.LTE: ("lessOrEquals", "0"),
        exp.Like: ("like", "0"),
        exp.ILike: ("ilike", "0"),
    }
)


NEGATED: Mapping[str, str] = MappingProxyType({"like": "notLike", "ilike": "notILike", "in": "notIn"})


def _comparison(generator: ClickHouseGenerator, node: exp.Expr) -> str:
    """PostHog: a comparison is never null, and null equals null."""
    name, otherwise = NEVER_NULL[type(node)]
    left, right = generator.sql(node, "this"), generator.sql(node, "expression")
    if node.find_ancestor(exp.Join) is not None:
        return f"{name}({left}, {right})"  # ClickHouse joins on plain comparisons only
    if node.args.get("negate"):
        name, otherwise = NEGATED[name], "1"
    return f"ifNull({name}({left}, {right}), {otherwise.format(left, right)})"


def _membership(generator: ClickHouseGenerator, node: exp.Expr) -> str:
    """PostHog: null is in nothing."""
    items = node.args.get("query") or node.args.get("field")
    inside = (
        generator.sql(items) if items is not None else generator.sql(exp.Tuple(expressions=node.expressions))
    )
    if items is None and len(node.expressions) == 1:
        inside = f"({generator.sql(node.expressions[0])},)"
        if isinstance(node.expressions[0], exp.Array | exp.Tuple):
            inside = generator.sql(node.expressions[0])
    return f"ifNull(in({generator.sql(node, 'this')}, {inside}), 0)"


class Sent(HogQL):
    """ClickHouse as PostHog writes it."""

    class Generator(HogQL.Generator):
        """Comparisons with their nulls thought of."""

        TRANSFORMS: ClassVar = {
            **HogQL.Generator.TRANSFORMS,
            **dict.fromkeys(NEVER_NULL, _comparison),
            exp.In: _membership,
            exp.Paren: lambda self, node: f"({self.sql(node, 'this')})",
            exp.Between: lambda self, node: self.sql(
                exp.and_(
                    exp.GTE(this=node.this, expression=node.args["low"]),
                    exp.LTE(this=node.this.copy(), expression=node.args["high"]),
                )
            ),
        }


class Printer:
    """Rewrites what PostHog rewrites; `now` and the project's zone stand still."""

    def __init__(self, now: datetime, zone: str) -> None:
        self._now = now.astimezone(ZoneInfo(zone))
        self._zone = zone

    def print(self, text: str) -> str:
        """The ClickHouse SQL of a HogQL query, with PostHog's limit when it has none."""
        tree = parse_select(text)
        for select in list(tree.find_all(exp.Select)):
            for place, each in enumerate(select.expressions):
                chain = chain_of(each)
                if chain and isinstance(each, exp.Column | exp.Bracket | exp.Dot):
                    select.expressions[place] = exp.alias_(each, str(chain[-1]), quoted=True)
            select.set("expressions", select.expressions)
        if tree.args.get("limit") is None:
            tree = tree.limit(DEFAULT_LIMIT, copy=False)
        lambdas = {each.name for node in tree.find_all(exp.Lambda) for each in node.expressions}
        return self._rewritten(tree, frozenset(lambdas)).sql(dialect=Sent, identify=True)

    def _rewritten(self, node: exp.Expr, bound: frozenset[str]) -> exp.Expr:
        """The tree with fields and functions by ClickHouse's names, from the outside in."""
        chain = chain_of(node)
        if chain is not None and len(chain) > 1 and chain[0] not in bound:
            made = self._property(chain)
            if made is not None:
                return made
        if (
            chain is not None
            and chain[-1] in MOMENTS
            and self._zone != "UTC"
            and isinstance(node, exp.Column)
        ):
            return function("toTimeZone", node.copy(), exp.Literal.string(self._zone))
        for key, value in list(node.args.items()):
            if isinstance(value, exp.Expr):
                node.set(key, self._rewritten(value, bound))
            elif isinstance(value, list):
                node.set(
                    key,
                    [self._rewritten(each, bound) if isinstance(each, exp.Expr) else each for each in value],
                )
        return self._function(node) if isinstance(node, exp.AnonymousAggFunc) else node

    def _property(self, chain: Sequence[str | int]) -> exp.Expr | None:
        """`properties.a.b` and its like: text without JSON's quotes, null for what is not there."""
        names = list(chain)
        table: list[str] = []
        if names[0] == "pdi":
            names = names[1:]
        elif "properties" in names[1:] and names[0] not in PEOPLE | {"properties"} and not is_group(names[0]):
            table, names = [str(names[0])], names[1:]
        if names[0] == "pdi":
            names = names[1:]
        if names[0] in PEOPLE and len(names) > 1:
            if names[1] != "properties":
                return column("person_id" if names[1] in ("id", "uuid") else f"person_{names[1]}", table)
            names = ["person_properties", *names[2:]]
        elif is_group(names[0]) and len(names) > 1:
            names = [f"{names[0]}_{names[1]}", *names[2:]]
        elif names[0] != "properties":
            return None
        document = column(str(names[0]), table)
        if len(names) == 1:
            return document
        way = [
            exp.Literal.string(each) if isinstance(each, str) else exp.Literal.number(each)
            for each in names[1:]
        ]
        raw = function("JSONExtractRaw", document, *way)
        there = function(
            "nullIf", function("nullIf", raw, exp.Literal.string("")), exp.Literal.string("null")
        )
        return function("replaceRegexpAll", there, exp.Literal.string('^"|"$'), exp.Literal.string(""))

    def _function(self, node: exp.AnonymousAggFunc) -> exp.Expr:
        lowered, arguments = node.name.lower(), list(node.expressions)
        if lowered in ("now", "now64"):
            moment = exp.Literal.string(f"{self._now:%Y-%m-%d %H:%M:%S}")
            return function("toDateTime", moment, exp.Literal.string(self._zone))
        if lowered in ("today", "current_date", "yesterday"):
            today = function("toDate", exp.Literal.string(f"{self._now:%Y-%m-%d}"))
            return function("minus", today, exp.Literal.number(1)) if lowered == "yesterday" else today
        if lowered in ("dateadd", "datesub") and len(arguments) == 3:
            step = function(f"toInterval{arguments[0].name.capitalize()}", arguments[1])
            return function("plus" if lowered == "dateadd" else "minus", arguments[2], step)
        if lowered == "todate" and len(arguments) == 1:
            return function("toDateOrNull" if is_text(arguments[0]) else "toDate", *arguments)
        if lowered == "todatetime" and len(arguments) == 1:
            zone = exp.Literal.string(self._zone)
            if is_text(arguments[0]):
                return function("parseDateTime64BestEffortOrNull", arguments[0], exp.Literal.number(6), zone)
            return function("toDateTime", arguments[0], zone)
        if lowered == "parsedatetimebesteffort":
            zone = exp.Literal.string(self._zone)
            return function("parseDateTime64BestEffortOrNull", arguments[0], exp.Literal.number(6), zone)
        if lowered in ("todatetime64", "parsedatetime") and len(arguments) == 2:
            name = "toDateTime64" if lowered == "todatetime64" else "parseDateTimeOrNull"
            return function(name, *arguments, exp.Literal.string(self._zone))
        if lowered in ("matchinsensitive", "notmatchinsensitive"):
            pattern = function("concat", exp.Literal.string("(?i)"), arguments[1])
            found = function("match", arguments[0], pattern)
            return or_zero(found) if lowered.startswith("match") else function("not", or_zero(found))
        if lowered in ("match", "notmatch"):
            found = or_zero(function("match", *arguments))
            return found if lowered == "match" else function("not", found)
        if lowered in RENAMED:
            name, more = RENAMED[lowered]
            return function(name, *arguments, *[exp.Literal.string(each) for each in more])
        return node


def chain_of(node: exp.Expr) -> list[str | int] | None:
    """The names of `a.b.c`, `a['b']`, `a.b[1]`; None when it is something else."""
    if isinstance(node, exp.Column):
        parts = [node.args.get(part) for part in ("catalog", "db", "table", "this")]
        present = [part for part in parts if part is not None]
        return (
            [part.name for part in present]
            if all(isinstance(part, exp.Identifier) for part in present)
            else None
        )
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier):
        before = chain_of(node.this)
        return [*before, node.expression.name] if before is not None else None
    if isinstance(node, exp.Bracket) and len(node.expressions) == 1:
        key, before = node.expressions[0], chain_of(node.this)
        if before is None or "properties" not in before or not isinstance(key, exp.Literal):
            return None
        return [*before, key.name if key.is_string else int(key.name)]
    return None


def is_group(name: str | int) -> bool:
    """Whether a name is `group_0` to `group_4`."""
    return isinstance(name, str) and name.startswith("group_") and name[6:].isdigit()


def is_text(node: exp.Expr) -> bool:
    """Whether an argument, rewritten already, is text for all that can be told."""
    if isinstance(node, exp.Literal):
        return bool(node.is_string)
    return isinstance(node, exp.AnonymousAggFunc) and (
        node.name.lower() in TEXT_FUNCTIONS or node.name == "replaceRegexpAll"
    )


def column(name: str, table: Sequence[str]) -> exp.Column:
    """A column of a table, or of whichever has it."""
    return exp.column(name, table=table[0] if table else None)


def function(name: str, *arguments: exp.Expr) -> exp.AnonymousAggFunc:
    """A call by ClickHouse's own name."""
    return exp.AnonymousAggFunc(this=name, expressions=list(arguments))


def or_zero(found: exp.Expr) -> exp.Expr:
    """False in place of null."""
    return function("ifNull", found, exp.Literal.number(0))
