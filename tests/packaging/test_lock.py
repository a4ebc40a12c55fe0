"""The lock of development, held against what is asked for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements-dev.lock").read_text("utf-8")
PINNED = re.compile(r"^([a-z0-9-]+)(?:\[[a-z,-]+\])?==([^\s;]+)", re.M)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
ASKED = [
    *PROJECT["dependencies"],
    *PROJECT["optional-dependencies"]["dev"],
    *PROJECT["optional-dependencies"]["docs"],
]


def normal(name: str) -> str:
    """A name as the lock has it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("asked", ASKED)
def test_everything_that_is_asked_for_is_locked_in_a_version_that_does(asked: str) -> None:
    wanted = Requirement(asked)
    versions = [version for name, version in PINNED.findall(LOCK) if name == normal(wanted.name)]
    assert versions, f"run `make lock`: {wanted.name} is missing"
    assert all(wanted.specifier.contains(version, prereleases=True) for version in versions), (
        "run `make lock`"
    )


def test_every_package_has_hashes_and_none_has_an_address() -> None:
    entries = re.split(r"\n(?=\S)", LOCK)
    assert "://" not in LOCK
    pinned = [entry for entry in entries if PINNED.match(entry)]
    assert len(pinned) == len(PINNED.findall(LOCK))
    assert all("--hash=sha256:" in entry for entry in pinned)
