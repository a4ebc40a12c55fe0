"""A store whose process is killed at any moment keeps what it acknowledged, and nothing by halves."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mockserver.store import JournalDocuments, Store

from .writer import COMPACT_ABOVE, COUNTER

ROOT = Path(__file__).resolve().parents[2]


class Writers:
    """Writing processes, one after the other."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(
        self, folder: Path, *, durability: str = "os", seconds: float = 5, call: int = -1, where: str = "-"
    ) -> int:
        """Let one write until it is killed, after `seconds` or by itself; gives its last acknowledgement."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{folder} {durability} {call} {where}\n")
        self._process.stdin.flush()
        pid = int(self._process.stdout.readline().removeprefix("pid "))
        if call < 0:
            time.sleep(seconds)
            os.kill(pid, signal.SIGKILL)
        last = 0
        for line in self._process.stdout:
            if line == "end\n":
                return last
            last = int(line.removeprefix("ack "))
        raise AssertionError("the writer is gone")


@pytest.fixture
def writers() -> Iterator[Writers]:
    with writing() as found:
        yield found


@contextmanager
def writing() -> Iterator[Writers]:
    command = [sys.executable, "-m", "tests.crash.writer"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True
    )
    try:
        yield Writers(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()


def check(folder: Path, acknowledged: int) -> int:
    """What a restart finds: the newest transaction, whole, is `acknowledged` or one that came after it."""
    store = Store(JournalDocuments(folder))
    numbers = sorted(store.insights.documents())
    counter = store.insights.fetch(COUNTER)
    newest = numbers[-1] if numbers else 0
    if counter is None:
        assert numbers == []
    else:
        assert counter["filters"]["count"] == newest
        assert numbers == [COUNTER, *range(max(2, newest - 40 + 2), newest + 1)]
        for number in numbers[1:]:
            row = store.insights.fetch(number)
            assert row is not None
            assert row["name"] == "x" * (number % 300)
    store.close()
    assert acknowledged <= newest <= max(acknowledged + 1, COUNTER)
    return newest


def kill_at_random(folder: Path, times: int) -> int:
    """Kill writers on one folder; gives how many of them were killed while compacting."""
    moments = random.Random(7)
    newest = compacting = 0
    with writing() as writers:
        for _ in range(times):
            last = writers.run(folder, seconds=moments.random() * 0.06)
            compacting += (folder / "store.new").exists()
            newest = check(folder, max(last, newest))
            assert (folder / "store.journal").stat().st_size < 6 * COMPACT_ABOVE
    assert newest > 100
    return compacting


def test_killed_at_random_moments(tmp_path: Path) -> None:
    kill_at_random(tmp_path, 20)


@pytest.mark.slow
def test_killed_at_two_hundred_random_moments_some_of_them_while_compacting(tmp_path: Path) -> None:
    assert kill_at_random(tmp_path, 200) > 0


@pytest.mark.parametrize("where", ["before", "in", "after"])
def test_killed_at_a_call_that_writes(tmp_path: Path, writers: Writers, where: str) -> None:
    newest = 0
    for call in range(12):
        last = writers.run(tmp_path, durability="fsync", call=call, where=where)
        newest = check(tmp_path, max(last, newest))


@pytest.mark.slow
@pytest.mark.parametrize("where", ["before", "in", "after"])
def test_killed_at_each_call_of_a_compaction(tmp_path: Path, writers: Writers, where: str) -> None:
    newest = left_over = 0
    for call in range(70, 170, 2):
        last = writers.run(tmp_path, durability="os", call=call, where=where)
        left_over += (tmp_path / "store.new").exists()
        newest = check(tmp_path, max(last, newest))
    assert left_over > 0
