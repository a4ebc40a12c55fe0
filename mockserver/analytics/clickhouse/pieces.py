"""Calls by ClickHouse's own names, and templates filled with arguments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from sqlglot import exp, parse_one

from mockserver.analytics.clickhouse.dialect import Stored

PLACE = re.compile(r"^_(\d)$")


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A function by ClickHouse's own name."""
    return exp.AnonymousAggFunc(this=name, expressions=list(arguments))


@cache
def _parsed(template: str) -> exp.Expr:
    return parse_one(template, dialect=Stored)


def filled(template: str, arguments: Sequence[exp.Expr]) -> exp.Expr:
    """A template with the arguments in their places."""

    def place(node: exp.Expr) -> exp.Expr:
        found = PLACE.match(node.name) if isinstance(node, exp.Column) else None
        if found is None:
            return node
        return enclosed(arguments[int(found[1]) - 1].copy())

    return _parsed(template).copy().transform(place, copy=False)


def enclosed(node: exp.Expr) -> exp.Expr:
    """A part in parentheses where its precedence could be misread."""
    return exp.Paren(this=node) if isinstance(node, exp.Binary | exp.Unary | exp.Case) else node
