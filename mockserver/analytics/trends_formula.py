"""Formulas over trends series: bucket by bucket, for each period and each group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mockserver.analytics.breakdowns import Group, group_order
from mockserver.analytics.formula import Formula
from mockserver.analytics.model import JSONObject
from mockserver.analytics.reading import objects, optional_text, sequence
from mockserver.analytics.trends_rows import TrendRow


@dataclass(frozen=True, slots=True)
class NamedFormula:
    """A formula and what its row is called."""

    formula: Formula
    label: str


def formulas_of(settings: JSONObject) -> list[NamedFormula]:
    """What `formulaNodes`, else `formulas`, else `formula` ask for."""
    nodes = objects(settings, "formulaNodes")
    if nodes:
        return [
            _named(optional_text(node, "formula") or "", optional_text(node, "custom_name")) for node in nodes
        ]
    several = [each for each in sequence(settings.get("formulas"), "formulas") if each]
    if several:
        return [_named(str(each), None) for each in several]
    alone = optional_text(settings, "formula")
    return [_named(alone, None)] if alone else []


def _named(text: str, name: str | None) -> NamedFormula:
    return NamedFormula(Formula(text), name or f"Formula ({text})")


def with_formulas(
    formulas: Sequence[NamedFormula], rows: Sequence[Sequence[TrendRow]], periods: int
) -> list[TrendRow]:
    """The formulas' rows in place of the series'; `rows` holds each series' periods one after another."""
    made: list[TrendRow] = []
    for order, named in enumerate(formulas):
        for place in range(periods):
            made += _one(named, order, rows[place::periods])
    return made


def _one(named: NamedFormula, order: int, series: Sequence[Sequence[TrendRow]]) -> list[TrendRow]:
    by_group: list[dict[Group, TrendRow]] = [{row.group: row for row in rows} for rows in series]
    groups = list(dict.fromkeys(group for rows in by_group for group in rows))
    made: list[TrendRow] = []
    for group in groups:
        some = next(rows[group] for rows in by_group if group in rows)
        size = len(some.values)
        values = named.formula.evaluate(
            [rows[group].values if group in rows else [0.0] * size for rows in by_group]
        )
        made.append(TrendRow(None, some.period, group, values, order, named.label))
    return sorted(made, key=lambda row: group_order(row.group, sum(row.values)))
