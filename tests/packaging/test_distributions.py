"""The wheel and the source distribution, built and looked into."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("mockserver", "contract_tests")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both, made as a front end makes them."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--directory", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Iterator[zipfile.ZipFile]:
    (path,) = built.glob("*.whl")
    with zipfile.ZipFile(path) as opened:
        yield opened


def tracked(*folders: str) -> set[str]:
    """The files of the repository below some folders."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *folders],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return {line for line in listed.stdout.splitlines() if (ROOT / line).is_file()}


def test_the_wheel_holds_both_packages_whole_the_contract_and_the_fixtures(wheel: zipfile.ZipFile) -> None:
    held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    bundled = {f"mockserver/bundled/{name}" for name in tracked("spec", "fixtures")}
    assert held == tracked(*PACKAGES) | bundled
    assert {f"{package}/py.typed" for package in PACKAGES} <= held


def test_the_wheel_says_what_it_needs_and_what_it_brings(wheel: zipfile.ZipFile) -> None:
    (metadata,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    said = Parser().parsestr(wheel.read(metadata).decode())
    assert said["Name"] == "posthog-insights-mock"
    assert said["Requires-Python"] == ">=3.11"
    extras = {"pytest", "contract", "metrics", "otel", "containers", "clickhouse"}
    assert extras <= set(said.get_all("Provides-Extra") or [])
    needed = [each for each in said.get_all("Requires-Dist") or [] if "extra ==" not in each]
    assert not [
        each
        for each in needed
        if each.startswith(("pytest", "prometheus", "opentelemetry", "testcontainers"))
    ]
    points = wheel.read(metadata.replace("METADATA", "entry_points.txt")).decode()
    assert "mockserver = mockserver.cli:main" in points
    assert "contract-tests = contract_tests.cli:main" in points
    assert "insights_mock = mockserver.testing.plugin" in points
    assert any(name.endswith("licenses/LICENSE") for name in wheel.namelist())


def test_the_source_distribution_holds_what_builds_and_tests_it(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as opened:
        held = {name.partition("/")[2] for name in opened.getnames()}
    wanted = tracked(
        "mockserver", "contract_tests", "spec", "fixtures", "tests", "docs", "examples", "changelog.d"
    )
    wanted |= {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "Makefile",
    }
    assert wanted - held == set()
    assert not [
        name for name in held if "node_modules" in name or "__pycache__" in name or name.startswith(".venv")
    ]


def test_the_readme_that_an_index_shows_is_the_projects(wheel: zipfile.ZipFile) -> None:
    (metadata,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    assert (ROOT / "README.md").read_text("utf-8").splitlines()[0] in wheel.read(metadata).decode()
