"""What one running server is made of; handlers reach everything through it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .clock import Clock, Clocks
from .profiles import PROFILES, Profile
from .randomness import Randomness
from .resources.row_cache import RowCache
from .settings import Settings
from .store import Store
from .store.documents import ProjectDocument

if TYPE_CHECKING:
    from .control.fixture_watch import FixtureWatch
    from .control.state import ControlState
    from .refresh.policies import Policies
    from .refresh.service import RefreshService


@dataclass(slots=True)
class Services:
    """The parts of one server, made in `create_app` and shared by its handlers."""

    settings: Settings
    store: Store
    clocks: Clocks
    random: Randomness
    policies: Policies
    refresh: RefreshService
    control: ControlState
    rows: RowCache
    executor: ThreadPoolExecutor | None = None
    watch: FixtureWatch | None = None

    @property
    def clock(self) -> Clock:
        """The server's clock."""
        return self.clocks.main

    def clock_of(self, project_id: int | None) -> Clock:
        """The clock that a project follows; the server's for None."""
        return self.clocks.of(project_id)

    def profile_of(self, project: ProjectDocument | None) -> Profile:
        """The profile that a project has chosen, or the server's."""
        chosen = project["profile"] if project else None
        return PROFILES[chosen or self.settings.profile]

    def close(self) -> None:
        """Let go of threads, events and the store, in that order."""
        if self.watch is not None:
            self.watch.stop()
        if self.executor is not None:
            self.executor.shutdown()
        self.refresh.calculator.close()
        self.store.close()
