"""The command line: `mockserver [serve] [flags]`. What a command needs is imported when it runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from .errors import StartError
from .settings import SETTINGS, load_settings

COMMANDS = ("serve", "spec")


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands; its flags are the rows of `SETTINGS`."""
    parser = argparse.ArgumentParser(
        prog="mockserver",
        description="A local, stateful, seeded fake of PostHog's Insights API.",
    )
    parser.add_argument("--version", action="store_true", help="print the version and stop")
    commands = parser.add_subparsers(dest="command", metavar="{serve,spec}")
    serve = commands.add_parser("serve", help="start the fake (the default)")
    serve.add_argument("--config", metavar="FILE", help="a TOML file of settings")
    for setting in SETTINGS:
        serve.add_argument(
            setting.flag,
            dest=setting.name,
            metavar=setting.name.upper(),
            help=f"{setting.help} (default {setting.default}; environment {setting.variable})",
        )
    spec = commands.add_parser("spec", help="print the contract")
    spec.add_argument("--format", choices=("yaml", "json"), default="yaml")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 fine, 2 a usage error or a server that can't start."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or (given[0] not in COMMANDS and given[0] not in ("-h", "--help", "--version")):
        given.insert(0, "serve")
    options = build_parser().parse_args(given)
    if options.version:
        from importlib.metadata import version

        print(f"mockserver {version('posthog-insights-mock')}")  # noqa: T201
        return 0
    try:
        return _spec(options) if options.command == "spec" else _serve(options)
    except StartError as error:
        print(f"mockserver: {error}", file=sys.stderr)  # noqa: T201
        return 2


def _spec(options: argparse.Namespace) -> int:
    from .resource_files import bundled

    text = bundled("spec/openapi.yaml").read_text("utf-8")
    if options.format == "json":
        import json

        import yaml

        text = json.dumps(yaml.safe_load(text), indent=2) + "\n"
    sys.stdout.write(text)
    return 0


def _serve(options: argparse.Namespace) -> int:
    flags = {setting.name: getattr(options, setting.name) for setting in SETTINGS}
    settings = load_settings(flags, file=Path(options.config) if options.config else None)
    from .serving import serve

    return serve(settings)


if __name__ == "__main__":
    sys.exit(main())
