"""The state machine as a picture for the site, drawn from the Mermaid text that GitHub shows.

The site asks nobody else for anything, so Mermaid's own program is not loaded.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

FENCE: Final = re.compile(r"^```mermaid\nstateDiagram-v2\n(.*?)^```$", re.DOTALL | re.MULTILINE)
MOVE: Final = re.compile(r"^\s*(\S+) --> (\S+)$", re.MULTILINE)
WIDTH, HEIGHT = 108, 36


class Point(NamedTuple):
    """A place in the picture."""

    x: float
    y: float


CENTRES: Final = {
    "queued": Point(120, 170),
    "running": Point(300, 170),
    "complete": Point(500, 70),
    "error": Point(500, 170),
    "cancelled": Point(500, 270),
    "expired": Point(690, 170),
}
# how far a way bends to the side of the straight one, where that would run into something
BENDS: Final = {
    ("queued", "complete"): -70,
    ("queued", "error"): -95,
    ("queued", "cancelled"): 70,
    ("queued", "expired"): 150,
    ("running", "expired"): -62,
}
START, END = Point(24, 170), Point(782, 170)


def with_drawings(markdown: str) -> str:
    """A page with each state diagram replaced by its picture."""
    return FENCE.sub(lambda found: drawing(found[1]), markdown)


def drawing(text: str) -> str:
    """The picture of a state diagram, as one line of SVG in the colours of the page; raises KeyError for
    a state that has no place in it."""
    moves = [(one, other) for one, other in MOVE.findall(text) if one != other]
    loops = [one for one, other in MOVE.findall(text) if one == other]
    states = dict.fromkeys(state for move in MOVE.findall(text) for state in move if state != "[*]")
    parts = [*(_way(one, other) for one, other in moves), *map(_loop, loops), *map(_box, states)]
    parts += [f'<circle cx="{START.x}" cy="{START.y}" r="6" fill="currentColor"/>']
    parts += [
        f'<circle cx="{END.x}" cy="{END.y}" r="8" fill="none" stroke="currentColor"/>',
        f'<circle cx="{END.x}" cy="{END.y}" r="4" fill="currentColor"/>',
    ]
    words = "; ".join(f"{one} to {other}" for one, other in moves if "[*]" not in (one, other))
    head = (
        '<marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" fill="currentColor"/></marker>'
    )
    return (
        f'<svg viewBox="0 0 800 345" role="img" aria-label="States and their moves: {words}" '
        'style="max-width:100%;font:14px sans-serif"><defs>' + head + "</defs>" + "".join(parts) + "</svg>"
    )


def _box(state: str) -> str:
    at = CENTRES[state]
    return (
        f'<rect x="{at.x - WIDTH / 2}" y="{at.y - HEIGHT / 2}" width="{WIDTH}" height="{HEIGHT}" rx="8" '
        'fill="var(--md-default-bg-color, white)" stroke="currentColor"/>'
        f'<text x="{at.x}" y="{at.y + 5}" text-anchor="middle" fill="currentColor">{state}</text>'
    )


def _way(one: str, other: str) -> str:
    start = START if one == "[*]" else CENTRES[one]
    end = END if other == "[*]" else CENTRES[other]
    bend = BENDS.get((one, other), 0)
    middle = Point((start.x + end.x) / 2, (start.y + end.y) / 2 + 2 * bend)
    first = start if one == "[*]" else _edge(start, middle)
    last = Point(END.x - 9, END.y) if other == "[*]" else _edge(end, middle)
    return (
        f'<path d="M{first.x:.0f} {first.y:.0f}Q{middle.x:.0f} {middle.y:.0f} {last.x:.0f} {last.y:.0f}" '
        'fill="none" stroke="currentColor" stroke-opacity=".7" marker-end="url(#head)"/>'
    )


def _loop(state: str) -> str:
    at = CENTRES[state]
    top = at.y - HEIGHT / 2
    return (
        f'<path d="M{at.x - 18} {top}C{at.x - 34} {top - 40} {at.x + 34} {top - 40} {at.x + 18} {top}" '
        'fill="none" stroke="currentColor" stroke-opacity=".7" marker-end="url(#head)"/>'
    )


def _edge(centre: Point, towards: Point) -> Point:
    """Where the line from a box's centre leaves the box."""
    across, down = towards.x - centre.x, towards.y - centre.y
    scale = min(
        WIDTH / 2 / abs(across) if across else float("inf"), HEIGHT / 2 / abs(down) if down else float("inf")
    )
    return Point(centre.x + across * scale, centre.y + down * scale)
