"""Where events are kept, as `--events` says it; its password is shown to nobody."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from mockserver.errors import StartError

FORMS = "duckdb, clickhouse://USER:PASSWORD@HOST:PORT/DATABASE or chdb://FOLDER"
PLAIN_PORT, SECURE_PORT = 8123, 8443
NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,62}$")


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A ClickHouse server's HTTP interface, and the database to keep tables in."""

    host: str
    port: int
    user: str
    database: str
    secure: bool
    password: str = field(repr=False, default="")

    @property
    def place(self) -> str:
        """The server as a person may read it."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class EmbeddedAddress:
    """ClickHouse's engine in this process; its data in a folder, or in memory without one."""

    path: Path | None
    database: str = "default"


Address = ServerAddress | EmbeddedAddress


def address_of(text: str) -> Address:
    """What follows `--events`, unless it is `duckdb`.

    Raises StartError, in one line without the password, for what is no address.
    """
    scheme = text.split(":", 1)[0].lower()
    if scheme == "chdb":
        rest = text.partition("://")[2]
        return EmbeddedAddress(Path(rest).expanduser() if rest else None)
    if scheme != "clickhouse":
        raise StartError(f"--events: unknown kind of event store {scheme[:20]!r}; choose {FORMS}")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise StartError(f"--events: the address cannot be read; write it as {FORMS}") from None
    query = parse_qs(parts.query, keep_blank_values=True)
    unknown = sorted(set(query) - {"secure"})
    secure = query.get("secure", ["false"])[-1].lower()
    if unknown or secure not in ("true", "false", "1", "0"):
        raise StartError("--events: after the database only ?secure=true or ?secure=false may follow")
    is_secure = secure in ("true", "1")
    database = unquote(parts.path.strip("/")) or "default"
    if not parts.hostname:
        raise StartError(f"--events: the address names no host; write it as {FORMS}")
    if not NAME.match(database):
        raise StartError(
            f"--events: {database[:40]!r} cannot be a database's name; use letters, digits and underscores"
        )
    return ServerAddress(
        host=parts.hostname,
        port=port or (SECURE_PORT if is_secure else PLAIN_PORT),
        user=unquote(parts.username or "default"),
        database=database,
        secure=is_secure,
        password=unquote(parts.password or ""),
    )
