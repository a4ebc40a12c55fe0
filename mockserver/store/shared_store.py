"""A store that several servers share: each holds all documents, and catches up before it answers.

Reads are as they are in one process. Who changes something first keeps all others from doing so until it is
done, in a transaction of the storage. What was read before may be old by then; it is begun anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .indexes import Fields
from .shared_storage import News, SharedStorage, StaleRead
from .storage import Contents
from .store import Recorded, Result, Store

OnNews = Callable[[frozenset[str], bool], None]


class SharedStore(Store):
    """All documents of some servers.

    `on_news` is told which tables others have changed, and whether they were put in place as a whole.
    """

    is_shared = True

    def __init__(self, storage: SharedStorage) -> None:
        self._shared = storage
        self._is_held = False
        self._is_hopeful = False
        self._is_replaced = False
        self._unsettled: list[Recorded] = []
        self.on_news: OnNews = _nobody
        super().__init__(storage)
        self.notes = storage.notes
        self.server_number = storage.server_number

    def catch_up(self) -> None:
        """Bring in what others have changed; raises StoreUnavailable."""
        with self.lock:
            if not self._is_held:
                self._take(self._shared.news())

    def run(self, work: Callable[[], Result]) -> Result:
        """Do `work` on what is held; again, and alone, where somebody changed something meanwhile."""
        with self.lock:
            if self._depth:
                return work()
            try:
                with self._section(hopeful=True):
                    return work()
            except StaleRead:
                pass
            with self.locked():
                return work()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock, and keep other servers from changing anything; raises StoreUnavailable."""
        with self._section(hopeful=False):
            yield

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Held while a table changes; raises StaleRead where what was read before is old."""
        with self._section(hopeful=False):
            if not self._is_held:
                self._claim()
            yield

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Changes made inside are kept together; an exception undoes them all. Nests."""
        with self._section(hopeful=False), super().transaction():
            yield

    @contextmanager
    def unlocked(self) -> Iterator[None]:
        """Let all others at the store while something long runs; not inside a transaction."""
        is_inside, is_hopeful = self._depth > 0, self._is_hopeful
        self._let_go()
        try:
            with super().unlocked():
                yield
        finally:
            if is_inside:
                self._is_hopeful = is_hopeful
                self._hold()

    @contextmanager
    def _section(self, *, hopeful: bool) -> Iterator[None]:
        with self.lock:
            is_outermost = self._depth == 0
            if is_outermost:
                self._is_hopeful = hopeful
                if not hopeful:
                    self._hold()
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if is_outermost:
                    self._let_go()

    def _hold(self) -> None:
        if self._is_held:
            return
        try:
            if not self._shared.hold():
                self._take(self._shared.news())
        except BaseException:
            self._shared.abandon()
            raise
        self._is_held = True

    def _claim(self) -> None:
        """Hold the storage from the first change on, if nobody has changed anything since it was read."""
        if not self._is_hopeful:
            self._hold()
        elif self._shared.hold():
            self._is_held = True
        else:
            self._shared.abandon()
            raise StaleRead

    def _let_go(self) -> None:
        if not self._is_held:
            return
        self._is_held = False
        unsettled, self._unsettled = self._unsettled, []
        is_replaced, self._is_replaced = self._is_replaced, False
        try:
            self._shared.settle({name: table.last_id for name, table in self._tables.items()})
        except BaseException:
            self._undo(unsettled)
            if is_replaced:
                self._shared.forget()
            raise

    def _keep(self, changes: list[Recorded]) -> None:
        super()._keep(changes)
        self._unsettled += changes

    def replace(self, contents: Contents) -> None:
        """Hold these documents and no others, at once or (raising) not at all."""
        with self.changing():
            self._is_replaced = True
            super().replace(contents)

    def compact(self) -> None:
        """Nothing to do: the storage keeps each document once."""

    def _take(self, news: News | None) -> None:
        if news is None:
            return
        self.revision += 1
        changed: dict[str, dict[int, Fields | None]] = {}
        for name, document_id, document in news.changes:
            changed.setdefault(name, {})[document_id] = document
        for name, table in self._tables.items():
            if news.is_whole:
                table.load(_there(changed.get(name, {})), news.last_ids.get(name, 0))
            elif name in changed:
                table.take(changed[name])
            table.last_id = max(table.last_id, news.last_ids.get(name, 0))
        self.on_news(frozenset(changed), news.is_whole)


def _there(changed: dict[int, Fields | None]) -> dict[int, Fields]:
    return {each: document for each, document in changed.items() if document is not None}


def _nobody(_changed: frozenset[str], _is_whole: bool) -> None:
    """Nobody wants to know."""
