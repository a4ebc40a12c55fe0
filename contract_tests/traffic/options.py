"""Flags of `contract-tests traffic`."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_traffic(command: argparse.ArgumentParser) -> None:
    """The flags that say which calls to look at."""
    command.add_argument(
        "files", nargs="*", type=Path, metavar="FILE.har", help="HAR files, gzipped ones too"
    )
    group = command.add_argument_group("what to look at")
    group.add_argument("--stdin", action="store_true", help="read calls from standard input, one JSON a line")
    group.add_argument(
        "--server",
        action="append",
        default=[],
        metavar="URL",
        help="only calls to this server (any whose path is the contract's without it); may be repeated",
    )
    group.add_argument(
        "--strict-paths", action="store_true", help="a call that the contract does not have is a violation"
    )
    group.add_argument("--contract", type=Path, metavar="FILE", help="another OpenAPI 3.0 contract, in YAML")
    group.add_argument(
        "--only", action="append", default=[], metavar="GLOB", help="kind of violation, or operation"
    )
    group.add_argument("--exclude", action="append", default=[], metavar="GLOB")
