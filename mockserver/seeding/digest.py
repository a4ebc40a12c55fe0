"""One number for a whole dataset: the same fixture and seed give the same bytes on any machine."""

from __future__ import annotations

import hashlib
import json
import sys
from array import array
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypedDict, cast

from ..randomness import Randomness
from ..store import Store
from .names import USUAL_SEED

if TYPE_CHECKING:
    from ..analytics.columns import Coded
    from .reading import Fixture

CANONICAL_NOW: Final = datetime(2026, 1, 5, tzinfo=UTC)
LEFT_OUT: Final = frozenset(("password_hash", "value_hash", "fixture"))
DIGESTS: Final = "digests.json"


class DigestEntry(TypedDict):
    """What is committed of one fixture: which bytes of it, for which seed, give which digest."""

    fixture: str
    fingerprint: str
    seed: str
    digest: str


def dataset_digest(fixture: Fixture, seed: int | str) -> str:
    """SHA-256, in hex, of the canonical dataset: documents as seeded at a fixed moment, events and people.

    Password and key hashes are left out (their library may change its parameters; what they are made from
    is drawn from the same seed), and so is where the fixture lies.
    """
    total = hashlib.sha256()
    total.update(_documents(fixture, seed))
    population = fixture.content.get("population")
    if population:
        from .crowd import identities
        from .dataset import build_dataset
        from .population import population_stream
        from .tenants import pools_of

        dataset = build_dataset(population, seed)
        _add_column(total, "event", dataset.events)
        for name, column in sorted(dataset.properties.items()):
            _add_column(total, name, column)
        total.update(_little_endian("q", dataset.times))
        total.update(_little_endian("I", dataset.people))
        pools = pools_of(fixture.content, fixture.names(seed))
        reached = dataset.lives.reached
        people = identities(pools, len(reached), population_stream(seed).stream("identities"))
        told = [[one.name, one.email, one.company, list(at)] for one, at in zip(people, reached, strict=True)]
        total.update(_text(told))
    return total.hexdigest()


def _documents(fixture: Fixture, seed: int | str) -> bytes:
    from .loader import add_tenants

    store = Store()
    add_tenants(store, fixture, seed=seed, now=CANONICAL_NOW, random=Randomness(seed))
    tables = {
        name: [
            {key: value for key, value in document.items() if key not in LEFT_OUT}
            for _, document in sorted(table.documents().items())
        ]
        for name, table in store.tables().items()
    }
    store.close()
    return _text(tables)


def _text(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _add_column(total: hashlib._Hash, name: str, column: Coded) -> None:
    total.update(_text([name, list(column.values)]))
    total.update(_little_endian("I", column.codes))


def _little_endian(typecode: str, numbers: Sequence[int]) -> bytes:
    packed = array(typecode, numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def known_digest(fixture: Fixture, seed: int | str) -> str | None:
    """The committed digest of a fixture that has not been changed since; None for any other."""
    path = fixture.path.parent / DIGESTS
    if not path.is_file():
        return None
    entries = cast("Mapping[str, DigestEntry]", json.loads(path.read_bytes()))
    entry = entries.get(fixture.path.stem)
    if entry is None or entry["seed"] != str(seed) or entry["fingerprint"] != fixture.fingerprint:
        return None
    return entry["digest"]


def digest_entry(fixture: Fixture, seed: str = USUAL_SEED) -> DigestEntry:
    """What is to be committed of a fixture."""
    return {
        "fixture": fixture.path.name,
        "fingerprint": fixture.fingerprint,
        "seed": seed,
        "digest": dataset_digest(fixture, seed),
    }


def write_digests(path: Path, entries: Sequence[DigestEntry]) -> None:
    """Write the committed file, keeping what is said of fixtures not among `entries`."""
    kept: dict[str, DigestEntry] = json.loads(path.read_bytes()) if path.is_file() else {}
    kept.update({Path(entry["fixture"]).stem: entry for entry in entries})
    path.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", "utf-8")
