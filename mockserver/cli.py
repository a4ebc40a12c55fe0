"""The command line: `mockserver [serve] [flags]`, or another command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from .commands import NAMES, command
from .commands.client import CommandError
from .errors import StartError

DEFAULT = "serve"
OWN_FLAGS = ("-h", "--help", "--version")


def build_parser(names: Sequence[str] = NAMES) -> argparse.ArgumentParser:
    """The parser of all commands, or of some."""
    parser = argparse.ArgumentParser(
        prog="mockserver",
        description="A local, stateful, seeded fake of PostHog's Insights API.",
        epilog="Without a command, `serve`. Each command explains itself with --help.",
    )
    parser.add_argument("--version", action="store_true", help="print the version and stop")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name in names:
        module = command(name)
        module.add_arguments(commands.add_parser(name, help=module.HELP, description=module.HELP))
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 fine, 1 it could not do its work, 2 a usage error or a server that can't start."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or (given[0] not in NAMES and given[0] not in OWN_FLAGS):
        given.insert(0, DEFAULT)
    # only the command that is named needs its flags known
    parser = build_parser((given[0],) if given[0] in NAMES else NAMES)
    options = parser.parse_args(given)
    if options.version:
        from importlib.metadata import version

        print(f"mockserver {version('posthog-insights-mock')}")  # noqa: T201
        return 0
    try:
        return command(options.command).run(options)
    except CommandError as error:
        print(f"mockserver: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except StartError as error:
        print(f"mockserver: {error}", file=sys.stderr)  # noqa: T201
        return 2


if __name__ == "__main__":
    sys.exit(main())
