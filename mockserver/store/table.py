"""A TinyDB table whose costs do not grow with its size.

TinyDB's own table reads and writes the whole table for each change. This one keeps documents in memory,
never changes a document in place (a change makes a new one, so whoever holds the old one may go on
reading it), keeps indexes beside them and tells its journal what changed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager
from typing import Generic, Protocol, TypeVar, cast

from tinydb.storages import Storage
from tinydb.table import Table

from .indexes import Fields, HashIndex, HashRule, Index, OrderedIndex, OrderRule

D = TypeVar("D")


class Recorder(Protocol):
    """Who lets a table change, and is told of each change, before and after."""

    def changing(self) -> AbstractContextManager[None]:
        """Held while something changes; raises where it can't now, before it has."""
        ...

    def record(self, table: str, document_id: int, before: Fields | None, after: Fields | None) -> None:
        """A document was made (`before` null), changed or removed (`after` null)."""
        ...


class DocumentTable(Table, Generic[D]):
    """Documents of one kind by id, with the indexes that `rules` describe; `revision` grows with each change.

    TinyDB's `insert`, `get`, `search`, `update`, `remove` and the rest work as ever; `add`, `fetch`,
    `amend`, `drop` and the look-ups by index are what the program uses.
    """

    def __init__(
        self,
        storage: Storage,
        name: str,
        *,
        recorder: Recorder,
        rules: Mapping[str, HashRule | OrderRule],
    ) -> None:
        super().__init__(storage, name, cache_size=0)
        self._documents: dict[int, Fields] = {}
        self._recorder = recorder
        self._hashes = {key: HashIndex(rule) for key, rule in rules.items() if isinstance(rule, HashRule)}
        self._orders = {key: OrderedIndex(rule) for key, rule in rules.items() if isinstance(rule, OrderRule)}
        self._indexes: tuple[Index, ...] = (*self._hashes.values(), *self._orders.values())
        self.last_id = 0
        self.revision = 0

    def new_id(self, wanted: int | None = None) -> int:
        """The next id of this table, or `wanted` where no document has it.

        Otherwise ids are never given twice, also after a restart.
        """
        with self._recorder.changing():
            if wanted is not None and wanted not in self._documents:
                self.last_id = max(self.last_id, wanted)
                return wanted
            self.last_id += 1
            return self.last_id

    def add(self, document: D) -> D:
        """Take in a new document, under its own `id`."""
        fields = cast("Fields", document)
        document_id = cast("int", fields["id"])
        self.apply(document_id, fields)
        return document

    def fetch(self, document_id: int) -> D | None:
        """The document with this id. It must not be changed by the reader."""
        return cast("D | None", self._documents.get(document_id))

    def amend(self, document_id: int, changes: Mapping[str, object]) -> D:
        """Replace some fields of a document and give the new one; raises KeyError for an unknown id."""
        after = {**self._documents[document_id], **changes}
        self.apply(document_id, after)
        return cast("D", after)

    def drop(self, document_id: int) -> None:
        """Remove a document; no error where there is none."""
        if document_id in self._documents:
            self.apply(document_id, None)

    def apply(self, document_id: int, after: Fields | None, *, silent: bool = False) -> None:
        """Put a document in place (or remove it) and bring the indexes along.

        `silent` is for loading and undoing, of which the recorder is not told.
        """
        if silent:
            self._place(document_id, after)
            return
        with self._recorder.changing():
            before = self._place(document_id, after)
            self._recorder.record(self.name, document_id, before, after)

    def _place(self, document_id: int, after: Fields | None) -> Fields | None:
        """Put a document in place; gives the one that was there. Changes nothing where it raises."""
        self.revision += 1
        before = self._documents.get(document_id)
        if before is not None:
            for index in self._indexes:
                index.remove(document_id, before)
        try:
            if after is not None:
                for index in self._indexes:
                    index.add(document_id, after)
        except Exception:
            self._reindex(document_id, before, after)
            raise
        if after is None:
            self._documents.pop(document_id, None)
        else:
            self._documents[document_id] = after
            self.last_id = max(self.last_id, document_id)
        return before

    def _reindex(self, document_id: int, before: Fields | None, after: Fields | None) -> None:
        for index in self._indexes:
            if after is not None and not isinstance(index, OrderedIndex):
                index.remove(document_id, after)
        if before is not None:
            for index in self._indexes:
                index.add(document_id, before)

    def find(self, index: str, key: Hashable) -> list[D]:
        """The documents with this key, in the order they came."""
        return [cast("D", self._documents[i]) for i in self._hashes[index].ids(key)]

    def find_ids(self, index: str, key: Hashable) -> list[int]:
        """The ids of the documents with this key."""
        return list(self._hashes[index].ids(key))

    def find_one(self, index: str, key: Hashable) -> D | None:
        """A document with this key."""
        document_id = self._hashes[index].first(key)
        return None if document_id is None else self.fetch(document_id)

    def tally(self, index: str, key: Hashable) -> int:
        """How many documents have this key."""
        return self._hashes[index].count(key) if index in self._hashes else self._orders[index].count(key)

    def keys_of(self, index: str) -> Iterator[Hashable]:
        """Each key that the index holds."""
        return self._hashes[index].keys()

    def page(
        self,
        index: str,
        partition: Hashable,
        start: int = 0,
        stop: int | None = None,
        *,
        reverse: bool = False,
    ) -> list[D]:
        """Documents of a partition from place `start` up to `stop`, in the index's order."""
        ids = self._orders[index].page(partition, start, stop, reverse=reverse)
        return [cast("D", self._documents[i]) for i in ids]

    def documents(self) -> Mapping[int, D]:
        """All documents by id; a view of the table as it is."""
        return cast("Mapping[int, D]", self._documents)

    def load(self, documents: Mapping[int, Fields], last_id: int) -> None:
        """Replace the whole table, silently."""
        self.revision += 1
        for index in self._indexes:
            index.clear()
        self._documents = dict(documents)
        for document_id, document in self._documents.items():
            for index in self._indexes:
                index.add(document_id, document)
        self.last_id = max([last_id, *self._documents])

    def take(self, changes: Mapping[int, Fields | None]) -> None:
        """Put several documents in place (or remove them) silently; keys may move between them."""
        for document_id in changes:
            self._place(document_id, None)
        for document_id, document in changes.items():
            if document is not None:
                self._place(document_id, document)

    def _get_next_id(self) -> int:
        return self.new_id()

    def _read_table(self) -> dict[str, Mapping[str, object]]:
        return cast("dict[str, Mapping[str, object]]", _TextKeys(self._documents))

    def _update_table(self, updater: Callable[[dict[int, Mapping[str, object]]], None]) -> None:
        draft = _Draft(self._documents)
        updater(cast("dict[int, Mapping[str, object]]", draft))
        for document_id, after in draft.changes():
            self.apply(document_id, after)


