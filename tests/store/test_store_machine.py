"""The store held against a plain dict, through failures, compactions and restarts."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mockserver.store import DuplicateKeyError, JournalDocuments, Store

from .faulty_files import FaultyFiles
from .test_table import insight

NUMBERS = st.integers(1, 12)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "short_id": st.sampled_from(["a", "b", "c"]),
        "project_id": st.integers(1, 2),
        "order": st.none() | st.integers(-2, 2),
        "deleted": st.booleans(),
        "favorited": st.booleans(),
        "tags": st.lists(st.sampled_from(["x", "y"]), unique=True),
        "filters": st.dictionaries(
            st.text(max_size=3), st.integers() | st.text(max_size=5), max_size=2
        ).filter(
            lambda made: all(not isinstance(value, int) or abs(value) < 2**63 for value in made.values())
        ),
    },
)
STEP = st.tuples(st.sampled_from(["put", "drop"]), NUMBERS, CHANGES)
Model = dict[int, dict[str, Any]]


def fits(model: Model) -> bool:
    """Whether every short id is its project's only one."""
    keys = [(row["project_id"], row["short_id"]) for row in model.values()]
    return len(keys) == len(set(keys))


def done(model: Model, step: tuple[str, int, dict[str, Any]]) -> Model:
    """The model after a step."""
    action, number, changes = step
    after = dict(model)
    if action == "drop":
        after.pop(number, None)
    else:
        after[number] = {**model.get(number, insight(number)), **changes}
    return after


class StoreMachine(RuleBasedStateMachine):
    """Whatever is done, the store holds what the dict holds, and finds it by every index."""

    store: Store

    def __init__(self) -> None:
        super().__init__()
        self.model: Model = {}
        self.highest = 0

    def reopen(self) -> None:
        """Close the store and open it again."""
        raise NotImplementedError

    def _do(self, step: tuple[str, int, dict[str, Any]]) -> None:
        action, number, changes = step
        if action == "drop":
            self.store.insights.drop(number)
        elif self.store.insights.fetch(number) is None:
            self.store.insights.add(insight(number, **changes))
        else:
            self.store.insights.amend(number, changes)

    @rule(step=STEP)
    def change(self, step: tuple[str, int, dict[str, Any]]) -> None:
        after = done(self.model, step)
        if fits(after):
            self._do(step)
            self._became(after)
        else:
            with pytest.raises(DuplicateKeyError):
                self._do(step)

    @rule(steps=st.lists(STEP, min_size=1, max_size=4), aborted=st.booleans())
    def transaction(self, steps: list[tuple[str, int, dict[str, Any]]], aborted: bool) -> None:
        after = self.model
        try:
            with self.store.transaction():
                for step in steps:
                    after = done(after, step)
                    self._do(step)
                    assert fits(after)
                if aborted:
                    raise InterruptedError
        except (DuplicateKeyError, InterruptedError):
            return
        self._became(after)

    @rule()
    def compact(self) -> None:
        self.store.compact()

    @rule()
    def restart(self) -> None:
        self.reopen()

    def _became(self, after: Model) -> None:
        self.model = after
        self.highest = max([self.highest, *after])

    @invariant()
    def holds_the_same(self) -> None:
        if not hasattr(self, "store"):
            return
        insights = self.store.insights
        assert insights.documents() == self.model
        assert insights.last_id >= max(self.model, default=0)
        for project in (1, 2):
            of_project = [row for row in self.model.values() if row["project_id"] == project]
            living = [row for row in of_project if not row["deleted"]]
            ordered = sorted(living, key=lambda row: (row["order"] is None, row["order"] or 0, row["id"]))
            assert insights.page("listed", project) == ordered
            assert insights.page("listed", project, 1, 3) == ordered[1:3]
            assert insights.page("listed", project, 0, 2, reverse=True) == ordered[::-1][:2]
            assert insights.tally("listed", project) == len(living)
            assert set(insights.find_ids("project", project)) == {row["id"] for row in of_project}
            for tag in ("x", "y"):
                tagged = {row["id"] for row in living if tag in row["tags"]}
                assert set(insights.find_ids("tag", (project, tag))) == tagged
            for row in of_project:
                assert insights.find_one("short_id", (project, row["short_id"])) == row


class JournalMachine(StoreMachine):
    """A store on a journal, whose writes fail and whose process is killed."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="store-machine-"))

    @initialize(durability=st.sampled_from(["os", "none", "fsync"]))
    def begin(self, durability: Any) -> None:
        self.durability = durability
        self._open(self.folder)

    def _open(self, folder: Path) -> None:
        self.files = FaultyFiles()
        self.journal = JournalDocuments(folder, self.durability, files=self.files, compact_above=3_000)
        self.store = Store(self.journal)

    def reopen(self) -> None:
        self.store.close()
        self._open(self.folder)

    @precondition(lambda self: self.durability != "none")
    @rule(step=STEP, kind=st.sampled_from(["ENOSPC", "part EIO"]), uncut=st.booleans())
    def failing_write(self, step: tuple[str, int, dict[str, Any]], kind: str, uncut: bool) -> None:
        self.journal.wait()
        after = done(self.model, step)
        if not fits(after) or after == self.model:
            return
        try:
            with self.files.failing(write=kind, **({"truncate": "EIO"} if uncut else {})):
                self._do(step)
                # an amendment of nothing is no change of the model either
                assert False, "the write did not fail"  # noqa: B011, PT015
        except OSError:
            pass

    @precondition(lambda self: self.durability != "none")
    @rule()
    def crash(self) -> None:
        """What is on disk now is all that a killed process leaves."""
        self.journal.wait()
        crashed = Path(tempfile.mkdtemp(prefix="store-machine-"))
        shutil.copyfile(self.folder / "store.journal", crashed / "store.journal")
        self.store.close()
        shutil.rmtree(self.folder)
        self.folder = crashed
        self._open(crashed)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
        shutil.rmtree(self.folder, ignore_errors=True)


JournalMachine.TestCase.settings = SETTINGS = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestStoreIsADict = JournalMachine.TestCase


class LongStoreMachine(JournalMachine):
    """The same, for longer."""


LongStoreMachine.TestCase.settings = settings(SETTINGS, max_examples=120, stateful_step_count=50)


@pytest.mark.slow
class TestLonger(LongStoreMachine.TestCase):  # type: ignore[misc, name-defined]
    """Run with the whole suite."""
