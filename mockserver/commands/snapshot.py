"""`mockserver snapshot`: save, restore, compare, export and import the state of a running server."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .client import CommandError, add_server_arguments, call, show

HELP = "save, restore, compare, export and import the whole state"


def add_arguments(parser: ArgumentParser) -> None:
    """One sub-command each."""
    actions = parser.add_subparsers(dest="action", required=True)
    save = _action(actions, "save", "keep the present state under a name")
    save.add_argument("--replace", action="store_true", help="take the place of one with this name")
    _action(actions, "restore", "go back to a state")
    _action(actions, "delete", "forget a state")
    diff = _action(actions, "diff", "what differs between two states")
    diff.add_argument("other", nargs="?", default="current", help="the other one (default: the present)")
    export = _action(actions, "export", "write a state as JSON (`current` is the present one)")
    export.add_argument("file", nargs="?", default="-", help="where to (default: standard output)")
    export.add_argument("--secrets", action="store_true", help="with session secrets and sharing tokens")
    taken = _action(actions, "import", "read a state from JSON")
    taken.add_argument("file", nargs="?", default="-", help="where from (default: standard input)")
    taken.add_argument("--restore", action="store_true", help="and go to it at once")
    listed = actions.add_parser("list", help="name the states that are kept")
    add_server_arguments(listed)


def _action(actions: Any, name: str, text: str) -> ArgumentParser:
    parser: ArgumentParser = actions.add_parser(name, help=text)
    add_server_arguments(parser)
    parser.add_argument("name", help="the snapshot's name")
    return parser


def run(options: Namespace) -> int:
    """Do what the sub-command says."""
    path = f"/_mock/snapshots/{quote(options.name, safe='')}" if options.action != "list" else ""
    if options.action == "save":
        made = call(options, "POST", "/_mock/snapshots", {"name": options.name, "replace": options.replace})
        show(options, made, f"saved {made['name']}")
    elif options.action == "restore":
        show(options, call(options, "POST", f"{path}/restore", {}), f"restored {options.name}")
    elif options.action == "delete":
        call(options, "DELETE", path)
        show(options, {"deleted": options.name}, f"deleted {options.name}")
    elif options.action == "diff":
        found = call(options, "GET", f"{path}/diff/{quote(options.other, safe='')}")
        show(options, found, _difference(found))
        return 0 if found["same"] else 1
    elif options.action == "list":
        found = call(options, "GET", "/_mock/snapshots")
        show(options, found, "\n".join(f"{one['name']}\t{one['created_at']}" for one in found) or "none")
    elif options.action == "export":
        _export(options, path)
    else:
        _import(options, path)
    return 0


def _export(options: Namespace, path: str) -> None:
    found = call(options, "GET", path, query={"secrets": "true" if options.secrets else None})
    text = json.dumps(found, indent=1, sort_keys=True) + "\n"
    if options.file == "-":
        sys.stdout.write(text)
    else:
        Path(options.file).write_text(text, "utf-8")


def _import(options: Namespace, path: str) -> None:
    try:
        text = sys.stdin.read() if options.file == "-" else Path(options.file).read_text("utf-8")
        document = json.loads(text)
    except (OSError, ValueError) as error:
        raise CommandError(f"cannot read {options.file}: {error}") from None
    made = call(options, "PUT", path, document)
    if options.restore:
        call(options, "POST", f"{path}/restore", {})
    show(options, made, f"imported {made['name']}")


def _difference(found: Any) -> str:
    lines = [
        f"{sign} {table} {one['id']} {one['name'] or ''}".rstrip()
        for table, changes in found["tables"].items()
        for sign, kind in (("+", "added"), ("-", "removed"), ("~", "changed"))
        for one in changes[kind]
    ]
    return "\n".join(lines) or "no difference"