class _TextKeys(Mapping[str, Fields]):
    """A table as TinyDB reads it: ids are text there."""

    def __init__(self, documents: Mapping[int, Fields]) -> None:
        self._documents = documents

    def __getitem__(self, document_id: str) -> Fields:
        return self._documents[int(document_id)]

    def __iter__(self) -> Iterator[str]:
        return (str(document_id) for document_id in self._documents)

    def __len__(self) -> int:
        return len(self._documents)


class _Draft(MutableMapping[int, Fields]):
    """A table as TinyDB's updaters see it: reads copy, and only what was touched is written back."""

    def __init__(self, base: Mapping[int, Fields]) -> None:
        self._base = base
        self._touched: dict[int, Fields | None] = {}

    def __getitem__(self, document_id: int) -> Fields:
        if document_id not in self._touched:
            self._touched[document_id] = dict(self._base[document_id])
        found = self._touched[document_id]
        if found is None:
            raise KeyError(document_id)
        return found

    def __setitem__(self, document_id: int, document: Fields) -> None:
        self._touched[document_id] = dict(document)

    def __delitem__(self, document_id: int) -> None:
        self[document_id]
        self._touched[document_id] = None

    def __iter__(self) -> Iterator[int]:
        yield from [i for i in self._base if self._touched.get(i, True) is not None]
        yield from [
            i for i, document in self._touched.items() if document is not None and i not in self._base
        ]

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def changes(self) -> Iterable[tuple[int, Fields | None]]:
        """What differs from the table."""
        for document_id, document in self._touched.items():
            if document != self._base.get(document_id):
                yield document_id, document
