"""Password hashes of a fixture: slow by design, so those of the usual seed are kept with its names."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Final

from ..randomness import Randomness
from ..resources.passwords import hash_password

if TYPE_CHECKING:
    from .reading import Fixture

KEY_LENGTH: Final = 24


def hash_key(random: Randomness, raw: str) -> str:
    """What a kept hash is found by: the source of its salt and the password decide it."""
    return hashlib.sha256(f"{random.seed}/{raw}".encode()).hexdigest()[:KEY_LENGTH]


class Hashes:
    """Hashes passwords, or takes the hash that was made before."""

    def __init__(
        self, kept: Mapping[str, str] | None = None, noted: MutableMapping[str, str] | None = None
    ) -> None:
        self._kept = kept or {}
        self._noted = noted

    def hash(self, raw: str, random: Randomness) -> str:
        """The text to store for a password; `random` is the stream that gives the salt."""
        key = hash_key(random, raw)
        made = self._kept.get(key) or hash_password(raw, random)
        if self._noted is not None:
            self._noted[key] = made
        return made


def record_hashes(fixture: Fixture, seed: str) -> dict[str, str]:
    """The hashes of all passwords of a fixture in a new store, made anew."""
    from ..store import Store
    from .digest import CANONICAL_NOW
    from .loader import add_tenants

    noted: dict[str, str] = {}
    store = Store()
    random = Randomness(seed)
    add_tenants(store, fixture, seed=seed, now=CANONICAL_NOW, random=random, hashes=Hashes(noted=noted))
    store.close()
    return noted
