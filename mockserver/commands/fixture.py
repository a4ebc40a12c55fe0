"""`mockserver fixture`: begin a fixture of one's own, check it, or make one from a real project."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from ..errors import StartError
from .client import CommandError

HELP = "begin a fixture of your own, check one, or make one from a real project"
KEY_VARIABLE: Final = "POSTHOG_PERSONAL_API_KEY"
USUAL_NAME: Final = "My company"


def add_arguments(parser: ArgumentParser) -> None:
    """One sub-command each."""
    actions = parser.add_subparsers(dest="action", required=True)
    _add_new(actions)
    _add_check(actions)
    _add_import(actions)


def _add_new(actions: Any) -> None:
    new = actions.add_parser("new", help="write a small fixture to begin with")
    new.add_argument("file", type=Path, help="the YAML file to write")
    new.add_argument("--name", help=f"what the project is called (default {USUAL_NAME})")
    new.add_argument("--from", dest="origin", metavar="FIXTURE", help="begin with another one, such as demo")
    new.add_argument("--force", action="store_true", help="write over a file that is there")


def _add_check(actions: Any) -> None:
    check = actions.add_parser("check", help="say what is wrong with a fixture, and what it holds")
    check.add_argument("files", type=Path, nargs="+", metavar="FILE", help="a YAML file")
    check.add_argument("--calculate", action="store_true", help="also run every insight's query")


def _add_import(actions: Any) -> None:
    taken = actions.add_parser(
        "import",
        help="make a fixture from a real project, with made-up names and values",
        description=f"Reads insights and dashboards with the key in {KEY_VARIABLE}, by GET alone, and writes "
        "a fixture in which names and values are made up. Events are not read.",
    )
    taken.add_argument("url", help="the server, such as https://eu.posthog.com")
    taken.add_argument("file", type=Path, help="the YAML file to write")
    taken.add_argument("--project", default="@current", help="its id (default: the key's own project)")
    taken.add_argument("--name", default=USUAL_NAME, help=f"what to call it here (default {USUAL_NAME})")
    taken.add_argument("--keep-titles", action="store_true", help="keep titles and descriptions")
    taken.add_argument(
        "--insights", type=int, default=1000, metavar="N", help="as many at most (default 1000)"
    )
    taken.add_argument("--seed", default="1", help="what made-up texts are drawn from (default 1)")
    taken.add_argument("--locale", default="en_US", help="Faker's locale (default en_US)")
    taken.add_argument("--force", action="store_true", help="write over a file that is there")


def run(options: Namespace) -> int:
    """Do what the sub-command says."""
    return ACTIONS[options.action](options)


def _new(options: Namespace) -> int:
    from ..seeding.fixture_writer import starter, write_text
    from ..seeding.reading import load_fixture

    if options.origin is not None:
        if options.name is not None:
            raise StartError(
                "--name goes with the small fixture, not with --from; change the name in the file"
            )
        text = load_fixture(options.origin).path.read_text("utf-8")
    else:
        text = starter(options.name or USUAL_NAME)
    write_text(options.file, text, replace=options.force)
    _say(f"wrote {options.file}; serve it with: mockserver --fixture {options.file} --watch true")
    return 0


def _check(options: Namespace) -> int:
    from ..seeding.checking import check_file

    status = 0
    for path in options.files:
        report = check_file(path)
        problems = list(report.problems)
        notes = list(report.notes)
        if options.calculate and not problems:
            from .fixture_trial import calculate_all

            failed, empty = calculate_all(path)
            problems += failed
            notes += empty
        for line in problems:
            _say(f"{path}: {line}")
        for line in notes:
            _say(f"{path}: note: {line}")
        if problems:
            status = 1
        else:
            _say(f"{path}: fine; {report.summary}")
    return status


def _import(options: Namespace) -> int:
    from ..clock import Clock
    from ..importing.project import read_project
    from ..importing.read_only import ReadError, ReadOnlyApi
    from ..seeding.anonymous import Anonymiser
    from ..seeding.checking import summary
    from ..seeding.fixture_writer import refuse_existing, write_fixture
    from ..seeding.harvested import harvested_fixture

    key = os.environ.get(KEY_VARIABLE)
    if not key:
        raise StartError(f"{KEY_VARIABLE} is not set; it holds a personal API key that may only read")
    refuse_existing(options.file, replace=options.force)
    try:
        harvest = read_project(ReadOnlyApi(options.url, key), options.project, insights=options.insights)
    except ReadError as error:
        raise CommandError(str(error)) from None
    anonymiser = Anonymiser(options.seed, options.locale, keep_titles=options.keep_titles)
    made = harvested_fixture(harvest, anonymiser, now=Clock().now(), name=options.name)
    write_fixture(options.file, made.content, comment=IMPORTED, replace=options.force)
    for line in made.left_out:
        _say(f"left out: {line}")
    _say(f"wrote {options.file}: {summary(made.content)}")
    return 0


IMPORTED: Final = "Made by `mockserver fixture import`. Look through it before you pass it on."
ACTIONS: Final[Mapping[str, Callable[[Namespace], int]]] = MappingProxyType(
    {"new": _new, "check": _check, "import": _import}
)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
