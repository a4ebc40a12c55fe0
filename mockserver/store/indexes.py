"""Indexes kept beside a table's documents, so that no look-up scans the table."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sortedcontainers import SortedKeyList

Fields = Mapping[str, object]


class DuplicateKeyError(Exception):
    """A document has a key that a unique index already holds for another."""


class Index(Protocol):
    """What a table asks of each of its indexes."""

    def add(self, document_id: int, document: Fields) -> None:
        """Take a document in."""
        ...

    def remove(self, document_id: int, document: Fields) -> None:
        """Let a document go."""
        ...

    def clear(self) -> None:
        """Let all documents go."""
        ...


@dataclass(frozen=True, slots=True)
class HashRule:
    """Documents by key; `keys` may give several keys (tags) or none.

    `fields` are those that make the key, where it is made of fields as they are, for databases that keep
    the same index; `live` where deleted documents have none.
    """

    keys: Callable[[Fields], Iterable[Hashable]]
    unique: bool = False
    fields: tuple[str, ...] = ()
    live: bool = False


@dataclass(frozen=True, slots=True)
class OrderRule:
    """Documents of a partition in order; `partition` gives None for those left out.

    `fields` are the partition's and then the order's, and `live` is as for `HashRule`.
    """

    partition: Callable[[Fields], Hashable | None]
    sort_key: Callable[[Fields], tuple[object, ...]]
    fields: tuple[str, ...]
    live: bool = False


class HashIndex:
    """Ids by key, in the order they came."""

    def __init__(self, rule: HashRule) -> None:
        self._rule = rule
        self._ids: dict[Hashable, dict[int, None]] = {}

    def add(self, document_id: int, document: Fields) -> None:
        """Take a document in; raises DuplicateKeyError where a unique key is taken."""
        for key in self._rule.keys(document):
            held = self._ids.setdefault(key, {})
            if self._rule.unique and held and document_id not in held:
                raise DuplicateKeyError(f"{key!r} is taken by document {next(iter(held))}")
            held[document_id] = None

    def remove(self, document_id: int, document: Fields) -> None:
        """Let a document go."""
        for key in self._rule.keys(document):
            held = self._ids.get(key)
            if held is not None:
                held.pop(document_id, None)
                if not held:
                    del self._ids[key]

    def clear(self) -> None:
        """Let all documents go."""
        self._ids.clear()

    def ids(self, key: Hashable) -> Sequence[int]:
        """The ids that have `key`."""
        return list(self._ids.get(key, ()))

    def first(self, key: Hashable) -> int | None:
        """One id that has `key`."""
        held = self._ids.get(key)
        return next(iter(held)) if held else None

    def count(self, key: Hashable) -> int:
        """How many documents have `key`."""
        return len(self._ids.get(key, ()))

    def keys(self) -> Iterator[Hashable]:
        """Each key that some document has."""
        return iter(list(self._ids))


def _entry_key(entry: tuple[tuple[object, ...], int]) -> tuple[object, ...]:
    return (*entry[0], entry[1])


class OrderedIndex:
    """Ids of each partition in the order of a sort key, then of id; a page costs its own length."""

    def __init__(self, rule: OrderRule) -> None:
        self._rule = rule
        self._lists: dict[Hashable, SortedKeyList] = {}

    def add(self, document_id: int, document: Fields) -> None:
        """Take a document in."""
        partition = self._rule.partition(document)
        if partition is not None:
            entries = self._lists.get(partition)
            if entries is None:
                entries = self._lists[partition] = SortedKeyList(key=_entry_key)
            entries.add((self._rule.sort_key(document), document_id))

    def remove(self, document_id: int, document: Fields) -> None:
        """Let a document go."""
        partition = self._rule.partition(document)
        if partition is not None:
            entries = self._lists[partition]
            entries.discard((self._rule.sort_key(document), document_id))
            if not entries:
                del self._lists[partition]

    def clear(self) -> None:
        """Let all documents go."""
        self._lists.clear()

    def page(self, partition: Hashable, start: int, stop: int | None, *, reverse: bool = False) -> list[int]:
        """The ids from place `start` up to `stop` of a partition, from its end where `reverse`."""
        entries = self._lists.get(partition)
        if entries is None:
            return []
        if not reverse:
            return [entry[1] for entry in entries.islice(start, stop)]
        size = len(entries)
        low = 0 if stop is None else max(0, size - stop)
        return [entry[1] for entry in entries.islice(low, max(0, size - start), reverse=True)]

    def count(self, partition: Hashable) -> int:
        """How many documents the partition has."""
        entries = self._lists.get(partition)
        return 0 if entries is None else len(entries)
