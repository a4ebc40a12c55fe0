"""`mockserver serve`: start the fake."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from .settings_flags import add_settings, chosen_settings

HELP = "start the fake (the default)"


def add_arguments(parser: ArgumentParser) -> None:
    """A flag for each setting."""
    add_settings(parser)


def run(options: Namespace) -> int:
    """Serve until stopped."""
    settings = chosen_settings(options)
    from ..serving import serve

    return serve(settings)
