"""Reading a fixture file: YAML, held against the format, its references followed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import orjson

from ..errors import StartError
from ..resource_files import bundled
from ..store import JSON
from .hashes import Hashes
from .names import NamesFile, NameSource, names_for
from .shapes import FixtureContent

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

SUFFIXES: Final = (".yaml", ".yml")
RESULTS: Final = b"\nresults:\n"
LONGEST_SEEN: Final = 60
OWN_FOLDERS: Final = (Path("fixtures"), Path())
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


@dataclass(frozen=True, slots=True)
class Fixture:
    """A fixture that was read and found right.

    `name` is what `load_fixture` finds it by; `fingerprint` is the SHA-256 of the file and of what Faker
    made for it, in hex.
    """

    name: str
    path: Path
    content: FixtureContent
    kept_names: NamesFile | None
    fingerprint: str

    def names(self, seed: int | str) -> NameSource:
        """Who makes the fixture's texts for a seed."""
        return names_for(self.kept_names, seed, self.content.get("locale") or "en_US")

    def hashes(self, seed: int | str) -> Hashes:
        """Who hashes the fixture's passwords for a seed."""
        kept = self.kept_names
        return Hashes(kept["hashes"] if kept is not None and kept["seed"] == str(seed) else None)


def load_fixture(name_or_path: str, folder: Path | None = None) -> Fixture:
    """The fixture called `demo` or in the file `my/own.yaml`.

    A name is looked for in `folder`; without one, among those that come along, then in the folder `fixtures`
    of where the process runs, then right there.
    Raises StartError, in one line: for an unknown one with those there are, for a wrong one with the file,
    the place in it, what is there and what should be.
    """
    own = folder is None
    folder = folder or bundled("fixtures")
    path = _find(name_or_path, folder, own=own)
    content = read_content(path)
    kept_path = path.with_suffix(".names.json")
    kept = kept_path.read_bytes() if kept_path.is_file() else b""
    return Fixture(
        name=path.stem if path.parent == folder else str(path.resolve()),
        path=path,
        content=content,
        kept_names=cast("NamesFile", json.loads(kept)) if kept else None,
        fingerprint=hashlib.sha256(path.read_bytes() + b"\0" + kept).hexdigest(),
    )


def fixture_names(folder: Path | None = None) -> list[str]:
    """The fixtures that can be asked for by name (in `folder`, by default the shipped ones), in order."""
    place = folder or bundled("fixtures")
    return sorted({each.stem for suffix in SUFFIXES for each in place.glob("*" + suffix)})


def path_for(name_or_path: str) -> Path:
    """Where a fixture is written so that it is found by what it is called here; raises StartError."""
    if is_path(name_or_path):
        return Path(name_or_path)
    if not NAME.fullmatch(name_or_path):
        raise StartError(f"a fixture cannot be called {name_or_path!r}; expected letters, digits, - and _")
    if name_or_path in fixture_names():
        raise StartError(f"there is a fixture {name_or_path!r} already that comes along; choose another name")
    folder = OWN_FOLDERS[0] if OWN_FOLDERS[0].is_dir() else OWN_FOLDERS[1]
    return folder / f"{name_or_path}.yaml"


def is_path(name_or_path: str) -> bool:
    """Whether a fixture is called by its file."""
    return name_or_path.endswith(SUFFIXES) or "/" in name_or_path


def _find(name_or_path: str, folder: Path, *, own: bool) -> Path:
    if is_path(name_or_path):
        path = Path(name_or_path)
        if path.is_file():
            return path
        raise StartError(f"cannot read fixture {name_or_path}: no such file")
    places = [folder, *OWN_FOLDERS] if own else [folder]
    for place in places:
        for suffix in SUFFIXES:
            path = place / (name_or_path + suffix)
            if path.is_file():
                return path
    known = fixture_names(folder)
    raise StartError(
        f"unknown fixture {name_or_path!r}; choose {', '.join(known) or 'a file'} or a .yaml file"
    )


def read_content(path: Path) -> FixtureContent:
    """A fixture file's content, checked; raises StartError."""
    from .checks import problems_of

    content = parse_file(path)
    checks = chain(schema_problems(content), problems_of(cast("FixtureContent", content)))
    problem = next(checks, None)
    if problem is not None:
        raise StartError(f"{path}: {problem}")
    return cast("FixtureContent", content)


def parse_file(path: Path) -> JSON:
    """What a file of YAML holds, whatever it is; raises StartError naming the line that is none."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        text = path.read_bytes()
        head, results = _split(text)
        if results is not None:
            content = cast("JSON", yaml.load(head, Loader=loader))  # noqa: S506
            if isinstance(content, dict) and "results" not in content:
                return {**content, "results": results}
        return cast("JSON", yaml.load(text, Loader=loader))  # noqa: S506
    except OSError as error:
        raise StartError(f"cannot read fixture {path}: {error.strerror}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        said = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise StartError(f"{path}: {place}not valid YAML: {said}") from None


def _split(text: bytes) -> tuple[bytes, list[JSON] | None]:
    """A file without its results, and these, where they come last as lines of JSON.

    That is YAML too, but of many times the speed; recordings hold megabytes of it. None for anything else.
    """
    head, section, tail = text.partition(RESULTS)
    lines = tail.splitlines()
    if not section or not all(line.startswith(b"- {") for line in lines):
        return text, None
    try:
        return head, [orjson.loads(line[2:]) for line in lines]
    except orjson.JSONDecodeError:
        return text, None


def schema_problems(content: JSON) -> Iterator[str]:
    """Where content breaks the format, each as a line with its place."""
    from jsonschema_rs import validator_for

    validator = validator_for(json.loads(bundled("fixtures/fixture.schema.json").read_bytes()))
    for problem in validator.iter_errors(content):
        path = [part for part in problem.instance_path if isinstance(part, str | int)]
        yield f"{place_of(path)}: {problem.message if len(problem.message) < 300 else _short(problem)}"


def _short(problem: ValidationError) -> str:
    rule = problem.schema_path[-1] if problem.schema_path else "format"
    return f"{seen(cast('JSON', problem.instance))} does not meet the rule `{rule}` of the format"


def place_of(path: list[str | int]) -> str:
    """A path in a file as people write it: `insights[3].query.kind`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".") or "the whole file"


def seen(value: JSON | Mapping[str, JSON]) -> str:
    """A value as an error line shows it, cut short."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_SEEN else text[:LONGEST_SEEN] + "…"
