"""The texts that people read, made by Faker.

Importing Faker costs more than the rest of the seeding, so what it makes for the seed that a fixture is
usually started with is kept beside it in `NAME.names.json`, a file of texts. Another seed asks Faker itself.
Write the files anew with `python -m mockserver.seeding.names`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypedDict

from ..errors import StartError
from ..randomness import Randomness

if TYPE_CHECKING:
    from faker import Faker

USUAL_SEED: Final = "1"


class NamesFile(TypedDict):
    """`made` holds each text by `provider@scope`; `pools` many texts of one provider.

    `hashes` are of the fixture's passwords, by `hashes.hash_key`: slow by design, so made once.
    """

    seed: str
    faker: str
    made: dict[str, str]
    pools: dict[str, list[str]]
    hashes: dict[str, str]


class FakerNames:
    """Texts of Faker, each a function of seed, provider and scope alone."""

    def __init__(self, seed: int | str, locale: str = "en_US") -> None:
        self._random = Randomness(seed).stream("names")
        self._locale = locale

    @cached_property
    def _faker(self) -> Faker:
        from faker import Faker

        try:
            return Faker(self._locale)
        except AttributeError:
            raise StartError(f"locale: Faker has no {self._locale}; expected one such as de_DE") from None

    def make(self, provider: str, scope: str) -> str:
        """One text; raises AttributeError for a provider that Faker does not have, TypeError if not text."""
        if provider.startswith("_") or provider.startswith("seed"):
            raise AttributeError(provider)
        self._faker.seed_instance(self._random.stream(f"{provider}@{scope}").below(1 << 48))
        made = getattr(self._faker, provider)()
        if not isinstance(made, str):
            raise TypeError(provider)
        return made.replace("\n", ", ")

    def pool(self, provider: str, size: int) -> list[str]:
        """Up to `size` different texts of one provider, in the order they were made."""
        made = dict.fromkeys(self.make(provider, f"pool/{place}") for place in range(2 * size))
        return list(made)[:size]


class KeptNames:
    """Texts that Faker made before; what is missing it is asked for now."""

    def __init__(self, file: NamesFile, locale: str = "en_US") -> None:
        self._file = file
        self._live = FakerNames(file["seed"], locale)

    def make(self, provider: str, scope: str) -> str:
        """One text, kept or made."""
        kept = self._file["made"].get(f"{provider}@{scope}")
        return self._live.make(provider, scope) if kept is None else kept

    def pool(self, provider: str, size: int) -> list[str]:
        """Different texts of one provider, kept or made."""
        kept = self._file["pools"].get(f"{provider}*{size}")
        return self._live.pool(provider, size) if kept is None else kept


class RecordingNames:
    """Faker's texts, noted down as they are made."""

    def __init__(self, seed: str, locale: str = "en_US") -> None:
        import faker

        self._live = FakerNames(seed, locale)
        self.file: NamesFile = {"seed": seed, "faker": faker.VERSION, "made": {}, "pools": {}, "hashes": {}}

    def make(self, provider: str, scope: str) -> str:
        """One text."""
        made = self._live.make(provider, scope)
        self.file["made"][f"{provider}@{scope}"] = made
        return made

    def pool(self, provider: str, size: int) -> list[str]:
        """Different texts of one provider."""
        made = self._live.pool(provider, size)
        self.file["pools"][f"{provider}*{size}"] = made
        return made


NameSource = FakerNames | KeptNames | RecordingNames


def names_for(kept: NamesFile | None, seed: int | str, locale: str) -> NameSource:
    """Who makes the texts of a fixture for a seed: the kept file where it is of that seed, else Faker."""
    if kept is not None and kept["seed"] == str(seed):
        return KeptNames(kept, locale)
    return FakerNames(seed, locale)


def record_names(content: Mapping[str, object], seed: str = USUAL_SEED) -> NamesFile:
    """All the texts that a fixture asks for, made by Faker for `seed`."""
    from .tenants import filled_tenants, pools_of

    names = RecordingNames(seed, str(content.get("locale") or "en_US"))
    filled_tenants(content, names)
    pools_of(content, names)
    return names.file


def main(arguments: list[str]) -> int:
    """Write `NAME.names.json` and the digests for each fixture given, or for all that are shipped."""
    from ..resource_files import bundled
    from .digest import digest_entry, write_digests
    from .hashes import record_hashes
    from .reading import load_fixture, read_content

    folder = bundled("fixtures")
    paths = [Path(each) for each in arguments] or sorted(folder.glob("*.yaml"))
    for path in paths:
        file = record_names(read_content(path))
        file["hashes"] = record_hashes(load_fixture(str(path)), USUAL_SEED)
        text = json.dumps(file, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        path.with_suffix(".names.json").write_text(text, "utf-8")
    write_digests(folder / "digests.json", [digest_entry(load_fixture(str(path))) for path in paths])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
