"""Hand-checked cases as data: events in, query, result out. See `cases/README.md` for how to read them."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.analytics.events import EventStore
from mockserver.analytics.interface import Events
from mockserver.analytics.model import QueryError
from tests.analytics.building import ask, context_of, store_of

FOLDER = Path(__file__).parent / "cases"


def all_cases() -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text()).get("cases"):
            found.append(pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}"))
    return found


@cache
def shared(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text())
    return loaded


@cache
def shared_store(name: str) -> EventStore:
    given = shared(name)
    return store_of(given.get("events", ()), given.get("persons"))


def assert_matches(found: Any, expected: Any, where: str = "result") -> None:
    """Lists match in full, objects in the keys that are expected, numbers nearly."""
    if isinstance(expected, dict) and set(expected) == {"approximately"}:
        assert found == pytest.approx(expected["approximately"], abs=0.5), where
    elif isinstance(expected, dict):
        assert isinstance(found, dict), f"{where}: {found!r} is no object"
        for key, value in expected.items():
            assert key in found, f"{where}: no {key!r} in {sorted(found)}"
            assert_matches(found[key], value, f"{where}.{key}")
    elif isinstance(expected, list):
        assert isinstance(found, list), f"{where}: {found!r} is no list"
        assert len(found) == len(expected), f"{where}: {found!r}"
        for place, (one, other) in enumerate(zip(found, expected, strict=True)):
            assert_matches(one, other, f"{where}[{place}]")
    elif isinstance(expected, float):
        assert isinstance(found, int | float), where
        assert math.isclose(found, expected, abs_tol=1e-6), f"{where}: {found} is not {expected}"
    else:
        assert found == expected, f"{where}: {found!r} is not {expected!r}"
        assert isinstance(found, bool) == isinstance(expected, bool), where


@pytest.mark.parametrize(("file", "case"), all_cases())
def test_a_query_gives_what_was_worked_out_by_hand(file: str, case: dict[str, Any]) -> None:
    own = "events" in case or "persons" in case
    store = store_of(case.get("events", ()), case.get("persons")) if own else shared_store(file)
    check(store, file, case)
    if own:
        store.close()


def check(store: Events, file: str, case: dict[str, Any]) -> None:
    """Ask a case's query of a store that holds its events."""
    given = shared(file)
    context = context_of(**{**given.get("context", {}), **case.get("context", {})})
    query = {**given.get("query", {}), **case["query"]}
    if "error" in case:
        with pytest.raises(QueryError, match=case["error"]) as caught:
            ask(store, query, context)
        if "attr" in case:
            assert caught.value.attr == case["attr"]
        return
    result = ask(store, query, context)
    if "expect" in case:
        assert_matches(result.results, case["expect"])
    for part in ("columns", "types", "has_more", "resolved_date_range", "extra"):
        if part in case:
            assert_matches(getattr(result, part), case[part], part)
