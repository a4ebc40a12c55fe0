"""What a run has made on a server, written down before anything can go wrong, and how it is deleted."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from .core.caller import Caller
from .errors import Breach, WriteRefused
from .target import Target

KINDS: Final = ("insights", "dashboards")


class DropsProjects(Protocol):
    """Who can delete a project."""

    def drop_project(self, project_id: int) -> None:
        """Delete a project."""
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was made."""

    base_url: str
    project: str
    kind: str
    id: int | str


class Ledger:
    """Entries of one run; also in a file, so that a crash leaves a trace that `clean` can follow."""

    def __init__(self, path: Path | None = None, parent: Ledger | None = None) -> None:
        self._path = path
        self._parent = parent
        self._open: dict[Entry, Caller] = {}
        self._projects: list[int] = []
        self._lock = threading.Lock()

    def made(self, target: Target, caller: Caller, kind: str, thing: Any) -> None:
        """Note a thing."""
        self._note(Entry(target.base_url, caller.project, kind, thing), caller)

    def _note(self, entry: Entry, caller: Caller) -> None:
        if self._parent is not None:
            self._parent._note(entry, caller)
        with self._lock:
            self._open[entry] = caller
            if self._path is not None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with self._path.open("a", encoding="utf-8") as file:
                    line = [entry.base_url, entry.project, entry.kind, entry.id]
                    file.write(json.dumps(line) + "\n")

    def project(self, project_id: int) -> None:
        """Note a project that was made through the control plane."""
        if self._parent is not None:
            self._parent.project(project_id)
        with self._lock:
            self._projects.append(project_id)

    def part(self) -> Ledger:
        """A ledger for one rule, whose entries are in this one too until they are deleted."""
        return Ledger(parent=self)

    def _forget(self, entries: Iterable[Entry], projects: Iterable[int]) -> None:
        with self._lock:
            for entry in entries:
                self._open.pop(entry, None)
            self._projects = [one for one in self._projects if one not in projects]

    def clean(self, companion: DropsProjects | None = None) -> list[str]:
        """Delete all that was noted; the reasons where something could not be deleted."""
        with self._lock:
            held, self._open = self._open, {}
            projects, self._projects = self._projects, []
        problems = [
            problem
            for entry, caller in reversed(tuple(held.items()))
            if (problem := discard(caller, entry)) is not None
        ]
        for project_id in projects:
            if companion is not None:
                try:
                    companion.drop_project(project_id)
                except Breach as breach:
                    problems.append(breach.message)
        if self._parent is not None and not problems:
            self._parent._forget(held, projects)
        return problems

    def finished(self) -> None:
        """Take this ledger's file away: everything in it has been dealt with."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)


def discard(caller: Caller, entry: Entry) -> str | None:
    """Soft-delete a thing; the reason where that failed. What is gone already is fine."""
    try:
        reply = caller.patch(f"{entry.kind}/{entry.id}", {"deleted": True})
    except (Breach, WriteRefused) as error:
        return f"{entry.kind}/{entry.id}: {error}"
    if reply.status in (200, 404):
        return None
    return f"{entry.kind}/{entry.id}: {reply.status}"


def ledger_folder() -> Path:
    """Where ledgers of unfinished runs are kept, by the XDG convention."""
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "contract-tests"


def unfinished(base_url: str) -> Iterator[tuple[Path, list[Entry]]]:
    """Ledgers that earlier runs against a server have left behind."""
    folder = ledger_folder()
    for path in sorted(folder.glob("*.jsonl")) if folder.is_dir() else ():
        entries = [entry for entry in _read(path) if entry.base_url == base_url]
        if entries:
            yield path, entries


def _read(path: Path) -> Iterator[Entry]:
    for line in path.read_text("utf-8").splitlines():
        try:
            base_url, project, kind, thing = json.loads(line)
        except ValueError:
            continue
        if kind in KINDS:
            yield Entry(base_url, project, kind, thing)
