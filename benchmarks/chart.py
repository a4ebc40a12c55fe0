"""Bars of requests a second, a panel an operation, as an SVG that needs no font and no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

Rates = Mapping[str, Mapping[str, float]]
LEFT, BAR, GAP, PANEL, WIDTH = 130, 16, 5, 34, 760
OURS, OTHERS = "#1d4aff", "#9aa5b1"


def draw(rates: Rates, operations: Sequence[str]) -> str:
    """The chart of requests a second by server and operation; a bar of ours has another colour."""
    parts, y = [], 10
    for operation in operations:
        most = max(by.get(operation, 0.0) for by in rates.values()) or 1.0
        parts.append(_text(8, y + 14, operation, weight="600"))
        y += PANEL - 10
        for server, by in rates.items():
            value = by.get(operation, 0.0)
            length = max(1.0, value / most * (WIDTH - LEFT - 90))
            colour = OURS if server.startswith("this fake") else OTHERS
            parts.append(_text(LEFT - 8, y + 12, server, anchor="end"))
            parts.append(
                f'<rect x="{LEFT}" y="{y}" width="{length:.0f}" height="{BAR}" rx="2" fill="{colour}"/>'
            )
            parts.append(_text(LEFT + length + 6, y + 12, f"{value:,.0f}"))
            y += BAR + GAP
        y += 12
    words = "Requests a second by operation and server; the table has the same figures."
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" role="img" '
        f'aria-label="{words}" font-family="sans-serif" font-size="12">'
        f'<rect width="{WIDTH}" height="{y}" fill="#ffffff"/>{"".join(parts)}</svg>\n'
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start", weight: str = "400") -> str:
    return (
        f'<text x="{x:.0f}" y="{y}" text-anchor="{anchor}" font-weight="{weight}" fill="#1f2933">'
        f"{escape(text)}</text>"
    )
