"""Nothing that a user can set, call or meet is left undocumented."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.cli import build_parser
from mockserver.control.problems import PROBLEMS
from mockserver.errors import CATALOGUE, HAND_MADE, PLAIN
from mockserver.http.contract import read_document
from mockserver.http.contract_faults import contract_faults
from mockserver.refresh.diagram import mermaid
from mockserver.resource_files import bundled
from mockserver.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
METHODS = ("get", "put", "post", "patch", "delete")


def page(name: str) -> str:
    return (REFERENCE / name).read_text("utf-8")


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_each_setting_is_documented(setting: object) -> None:
    text = page("settings.md")

    assert f"`{setting.flag}`" in text  # type: ignore[attr-defined]
    assert f"`{setting.variable}`" in text  # type: ignore[attr-defined]


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from parsers(inner)


def test_each_flag_of_each_command_is_documented() -> None:
    text = page("cli.md") + page("settings.md")

    for parser in parsers(build_parser()):
        if parser.prog != "mockserver":
            assert f"`{parser.prog}`" in text
            flags = [flag for action in parser._actions for flag in action.option_strings]
            missing = [flag for flag in flags if flag not in ("-h", "--help") and f"`{flag}`" not in text]
            assert not missing, parser.prog


def test_each_environment_variable_in_the_code_is_documented() -> None:
    text = page("cli.md") + page("settings.md")
    named = {
        name
        for file in (ROOT / "mockserver").rglob("*.py")
        for name in re.findall(r"\bMOCKSERVER_[A-Z_]*[A-Z]\b", file.read_text("utf-8"))
    }

    assert [name for name in sorted(named) if f"`{name}`" not in text] == []


def test_each_control_route_is_documented() -> None:
    text = page("control.md")

    for name in ("control", "proxy"):
        for path, item in read_document(bundled(f"spec/{name}.yaml"))["paths"].items():
            for method in METHODS:
                if method in item:
                    assert f"`{method.upper()} {path}`" in text


def test_each_error_is_documented() -> None:
    text = page("errors.md")

    assert [name for name in (*CATALOGUE, *HAND_MADE, *PLAIN, *PROBLEMS) if f"`{name}`" not in text] == []


def test_each_contract_violation_and_the_state_machine_are_documented() -> None:
    text = page("control.md")

    assert all(f"`{name}`" in text for name in contract_faults())
    assert mermaid() in text
