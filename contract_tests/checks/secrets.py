"""Nothing secret is in an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mockserver.http.contract import Operation

from ..contract import Contract
from ..core.exchange import Exchange
from ..core.telling import SECRETS
from .check import Check

TELLS_ITS_SECRET: Final = frozenset(("personal_api_keys_create",))
SHOWS_PASSWORD: Final = frozenset(
    ("insights_sharing_passwords_create", "dashboards_sharing_passwords_create")
)
PERSONAL_KEY: Final = re.compile(rb"phx_[A-Za-z0-9_-]{20,}")
# plain words are looked for faster than patterns
HASH_MARKS: Final = (b"$argon2", b"sha256$", b"$2a", b"$2b", b"$2y")
PASSWORD_HASH: Final = re.compile(rb"(\$argon2|pbkdf2_sha256\$|\$2[aby]\$|sha256\$)[^\s\"]{10,}")


def _keys(exchange: Exchange, operation: Operation, _: Contract, secrets: tuple[str, ...]) -> Iterator[str]:
    # links of a page repeat the query, a key in it too
    if operation.operation_id in TELLS_ITS_SECRET or "personal_api_key" in exchange.query:
        return
    if b"phx_" in exchange.body and PERSONAL_KEY.search(exchange.body):
        yield "the answer holds a personal API key"
    elif any(secret.encode() in exchange.body for secret in secrets):
        yield "the answer holds a credential of this run"


def _passwords(exchange: Exchange, operation: Operation, *_: object) -> Iterator[str]:
    if any(mark in exchange.body for mark in HASH_MARKS) and PASSWORD_HASH.search(exchange.body):
        yield "the answer holds a password's hash"
    if operation.operation_id in SHOWS_PASSWORD or not exchange.is_json:
        return
    for place, key, value in exchange.telling:
        if key in SECRETS and isinstance(value, str) and value and "/query/" not in place:
            yield f"{place} holds a password"
            return


CHECKS: Final = (
    Check("check.no_key_in_body", "No answer holds an API key.", _keys),
    Check("check.no_password_in_body", "No answer holds a password or its hash.", _passwords),
)
