"""What the control plane of one server keeps in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ..store import SharedStore, Store
from .contract_reader import ContractReader, NoContract
from .explanations import Explanations
from .faults import FaultBook
from .fixture_shelf import FixtureShelf
from .journal import Journal
from .responses import Responses
from .snapshots import Snapshots
from .static_files import StaticFiles

if TYPE_CHECKING:
    from .metrics import Metrics


class Violation(Protocol):
    """What the control plane tells of a named contract violation."""

    @property
    def name(self) -> str:
        """How rules name it."""
        ...

    @property
    def group(self) -> str:
        """What it belongs to."""
        ...

    @property
    def description(self) -> str:
        """What it does."""
        ...

    @property
    def rule(self) -> str:
        """Which rule of the contract it breaks."""
        ...


def no_violations() -> Mapping[str, Violation]:
    """An empty registry."""
    return {}


@dataclass(slots=True)
class ControlState:
    """The journal and its answers, the fault rules, snapshots, explanations and fixtures of one server.

    `operations` are the ids that rules may name; `violations` gives the named contract violations when they
    are first asked for. `token` guards `/_mock` where the server can be reached from elsewhere. `is_ending`
    tells streams of events to end, so that the server can. `metrics` counts requests where that is on.
    """

    faults: FaultBook
    journal: Journal
    fixtures: FixtureShelf = field(default_factory=FixtureShelf)
    responses: Responses = field(default_factory=Responses)
    snapshots: Snapshots = field(default_factory=Snapshots)
    explanations: Explanations = field(default_factory=Explanations)
    operations: frozenset[str] = frozenset()
    violations: Callable[[], Mapping[str, Violation]] = no_violations
    token: str | None = None
    contract: ContractReader = field(default_factory=NoContract)
    static: StaticFiles = field(default_factory=StaticFiles)
    is_ending: bool = False
    metrics: Metrics | None = None


def make_control(store: Store, journal_size: int) -> ControlState:
    """The control plane's part of a new server; what it would keep in memory is shared where the store is."""
    if isinstance(store, SharedStore):
        from .shared_journal import SharedJournal
        from .shared_notes import SharedExplanations, SharedResponses, SharedSnapshots

        return ControlState(
            faults=FaultBook(store),
            journal=SharedJournal(journal_size, store.notes),
            responses=SharedResponses(store.notes),
            snapshots=SharedSnapshots(store.notes),
            explanations=SharedExplanations(store.notes),
        )
    return ControlState(faults=FaultBook(store), journal=Journal(journal_size))
