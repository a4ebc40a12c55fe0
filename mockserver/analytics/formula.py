"""Arithmetic over series by letter: `A / B * 100`."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from mockserver.analytics.model import QueryError

Number = float
Operation = Callable[[Number, Number], Number]

OPERATIONS: Mapping[type[ast.operator], Operation] = MappingProxyType(
    {
        ast.Add: operator.add,
        ast.Sub: operator.sub,
        ast.Mult: operator.mul,
        ast.Div: operator.truediv,
        ast.Mod: operator.mod,
        ast.Pow: operator.pow,
    }
)


class Formula:
    """A parsed formula; evaluates bucket by bucket, any division by zero giving 0 as PostHog's does."""

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._tree = ast.parse(text.strip().lower(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise QueryError(f"Invalid formula: {text}", attr="formula") from error
        self._check(self._tree, 0)

    def evaluate(self, series: Sequence[Sequence[Number]]) -> list[Number]:
        """The result for each bucket.

        Series of different lengths are taken to the longest, 0 beyond their end.
        """
        size = max((len(each) for each in series), default=0)
        return [self.number([each[at] if at < len(each) else 0 for each in series]) for at in range(size)]

    def number(self, values: Sequence[Number]) -> Number:
        """The result for one value a series; raises QueryError for a letter without a series."""
        try:
            result = self._value(self._tree, values)
        except (ZeroDivisionError, OverflowError):
            return 0
        return result if isinstance(result, int | float) and abs(result) != float("inf") else 0

    def _check(self, node: ast.expr, depth: int) -> None:
        if depth > 50:
            raise QueryError("Invalid formula: too deep", attr="formula")
        match node:
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATIONS:
                self._check(left, depth + 1)
                self._check(right, depth + 1)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                self._check(operand, depth + 1)
            case ast.Constant(value=int() | float()):
                pass
            case ast.Name(id=name) if len(name) == 1 and name.isascii() and name.isalpha():
                pass
            case _:
                raise QueryError(f"Invalid formula: {self.text}", attr="formula")

    def _value(self, node: ast.expr, values: Sequence[Number]) -> Number:
        match node:
            case ast.BinOp(left=left, op=op, right=right):
                first, second = self._value(left, values), self._value(right, values)
                if isinstance(op, ast.Div | ast.Mod) and second == 0:
                    return 0
                if isinstance(op, ast.Pow) and (abs(second) > 100 or (first < 0 and second != int(second))):
                    return 0
                return OPERATIONS[type(op)](first, second)
            case ast.UnaryOp(op=op, operand=operand):
                value = self._value(operand, values)
                return -value if isinstance(op, ast.USub) else value
            case ast.Constant(value=int() | float() as constant):
                return constant
            case ast.Name(id=name):
                place = ord(name) - ord("a")
                if place >= len(values):
                    raise QueryError(
                        f"Formula names series {name.upper()}, which is not there", attr="formula"
                    )
                return values[place]
        raise QueryError(f"Invalid formula: {self.text}", attr="formula")
