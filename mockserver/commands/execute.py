"""`mockserver exec -- COMMAND`: run a command against a server of its own."""

from __future__ import annotations

import os
import subprocess
from argparse import REMAINDER, ArgumentParser, Namespace

from .client import CommandError
from .settings_flags import add_settings, chosen_settings
from .variables import client_variables

HELP = "start a server on a free port, run a command that finds it, give its status"


def add_arguments(parser: ArgumentParser) -> None:
    """A flag for each setting, then the command."""
    add_settings(parser)
    parser.add_argument("words", nargs=REMAINDER, metavar="-- COMMAND", help="the command and its arguments")


def run(options: Namespace) -> int:
    """Serve while the command runs; its exit status."""
    words = options.words[1:] if options.words[:1] == ["--"] else options.words
    if not words:
        raise CommandError("name a command after --")
    settings = chosen_settings(options, port=0, log_requests="false")
    from ..serving import serve_meanwhile

    with serve_meanwhile(settings) as started:
        found = client_variables(started.url, started.credentials, started.api_token, started.control_token)
        try:
            return subprocess.run(words, env={**os.environ, **found}, check=False).returncode  # noqa: S603
        except OSError as error:
            raise CommandError(f"cannot run {words[0]}: {error.strerror}") from None
