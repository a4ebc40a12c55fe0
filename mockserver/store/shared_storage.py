"""What a storage does that several servers use at once, and what each learns of the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from .notes import Notes
from .storage import Change, DocumentStorage


class StoreUnavailable(Exception):
    """The shared storage can't be reached, or did not keep what it was given."""


class StaleRead(Exception):
    """Somebody else has changed something since what is about to be changed was read."""


@dataclass(frozen=True, slots=True)
class News:
    """What others have changed since: documents by table and id, null for those that are gone.

    `is_whole` where the changes are all that there is, and take the place of what was held.
    """

    changes: list[Change] = field(default_factory=list)
    last_ids: Mapping[str, int] = field(default_factory=dict)
    is_whole: bool = False


class SharedStorage(DocumentStorage, Protocol):
    """A storage in which each server sees what the others keep.

    All raise StoreUnavailable where the storage can't be reached.
    """

    @property
    def notes(self) -> Notes:
        """What servers tell each other beside documents."""
        ...

    @property
    def server_number(self) -> int:
        """What tells this server from all others that ever used the storage."""
        ...

    def news(self) -> News | None:
        """What was changed since the last news, None where nothing was."""
        ...

    def hold(self) -> bool:
        """Keep all others from changing anything until `settle` or `abandon`; whether there is no news."""
        ...

    def settle(self, last_ids: Mapping[str, int]) -> None:
        """Let others see what was appended since `hold`, and go on; where it raises, nothing was kept."""
        ...

    def abandon(self) -> None:
        """Let others go on, and forget what was appended since `hold`. Never raises."""
        ...

    def forget(self) -> None:
        """Let the next news be all that there is."""
        ...
