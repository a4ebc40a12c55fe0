"""Which requests a rule means: by operation, method, path, project and more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final, NamedTuple

from ..store import JSON

EXACT: Final = ("operation_id", "method", "project_id", "status")


class Difference(NamedTuple):
    """One respect in which a request does not fit."""

    field: str
    expected: JSON
    actual: JSON


def differences(match: Mapping[str, JSON], facts: Mapping[str, JSON]) -> Iterator[Difference]:
    """All respects in which the facts of a request do not fit; none means that it fits.

    `path` is a pattern in which `*` stands for any text; `query`, `headers` and `body` need only be part of
    what was sent.
    """
    for name, wanted in match.items():
        actual = facts.get(name)
        if name in EXACT:
            if actual != wanted:
                yield Difference(name, wanted, actual)
        elif name == "path":
            if not path_fits(str(wanted), str(actual)):
                yield Difference(name, wanted, actual)
        else:
            yield from _missing(name, wanted, actual)


def fits(match: Mapping[str, JSON], facts: Mapping[str, JSON]) -> bool:
    """Whether a request is meant."""
    return next(differences(match, facts), None) is None


def path_fits(pattern: str, path: str) -> bool:
    """Whether a path is meant by a pattern; a trailing slash makes no difference."""
    return fnmatchcase(path.rstrip("/") or "/", pattern.replace("[", "[[]").rstrip("/") or "/")


def _missing(place: str, wanted: JSON, actual: JSON) -> Iterator[Difference]:
    if isinstance(wanted, dict) and isinstance(actual, dict):
        for key, value in wanted.items():
            if key not in actual:
                yield Difference(f"{place}.{key}", value, None)
            else:
                yield from _missing(f"{place}.{key}", value, actual[key])
    elif wanted != actual:
        yield Difference(place, wanted, actual)
