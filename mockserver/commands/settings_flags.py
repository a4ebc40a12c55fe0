"""The rows of `SETTINGS` as flags, for the commands that start a server."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from ..settings import SETTINGS, Settings, load_settings


def add_settings(parser: ArgumentParser) -> None:
    """One flag a setting, and `--config`."""
    parser.add_argument("--config", metavar="FILE", help="a TOML file of settings")
    for setting in SETTINGS:
        parser.add_argument(
            setting.flag,
            dest=setting.name,
            metavar=setting.name.upper(),
            help=f"{setting.help} (default {setting.default}; environment {setting.variable})",
        )


def chosen_settings(options: Namespace, **defaults: object) -> Settings:
    """The settings that flags, environment and file give; `defaults` take the place of absent flags."""
    flags = {setting.name: getattr(options, setting.name) for setting in SETTINGS}
    given = {**flags, **{name: value for name, value in defaults.items() if flags[name] is None}}
    return load_settings(given, file=Path(options.config) if options.config else None)
