"""Flags of `contract-tests diff`."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_diff(command: argparse.ArgumentParser) -> None:
    """The flags that say which contracts to compare, and by which calls."""
    command.add_argument("old", type=Path, metavar="OLD.yaml", help="the contract that clients keep to")
    command.add_argument("new", type=Path, metavar="NEW.yaml", help="the contract that is to come")
    group = command.add_argument_group("what counts")
    group.add_argument(
        "--calls",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="calls that must not break: HAR, JSON lines, or the answer of GET /_mock/requests",
    )
    group.add_argument("--only", action="append", default=[], metavar="GLOB", help="kind, or operation")
    group.add_argument("--exclude", action="append", default=[], metavar="GLOB")
