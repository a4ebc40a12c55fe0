"""Watching the files of the fixtures in use, and laying projects out again when one changes."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final

from ..errors import StartError
from ..seeding.loader import dataset_digest
from .fixture_shelf import stamp
from .relaying import lay_out_again, note_digest
from .seeds import seed_document

if TYPE_CHECKING:
    from ..services import Services

SECONDS: Final = 0.3

logger = logging.getLogger("mockserver")


class FixtureWatch:
    """Looks at fixtures again and again, in a thread of its own between `start` and `stop`."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._read: dict[str, int] = {}
        self._seen: dict[str, int] = {}
        self._end = threading.Event()
        self._thread: threading.Thread | None = None
        self.look()

    def start(self) -> None:
        """Look again every 0.3 seconds."""
        self._thread = threading.Thread(target=self._run, name="fixture watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._end.set()
        if self._thread is not None:
            self._thread.join()

    def look(self) -> None:
        """Lay out what has changed and was the same in the look before, so that no half of a file is read.

        A mistake in a file is one line in the log, and what was read before it goes on being served.
        """
        for name in self._names():
            now = self._stamp(name)
            settled = self._seen.get(name, now) == now
            self._seen[name] = now
            if now and settled and self._read.setdefault(name, now) != now:
                self._read[name] = now
                self._lay_out(name)

    def _lay_out(self, name: str) -> None:
        services = self._services
        try:
            fixture = services.control.fixtures.fixture(name)
            digest = dataset_digest(fixture, str(seed_document(services.store)["seed"]))
            with services.store.locked():
                projects = lay_out_again(services, fixture)
                note_digest(services.store, fixture, projects, digest)
        except StartError as error:
            logger.error("%s; going on with what was read before", error)
            return
        many = f"{len(projects)} project{'s' if len(projects) != 1 else ''}"
        logger.info("%s has changed: %s laid out again", fixture.path.name, many)

    def _names(self) -> list[str]:
        with self._services.store.lock:
            return sorted({each["fixture"] for each in self._services.store.projects.documents().values()})

    def _stamp(self, name: str) -> int:
        """When the file and the texts that are kept beside it were last written."""
        try:
            path = self._services.control.fixtures.path_of(name)
        except StartError:
            return 0
        return max(stamp(path), stamp(path.with_suffix(".names.json"))) if stamp(path) else 0

    def _run(self) -> None:
        while not self._end.wait(SECONDS):
            self.look()
