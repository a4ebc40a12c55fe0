"""The keys that checks look at wherever they stand in an answer, found in one go through it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

STATUS: Final = "query_status"
TIMES: Final = frozenset(
    (
        "created_at",
        "updated_at",
        "last_modified_at",
        "last_refresh",
        "cache_target_age",
        "next_allowed_client_refresh",
        "last_viewed_at",
        "start_time",
        "pickup_time",
        "end_time",
        "expiration_time",
        "last_accessed_at",
        "date_joined",
    )
)
SECRETS: Final = frozenset(
    ("password", "raw_password", "password_hash", "hashed_password", "secure_value", "totp_secret")
)
KEYS: Final = TIMES | SECRETS | {STATUS}
# what a client has stored says nothing of the server
CLIENTS: Final = "query"
# any answer keeps to these
DEEPEST: Final = 40
ROWS: Final = 200
CONTAINERS: Final = (dict, list)

Path = tuple["Path", str | int] | None


def telling_nodes(root: Any) -> Iterator[tuple[str, str, Any]]:
    """Every `(pointer, key, value)` of a telling key in a JSON value."""
    waiting: list[tuple[Any, Path, int]] = [(root, None, 0)] if type(root) in CONTAINERS and root else []
    while waiting:
        node, path, depth = waiting.pop()
        if isinstance(node, dict):
            for key in node:
                if key in KEYS:
                    yield _pointer((path, key)), key, node[key]
            waiting += [
                (one, (path, key), depth + 1)
                for key, one in node.items()
                if type(one) in CONTAINERS and key != CLIENTS and one
            ]
        elif depth < DEEPEST and type(node[0]) in CONTAINERS:
            # the first row comes first, so that it is the one that a message names
            waiting += [
                (node[number], (path, number), depth + 1)
                for number in range(min(len(node), ROWS) - 1, -1, -1)
                if type(node[number]) in CONTAINERS and node[number]
            ]


def _pointer(path: Path) -> str:
    parts: list[str] = []
    while path is not None:
        path, part = path
        parts.append(str(part))
    return "".join(f"/{part}" for part in reversed(parts))
