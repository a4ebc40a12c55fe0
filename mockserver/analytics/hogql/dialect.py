"""HogQL's grammar, as what it adds to ClickHouse's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import ClassVar

from sqlglot import exp, tokens
from sqlglot.dialects.clickhouse import ClickHouse
from sqlglot.generators.clickhouse import ClickHouseGenerator
from sqlglot.parser import Parser
from sqlglot.parsers.clickhouse import ClickHouseParser
from sqlglot.tokenizer_core import TokenType

IN_COHORT = "inCohort"
LIMIT_BY, SAMPLE_OFFSET = "limit_by", "sample_offset"


class HogQLParser(ClickHouseParser):
    """Every function stays as it is written, for the compiler to look up; braces hold placeholders."""

    FUNCTIONS: ClassVar = {}
    FUNCTION_PARSERS: ClassVar = {
        name: Parser.FUNCTION_PARSERS[name]
        for name in ("CAST", "TRY_CAST")
        if name in Parser.FUNCTION_PARSERS
    } | {"EXTRACT": lambda self: self._parse_extract()}
    NO_PAREN_FUNCTIONS: ClassVar = {}
    FUNC_TOKENS: ClassVar = {
        *ClickHouseParser.FUNC_TOKENS,
        TokenType.XOR,
        TokenType.NOT,
        TokenType.STRUCT,
        TokenType.IN,
    }
    PLACEHOLDER_PARSERS: ClassVar = {TokenType.L_BRACE: lambda self: self._parse_hogql_placeholder()}
    QUERY_MODIFIER_PARSERS: ClassVar = {
        **ClickHouseParser.QUERY_MODIFIER_PARSERS,
        TokenType.LIMIT: lambda self: self._parse_hogql_limit(),
    }
    RANGE_PARSERS: ClassVar = {
        **ClickHouseParser.RANGE_PARSERS,
        TokenType.RLIKE: lambda self, this: self._parse_match(this, "match"),
        TokenType.IRLIKE: lambda self, this: self._parse_match(this, "matchInsensitive"),
        TokenType.QMARK_AMP: lambda self, this: self._parse_match(this, "notMatch"),
        TokenType.QMARK_PIPE: lambda self, this: self._parse_match(this, "notMatchInsensitive"),
        TokenType.DQMARK: lambda self, this: self._parse_coalesce(this),
    }

    @classmethod
    def _resolve_clickhouse_agg(cls, name: str) -> tuple[str, Sequence[str]] | None:
        return (name, ())

    def _parse_function(
        self,
        functions: dict[str, Callable[..., exp.Expr]] | None = None,
        anonymous: bool = False,
        optional_parens: bool = True,
        any_token: bool = False,
    ) -> exp.Expr | None:
        begin = self._curr
        made = super()._parse_function(functions, anonymous, optional_parens, any_token)
        if made is not None and begin is not None:
            function = made.this if isinstance(made, exp.Window) else made
            if isinstance(function, exp.Expr):
                function.meta.update(start=begin.start, end=self._prev.end + 1)
        return made

    def _parse_match(self, this: exp.Expr | None, name: str) -> exp.Expr:
        return self.expression(exp.AnonymousAggFunc(this=name, expressions=[this, self._parse_bitwise()]))

    def _parse_coalesce(self, this: exp.Expr | None) -> exp.Expr:
        return self.expression(exp.AnonymousAggFunc(this="ifNull", expressions=[this, self._parse_bitwise()]))

    def _parse_in(self, this: exp.Expr | None, alias: bool = False) -> exp.Expr:  # type: ignore[override]
        if self._match_text_seq("COHORT"):
            return self.expression(
                exp.AnonymousAggFunc(this=IN_COHORT, expressions=[this, self._parse_primary()])
            )
        return super()._parse_in(this, alias)

    def _parse_hogql_limit(self) -> tuple[str, exp.Expr | None]:
        """`LIMIT n [OFFSET m]`, or `LIMIT n [OFFSET m] BY keys`, which a plain LIMIT may follow."""
        limit = self._parse_limit()
        if limit is None or limit.expressions:
            return LIMIT_BY, limit
        before = self._index
        if self._match(TokenType.OFFSET):
            offset = self._parse_term()
            keys = self._parse_limit_by()
            if keys:
                limit.set("offset", offset)
                limit.set("expressions", keys)
                return LIMIT_BY, limit
            self._retreat(before)
        return "limit", limit

    def _parse_table_sample(self, as_modifier: bool = False) -> exp.TableSample | None:
        made = super()._parse_table_sample(as_modifier)
        if made is not None and self._match(TokenType.OFFSET):
            made.set(SAMPLE_OFFSET, self._parse_factor())
        return made

    def _parse_hogql_placeholder(self) -> exp.Expr | None:
        parts: list[str] = []
        while self._curr is not None and not self._match(TokenType.R_BRACE):
            parts.append(self._curr.text)
            self._advance()
        if self._prev.token_type != TokenType.R_BRACE:
            self.raise_error("Expecting }")
        return self.expression(exp.Placeholder(this="".join(parts)))


OPERATORS = MappingProxyType(
    {
        exp.EQ: "equals",
        exp.NEQ: "notEquals",
        exp.GT: "greater",
        exp.GTE: "greaterOrEquals",
        exp.LT: "less",
        exp.LTE: "lessOrEquals",
        exp.Like: "like",
        exp.ILike: "ilike",
        exp.Add: "plus",
        exp.Sub: "minus",
        exp.Mul: "multiply",
        exp.Div: "divide",
        exp.Mod: "modulo",
        exp.DPipe: "concat",
    }
)


def _as_function(name: str) -> Callable[[ClickHouseGenerator, exp.Expr], str]:
    opposite = "not" + name[0].upper() + name[1:]

    def write(self: ClickHouseGenerator, node: exp.Expr) -> str:
        return self.func(opposite if node.args.get("negate") else name, node.this, node.expression)

    return write


def _interval(self: ClickHouseGenerator, node: exp.Expr) -> str:
    unit = str(node.args.get("unit") or "").lower().rstrip("s").capitalize()
    amount = node.this
    return f"toInterval{unit}({amount.name if isinstance(amount, exp.Literal) else self.sql(amount)})"


class HogQL(ClickHouse):
    """PostHog's dialect."""

    INDEX_OFFSET = 0

    class Tokenizer(ClickHouse.Tokenizer):
        """`$` is a letter, and there are operators for regular expressions."""

        HEREDOC_STRINGS: ClassVar[list[str | tuple[str, str]]] = []
        VAR_SINGLE_TOKENS: ClassVar[set[str]] = {"$"}
        COMMENTS: ClassVar = ["--", "//", ("/*", "*/")]
        KEYWORDS: ClassVar = {
            **{
                word: kind
                for word, kind in ClickHouse.Tokenizer.KEYWORDS.items()
                if kind not in (TokenType.COMMAND, TokenType.SHOW)
            },
            "=~": TokenType.RLIKE,
            "=~*": TokenType.IRLIKE,
            "!~": TokenType.QMARK_AMP,
            "!~*": TokenType.QMARK_PIPE,
            "??": TokenType.DQMARK,
        }
        SINGLE_TOKENS: ClassVar = {
            **{sign: kind for sign, kind in tokens.Tokenizer.SINGLE_TOKENS.items() if sign != "$"},
        }

    Parser = HogQLParser

    class Generator(ClickHouseGenerator):
        """Writes operators as the functions they are, as PostHog's printer does."""

        TRANSFORMS: ClassVar = {
            **ClickHouseGenerator.TRANSFORMS,
            **{kind: _as_function(name) for kind, name in OPERATORS.items()},
            exp.If: lambda self, node: self.func("if", node.this, node.args["true"], node.args.get("false")),
            exp.Coalesce: lambda self, node: self.func("ifNull", node.this, *node.expressions),
            exp.Not: lambda self, node: self.func("not", node.this),
            exp.Paren: lambda self, node: self.sql(node.this),
            exp.And: _as_function("and"),
            exp.Or: _as_function("or"),
            exp.Is: lambda self, node: self.func("isNull", node.this),
            exp.Boolean: lambda _, node: "true" if node.this else "false",
            exp.Placeholder: lambda _, node: "{" + str(node.this) + "}",
            exp.Interval: _interval,
            exp.Tuple: lambda self, node: self.func("tuple", *node.expressions),
        }

        def offset_limit_modifiers(
            self, expression: exp.Expr, fetch: bool, limit: exp.Fetch | exp.Limit | None
        ) -> list[str]:
            """LIMIT BY comes before LIMIT."""
            modifiers: list[str] = super().offset_limit_modifiers(expression, fetch, limit)
            return [self.sql(expression, LIMIT_BY), *modifiers]

        def tablesample_sql(self, expression: exp.TableSample, tablesample_keyword: str | None = None) -> str:
            """A share of the rows, and where it begins; both are written as fractions."""
            size, start = (expression.args.get(part) for part in ("size", SAMPLE_OFFSET))
            made = f" {tablesample_keyword or 'SAMPLE'} {self._fraction(size)}"
            return f"{made} OFFSET {self._fraction(start)}" if start is not None else made

        def _fraction(self, node: exp.Expr | None) -> str:
            if isinstance(node, exp.Div):
                return f"{self.sql(node.this)}/{self.sql(node.expression)}"
            return str(self.sql(node))
