"""What queries and the capture endpoints need of a project's events, wherever these are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from mockserver.analytics.columns import EventColumns, PersonColumns
from mockserver.analytics.model import JSONObject
from mockserver.analytics.storage import Catalog

if TYPE_CHECKING:
    from sqlglot import exp

    from mockserver.analytics.groups import GroupBook
    from mockserver.analytics.people import PersonBook

Value: TypeAlias = object
Row: TypeAlias = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class StoreCounts:
    """How many rows a store holds."""

    events: int
    persons: int
    distinct_ids: int


@dataclass(frozen=True, slots=True)
class IngestCounts:
    """What one `ingest` did: events kept, people made, people merged into another."""

    events: int
    persons_created: int
    persons_merged: int


class Events(Protocol):
    """One project's events, people and groups; safe to share between threads."""

    @property
    def revision(self) -> int:
        """A number that grows with each change, for those who keep results."""
        ...

    @property
    def event_properties(self) -> Catalog:
        """The event properties that have a column, by name."""
        ...

    @property
    def person_properties(self) -> Catalog:
        """The person properties that have a column, by name."""
        ...

    def answer(self, query: exp.Expr, seconds: float) -> list[Row]:
        """All rows of a compiled query, in the database's own dialect.

        Raises QueryTimeout past so many seconds, QueryError for what the database cannot run.
        """
        ...

    def load_columns(self, persons: PersonColumns | None, events: EventColumns | None) -> None:
        """Add many people and events at once, who must all be new."""
        ...

    def ingest(self, rows: Sequence[JSONObject], now: datetime) -> IngestCounts:
        """Take events as PostHog's capture endpoints do; raises QueryError for one that cannot be read."""
        ...

    def counts(self) -> StoreCounts:
        """How many events, people and distinct ids there are."""
        ...

    def bounds(self) -> tuple[datetime, datetime] | None:
        """The earliest and the latest moment in the store, UTC; None when it is empty."""
        ...

    def clear(self) -> None:
        """Forget all events, people and groups."""
        ...

    def resume(self, loads: Callable[[], Sequence[str]]) -> int:
        """How many of these loads, in order, the store holds already from an earlier time.

        One that holds anything else, or a load by half, is emptied first.
        """
        ...

    def loading(self, name: Callable[[], str]) -> AbstractContextManager[None]:
        """A load under its name, which counts as held only when it is done whole."""
        ...

    def discard(self) -> None:
        """Be rid of the events for good; the store is not used again."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        """One change of several steps, for `ingest` and `introduce`: it waits for others, and they for it."""
        ...


class Batch(Protocol):
    """A change under way."""

    def people(self, ids: Sequence[str]) -> PersonBook:
        """Who stands behind some distinct ids."""
        ...

    def groups(self) -> GroupBook:
        """The group types there are."""
        ...

    def write(
        self, people: PersonBook, groups: GroupBook | None, columns: EventColumns, actors: Sequence[int]
    ) -> None:
        """Keep what the batch left behind: its events, and the people and groups it changed."""
        ...
