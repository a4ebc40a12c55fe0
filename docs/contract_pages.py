"""Pages about `contract-tests` that are made from the suite's own tables."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from contract_tests.checks import OF_MEANING
from contract_tests.cli_options import parser
from contract_tests.diff.changes import NOTES, TITLES
from contract_tests.drift.verdicts import TITLES as CLASSES
from mockserver.traffic.kinds import SCHEMA_RULES, STRUCTURAL

MADE: Final = "<!-- Made by docs/generate.py; edit the tables in the code instead. -->"


def contract_tests_page() -> str:
    """Each command of `contract-tests` with its flags, and every kind of violation, drift and change."""
    lines = ["# contract-tests", "", MADE, ""]
    lines += ["Exit status: 0 nothing that counts, 1 findings, 2 the call could not work.", ""]
    for name, command in _commands():
        lines += [f"## `contract-tests {name}`", "", f"{command.description}.", "", *_flags(command), ""]
    lines += ["## Kinds of violations in traffic", ""]
    lines += _table(
        ("Kind", "Severity", "What it says"),
        [(f"`{kind.name}`", kind.severity.value, kind.title) for kind in STRUCTURAL]
        + [(f"`{check.rule_id}`", "error", check.title) for check in OF_MEANING],
    )
    lines += [
        "",
        "An error in what was sent is a warning where the server refused it with a 4xx. Where a value",
        "breaks its schema, the kind is the part of the call (`path`, `query`, `header`, `request_body`,",
        "`response_body`), a dot, and the keyword:",
        "",
        *_table(("Keyword", "A value"), [(f"`{rule}`", text) for rule, text in SCHEMA_RULES.items()]),
        "",
        "## Classes of drift",
        "",
        *_table(
            ("Class", "Severity", "What it says"),
            [(f"`drift.{one.value}`", severity.value, title) for one, (title, severity) in CLASSES.items()],
        ),
        "",
        "## Kinds of changes between contracts",
        "",
        *_table(
            ("Kind", "Severity", "What it says"),
            [(f"`diff.{kind}`", "note" if kind in NOTES else "error", text) for kind, text in TITLES.items()],
        ),
    ]
    return "\n".join(lines) + "\n"


def _commands() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, command in action.choices.items():
                words = helps[name]
                command.description = words[:1].upper() + words[1:]
                yield name, command


def _flags(command: argparse.ArgumentParser) -> list[str]:
    rows = [
        (f"`{_name(action)}`", _values(action), action.help or "")
        for action in command._actions
        if not isinstance(action, argparse._HelpAction)
    ]
    return _table(("Argument", "Values", ""), rows)


def _name(action: argparse.Action) -> str:
    return ", ".join(action.option_strings) or str(action.metavar or action.dest)


def _values(action: argparse.Action) -> str:
    if action.choices is not None:
        return ", ".join(f"`{choice}`" for choice in action.choices)
    return f"`{action.metavar}`" if action.metavar and action.option_strings else ""


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    return [*lines, *(f"| {' | '.join(row)} |" for row in rows)]


PAGES: Final[Mapping[str, Callable[[], str]]] = {"reference/contract-tests.md": contract_tests_page}
