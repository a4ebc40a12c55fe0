"""ClickHouse's own engine, in process, holding the same events as an event store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from mockserver.analytics.events import EventStore

SETTINGS = {
    "output_format_json_quote_64bit_integers": 0,
    "output_format_json_quote_denormals": 0,
    "output_format_json_named_tuples_as_objects": 0,
    "session_timezone": "UTC",
    "transform_null_in": 1,
}
EVENTS = (
    "uuid UUID, event String, properties String, timestamp DateTime64(6, 'UTC'), distinct_id String, "
    "elements_chain String, created_at DateTime64(6, 'UTC'), person_id UUID, `$session_id` Nullable(String), "
    "`$window_id` Nullable(String), `$group_0` String, team_id Int64, person_properties String, "
    "person_created_at Nullable(DateTime64(6, 'UTC')), group_0_key String, group_0_properties String"
)
# PostHog samples events by their distinct id.
SAMPLED = "MergeTree ORDER BY (timestamp, cityHash64(distinct_id)) SAMPLE BY cityHash64(distinct_id)"
PERSONS = "id UUID, created_at DateTime64(6, 'UTC'), properties String, is_identified Bool"
DISTINCT_IDS = "distinct_id String, person_id UUID"
GROUPS = "`index` UInt8, `key` String, properties String"


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows as JSON, and each column's name and type."""

    rows: list[list[Any]]
    columns: list[tuple[str, str]]


class Refused(Exception):
    """ClickHouse would not run a statement."""


class ClickHouse:
    """The engine in memory, by a connection with settings of its own."""

    def __init__(self) -> None:
        import clickhouse_connect

        self._driver = clickhouse_connect.get_client(interface="chdb", settings=SETTINGS)

    def __enter__(self) -> ClickHouse:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._driver.close()

    @property
    def version(self) -> str:
        """The engine's version."""
        return str(self.ask("SELECT version()").rows[0][0])

    def ask(self, statement: str) -> Answer:
        """A SELECT's answer; raises Refused with ClickHouse's message."""
        try:
            text = self._driver.raw_query(statement, fmt="JSONCompact")
        except Exception as error:
            raise Refused(f"{error}\n{statement}") from error
        answer = json.loads(text)
        return Answer(answer["data"], [(each["name"], each["type"]) for each in answer["meta"]])

    def table(
        self, name: str, columns: str, rows: Iterable[Mapping[str, Any]], engine: str = "Memory"
    ) -> None:
        """Make a table anew and fill it; `columns` and `engine` as in CREATE TABLE."""
        self._driver.command(f"DROP TABLE IF EXISTS `{name}`")
        self._driver.command(f"CREATE TABLE `{name}` ({columns}) ENGINE = {engine}")
        lines = "\n".join(json.dumps(row) for row in rows)
        if lines:
            self._driver.command(f"INSERT INTO `{name}` FORMAT JSONEachRow {lines}")


def load_posthog_tables(
    engine: ClickHouse, store: EventStore, properties: Sequence[Mapping[str, Any]]
) -> None:
    """PostHog's tables out of a store; the events' properties are handed in as they were captured."""
    with store.reader() as cursor:
        people = {
            number: {"uuid": str(uuid), "created_at": str(created), "is_identified": identified}
            for number, uuid, created, identified in cursor.execute(
                "SELECT number, uuid, created_at, is_identified FROM persons"
            ).fetchall()
        }
        ids = cursor.execute("SELECT distinct_id, actor FROM distinct_ids").fetchall()
        groups = cursor.execute("SELECT type_index, group_key, properties FROM groups").fetchall()
        events = cursor.execute(
            "SELECT uuid, event, distinct_id, actor, timestamp, created_at FROM events ORDER BY number"
        ).fetchall()
    documents = person_documents(store)
    by_group = {(index, key): given for index, key, given in groups}
    engine.table("events", EVENTS, [
        {
            "uuid": str(uuid),
            "event": event,
            "properties": json.dumps(given),
            "timestamp": str(timestamp),
            "distinct_id": distinct_id,
            "elements_chain": given.get("$elements_chain", ""),
            "created_at": str(created),
            "person_id": people[actor]["uuid"],
            "$session_id": given.get("$session_id"),
            "$window_id": given.get("$window_id"),
            "$group_0": given.get("$group_0", ""),
            "team_id": 1,
            "person_properties": documents[actor],
            "person_created_at": people[actor]["created_at"],
            "group_0_key": given.get("$group_0", ""),
            "group_0_properties": by_group.get((0, given.get("$group_0")), "{}"),
        }
        for (uuid, event, distinct_id, actor, timestamp, created), given
        in zip(events, properties, strict=True)
    ], SAMPLED)  # fmt: skip
    engine.table(
        "persons",
        PERSONS,
        [
            {
                "id": person["uuid"],
                "created_at": person["created_at"],
                "properties": documents[number],
                "is_identified": person["is_identified"],
            }
            for number, person in people.items()
        ],
    )
    engine.table(
        "person_distinct_ids",
        DISTINCT_IDS,
        [{"distinct_id": name, "person_id": people[actor]["uuid"]} for name, actor in ids if actor in people],
    )
    engine.table(
        "groups", GROUPS, [{"index": index, "key": key, "properties": given} for index, key, given in groups]
    )


def person_documents(store: EventStore) -> dict[int, str]:
    """Each person's properties as JSON, by number."""
    catalog = store.person_properties
    with store.reader() as cursor:
        listed = ", ".join(place.physical for place in catalog.values())
        rows = cursor.execute(f"SELECT number, rest{', ' if listed else ''}{listed} FROM persons").fetchall()
    made: dict[int, str] = {}
    for number, rest, *values in rows:
        document: dict[str, Any] = {}
        for (name, place), value in zip(catalog.items(), values, strict=True):
            if value is not None:
                document[name] = value if place.kind == "string" else json.loads(value)
        document.update(json.loads(rest or "{}"))
        made[number] = json.dumps(document)
    return made
