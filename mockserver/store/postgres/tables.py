"""The tables in the database: one for each of the store's, with the same indexes, in a schema of their own.

They are partitions of `documents`, so that what was changed since is asked of all of them at once. A document
that is gone stays as a row without one, or others could not learn of it, until a server starts and finds
more such rows than others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from ...errors import StartError
from ..schema import SCHEMA
from .connection import Connection

FORMAT: Final = 1
# of any length, which a B-tree does not take
UNBOUNDED: Final = frozenset(("query_id", "item_id", "email"))
SPECIAL: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {
        ("insights", "tag"): "using gin ((document -> 'tags')) where not (document -> 'deleted')::bool",
        ("sharing", "token"): "((document -> 'access_token'))",
        ("jobs", "open"): "(id) where document -> 'result_key' = 'null'::jsonb",
    }
)

BEGINNING: Final = """
create schema if not exists mockserver;
create sequence if not exists mockserver.servers;
create table if not exists mockserver.state (
    single boolean primary key default true check (single),
    format integer not null,
    revision bigint not null,
    whole_since bigint not null,
    last_ids jsonb not null
);
create table if not exists mockserver.documents (
    kind text not null,
    id bigint not null,
    document jsonb,
    revision bigint not null,
    primary key (kind, id)
) partition by list (kind);
create index if not exists documents_revision on mockserver.documents (revision);
create index if not exists documents_gone on mockserver.documents (id) where document is null;
create table if not exists mockserver.notes (
    number bigint generated always as identity primary key,
    kind text not null,
    key text not null,
    project_id bigint,
    seconds double precision not null default extract(epoch from clock_timestamp()),
    head json not null,
    body json not null
);
create index if not exists notes_kind on mockserver.notes (kind, number);
create index if not exists notes_project on mockserver.notes (kind, project_id, number);
create index if not exists notes_key on mockserver.notes (kind, md5(key));
"""


def make_tables(connection: Connection) -> None:
    """Make what is not there; raises StartError for tables of a newer version."""
    connection.execute("begin")
    # two servers that start at once on an empty database must not both make them
    connection.execute("select pg_advisory_xact_lock(hashtextextended('mockserver', 0))")
    found = connection.execute("select to_regclass('mockserver.state')::text")
    if found == [(None,)]:
        for statement in statements():
            connection.execute(statement)
    check_format(connection)
    connection.execute("commit")


def check_format(connection: Connection) -> None:
    """Raise StartError where the tables are not of this version's format."""
    found = connection.execute("select format from mockserver.state")
    if found != [(FORMAT,)]:
        connection.roll_back()
        seen = found[0][0] if found else None
        raise StartError(f"{connection.place} has format {seen}; this version reads format {FORMAT}")


def statements() -> Iterator[str]:
    """What makes the tables, in order."""
    yield from (each for each in BEGINNING.split(";") if each.strip())
    for kind, rules in SCHEMA.items():
        yield f"create table mockserver.{kind} partition of mockserver.documents for values in ('{kind}')"
        for name in rules:
            yield index_statement(kind, name)
    yield f"insert into mockserver.state values (true, {FORMAT}, 0, 0, '{{}}')"  # noqa: S608


def index_statement(kind: str, name: str) -> str:
    """What makes the index that the store has under this name."""
    rule, table, index = SCHEMA[kind][name], f"mockserver.{kind}", f"{kind}_{name}_key"
    if (kind, name) in SPECIAL:
        return f"create index {index} on {table} {SPECIAL[kind, name]}"
    fields = [_expression(field) for field in rule.fields]
    if getattr(rule, "unique", False):
        # only such a constraint is held against a transaction as a whole, within which a key may move
        taken = ", ".join(f"{field} with =" for field in fields)
        return f"alter table {table} add constraint {index} exclude ({taken}) deferrable initially deferred"
    where = " where not (document -> 'deleted')::bool" if rule.live else ""
    return f"create index {index} on {table} ({', '.join(fields)}){where}"


def _expression(field: str) -> str:
    return f"(md5(document ->> '{field}'))" if field in UNBOUNDED else f"((document -> '{field}'))"
