"""Two stores on one database held against a plain dict, whichever of them does what."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings
from hypothesis.stateful import initialize, invariant, rule

from mockserver.store import Contents, SharedStore, StoreUnavailable
from tests.store.homes import DatabaseHome
from tests.store.test_store_machine import SETTINGS, STEP, StoreMachine, done, fits

from .cluster import Cluster

pytestmark = pytest.mark.postgres
clusters: list[Cluster] = []


@pytest.fixture(scope="module", autouse=True)
def machines_cluster(cluster: Cluster) -> Iterator[None]:
    """A machine takes no fixtures."""
    clusters.append(cluster)
    yield
    clusters.clear()


class SharedMachine(StoreMachine):
    """Two servers' stores: one does something, then perhaps the other."""

    @initialize()
    def begin(self) -> None:
        self.home = DatabaseHome(clusters[0].new_database())
        self.both: list[SharedStore] = [self.home.open(), self.home.open()]
        self.store = self.both[0]

    @rule()
    def turn_to_the_other(self) -> None:
        """As a request to it would; what was done before must be there."""
        self.store = self.both[1] if self.store is self.both[0] else self.both[0]
        self.store.catch_up()

    @rule()
    def turn_to_the_other_without_asking(self) -> None:
        """A request that came in before: only its changes catch up."""
        self.store = self.both[1] if self.store is self.both[0] else self.both[0]
        self.store.run(self.store.insights.new_id)

    def reopen(self) -> None:
        at = self.both.index(self.store)
        self.store.close()
        self.store = self.both[at] = self.home.open()

    @rule(step=STEP)
    def replace_all(self, step: tuple[str, int, dict[str, object]]) -> None:
        after = done({}, step)
        contents = Contents({"insights": dict(after)}, {"insights": self.store.insights.last_id})
        self.store.replace(contents)
        self._became(after)

    @rule(step=STEP)
    def lose_the_connection(self, step: tuple[str, int, dict[str, object]]) -> None:
        if not fits(done(self.model, step)):
            return

        def work() -> None:
            self.store.insights.new_id()
            self._do(step)
            name = self.home.address.rsplit("/", 1)[1]
            clusters[0].end_connections(name)

        with pytest.raises(StoreUnavailable):
            self.store.run(work)

    @invariant()
    def the_other_holds_the_same(self) -> None:
        if hasattr(self, "both"):
            for each in self.both:
                each.catch_up()
                assert each.insights.documents() == self.model

    def teardown(self) -> None:
        for each in getattr(self, "both", []):
            each.close()


SharedMachine.TestCase.settings = settings(SETTINGS, max_examples=20, stateful_step_count=20)
TestTwoStoresAreADict = SharedMachine.TestCase
