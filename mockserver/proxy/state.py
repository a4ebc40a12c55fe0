"""What one running proxy shows of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..control.static_files import StaticFiles
from ..store import JSONObject
from .options import ProxyOptions
from .tally import Tally


@dataclass(slots=True)
class ProxyState:
    """Settings, counts, and how many calls wait to be looked at; `recording` names the fixture, if any."""

    options: ProxyOptions
    tally: Tally
    waiting: Callable[[], int]
    recording: str | None = None
    is_ending: bool = False
    static: StaticFiles = field(default_factory=StaticFiles)

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
