"""What is wrong with a value that fits none of several schemas: the fault in the one it is nearest to."""

from __future__ import annotations

from typing import Any, Final

DEEPEST: Final = 12


def nearest(error: Any, depth: int = 0) -> Any:
    """A jsonschema-rs error, or for `anyOf` and `oneOf` the one that reaches deepest into the value.

    The schema that a value was meant for lets more of it pass, so its complaint stands further in.
    """
    branches = getattr(error.kind, "context", None) if error.kind.name in ("anyOf", "oneOf") else None
    if not branches or depth >= DEEPEST:
        return error
    found = [nearest(first, depth + 1) for branch in branches for first in branch]
    best = max(found, key=lambda one: len(one.instance_path), default=error)
    return best if len(best.instance_path) > len(error.instance_path) else error
