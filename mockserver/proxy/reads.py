"""Which calls only read: what a proxy with `--read-only` passes on."""

from __future__ import annotations

from typing import Final

from ..control.problems import Problem
from ..http.contract import Operation
from ..traffic.addresses import Address

SAFE: Final = frozenset(("GET", "HEAD", "OPTIONS"))

TAKES_EVENTS: Final = ("/batch/", "/capture/", "/e/", "/i/", "/s/", "/track/", "/engage/")
"""PostHog's capture takes events by GET too."""

READS: Final = frozenset(
    (
        # for which a reading scope is enough
        "query_create",
        "query_destroy",
        # no scope covers these; they answer, and leave no trace in a project
        "insights_cancel_create",
        "insights_suggestions_create",
        "capture_flags_create",
        "capture_decide_create",
        "login_create",
        "logout_create",
        "shared_unlock_create",
        "embedded_unlock_create",
    )
)
"""Operations that read although their method is no safe one (RFC 9110, 9.2.1)."""

TRACES: Final = frozenset(("insights_viewed_create",))
"""Operations for which a reading scope is enough, and which write all the same: who has seen what."""


def only_reads(method: str, operation: Operation | None, path: str) -> bool:
    """Whether a call changes nothing that others can see."""
    if operation is not None and operation.operation_id in READS:
        return True
    if method == "OPTIONS":
        return True
    return method in SAFE and not is_taking_events(path)


def is_taking_events(path: str) -> bool:
    """Whether what is sent to a path is kept as events."""
    return f"{path.rstrip('/')}/".startswith(TAKES_EVENTS)


def refusal(method: str, address: Address, path: str) -> Problem:
    """The answer to a write."""
    called = f"{address.operation.operation_id} ({method})" if address.operation else f"{method} {path}"
    return Problem("read_only", f"{called} writes, and this proxy only lets reads through (--read-only).")
