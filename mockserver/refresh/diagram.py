"""The job state machine drawn from its table, for the documentation."""

from __future__ import annotations

from .jobs import EDGES, State


def mermaid() -> str:
    """The states and edges as a Mermaid `stateDiagram-v2`."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.QUEUED}"]
    for state, successors in EDGES.items():
        lines += [f"    {state} --> {successor}" for successor in successors]
    lines.append(f"    {State.EXPIRED} --> [*]")
    return "\n".join(lines)
