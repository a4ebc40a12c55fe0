"""`mockserver completion`: a script that lets a shell complete commands and flags."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

HELP = 'print a completion script: eval "$(mockserver completion bash)"'


def add_arguments(parser: ArgumentParser) -> None:
    """For which shell."""
    parser.add_argument("shell", choices=("bash", "zsh", "tcsh"))


def run(options: Namespace) -> int:
    """Print it."""
    import shtab

    from ..cli import build_parser

    sys.stdout.write(shtab.complete(build_parser(), shell=options.shell) + "\n")
    return 0
