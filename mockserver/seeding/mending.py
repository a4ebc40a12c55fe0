"""Content of a fixture without what the format does not allow: what a server answers can be anything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from itertools import islice
from typing import Final, cast

from ..resource_files import bundled
from ..store import JSON, JSONObject
from .checks import problems_of
from .reading import place_of
from .shapes import FixtureContent

ROUNDS: Final = 20
AT_ONCE: Final = 200
NEEDED: Final = frozenset(("key", "query", "results", "kind", "email", "first_name", "steps", "type"))
"""Fields without which an entry is none: it goes as a whole."""

SINGLE: Final = ("project", "organization")
PLACE: Final = re.compile(r"([A-Za-z_@$-][^.\[\]]*)|\[(\d+)\]")

Path = tuple[str | int, ...]


def mended(content: FixtureContent) -> tuple[FixtureContent, list[str]]:
    """Content that keeps to the schema, and the places that were left out for it.

    What cannot be mended stays, for the writer to refuse.
    """
    whole = deepcopy(cast("dict[str, JSON]", content))
    left_out: list[str] = []
    for _ in range(ROUNDS):
        # from the back, so that places further ahead stay where they are
        paths = sorted({_removable(whole, path) for path in islice(_faults(whole), AT_ONCE)}, key=_order)
        found = [path for path in reversed(paths) if path]
        if not found:
            break
        for path in found:
            if _remove(whole, path):
                left_out.append(f"{place_of(list(path))}: the format does not allow it")
        _drop_lost_tiles(whole)
    return cast("FixtureContent", whole), left_out


def _faults(content: JSON) -> Iterator[Path]:
    """Where content breaks the schema; where that is kept, what it names though it is not there."""
    broken = False
    for path in _breaches(content):
        broken = True
        yield path
    if not broken:
        for problem in problems_of(cast("FixtureContent", content)):
            place = problem.partition(": ")[0]
            yield tuple(int(number) if number else name for name, number in PLACE.findall(place))


def _breaches(content: JSON) -> Iterator[Path]:
    from jsonschema_rs import validator_for

    validator = validator_for(json.loads(bundled("fixtures/fixture.schema.json").read_bytes()))
    for problem in validator.iter_errors(content):
        yield tuple(part for part in problem.instance_path if isinstance(part, str | int))


def _removable(content: JSON, path: Path) -> Path:
    """The smallest part around a fault that an entry can do without; nothing where there is none."""
    while path:
        owner = _at(content, path[:-1])
        last = path[-1]
        is_field = isinstance(last, str) and last not in NEEDED
        if isinstance(owner, list) or (is_field and (len(path) > 2 or path[0] in SINGLE)):
            return path
        path = path[:-1]
    return path


def _remove(content: JSON, path: Path) -> bool:
    owner = _at(content, path[:-1])
    last = path[-1]
    if isinstance(owner, list) and isinstance(last, int) and last < len(owner):
        del owner[last]
        return True
    return isinstance(owner, dict) and owner.pop(str(last), path) is not path


def _at(content: JSON, path: Sequence[str | int]) -> JSON:
    for part in path:
        if isinstance(content, dict):
            content = content.get(str(part))
        elif isinstance(content, list) and isinstance(part, int) and part < len(content):
            content = content[part]
        else:
            return None
    return content


def _order(path: Path) -> tuple[str, ...]:
    return tuple(f"{part:09}" if isinstance(part, int) else part for part in path)


def _drop_lost_tiles(content: dict[str, JSON]) -> None:
    """Tiles whose insight has gone go too."""
    known = {each.get("key") for each in _objects(content.get("insights"))}
    for board in _objects(content.get("dashboards")):
        tiles = _objects(board.get("tiles"))
        if tiles:
            board["tiles"] = [each for each in tiles if "insight" not in each or each["insight"] in known]


def _objects(value: JSON) -> list[JSONObject]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
