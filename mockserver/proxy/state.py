"""What one running proxy shows of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..control.static_files import StaticFiles
from ..store import JSONObject
from .options import ProxyOptions
from .recorder import Recorder
from .tally import Tally


@dataclass(slots=True)
class ProxyState:
    """Settings, counts, and how many calls wait to be looked at.

    `settle` waits until those that wait now were looked at; `recorder` makes a fixture of them, if one is
    wanted.
    """

    options: ProxyOptions
    tally: Tally
    waiting: Callable[[], int]
    settle: Callable[[], None]
    recorder: Recorder | None = None
    is_ending: bool = False
    static: StaticFiles = field(default_factory=StaticFiles)

    @property
    def recording(self) -> str | None:
        """What is recorded, as people call it."""
        return self.recorder.options.path.stem if self.recorder else None

    def shape(self) -> JSONObject:
        """As JSON."""
        return {
            "upstream": self.options.upstream.url,
            "enforce": self.options.enforce,
            "read_only": self.options.read_only,
            "recording": self.recording,
            "waiting": self.waiting(),
            **self.tally.shape(),
        }
