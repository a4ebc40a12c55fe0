"""`mockserver clock`: read and move the time of a running server."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from types import MappingProxyType
from typing import Any, Final

from .client import add_project_argument, add_server_arguments, call, show

HELP = "read, set, freeze or advance virtual time"

UNITS: Final = MappingProxyType({"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0})
SPAN: Final = re.compile(r"(\d+(?:\.\d+)?)([smhdw]?)")


def span(text: str) -> float:
    """Seconds in text such as `90`, `1.5h` or `1d12h`; raises ArgumentTypeError."""
    parts = SPAN.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ArgumentTypeError(f"{text!r} is no span of time; write 90, 1.5h or 1d12h")
    return sum(float(number) * UNITS[unit] for number, unit in parts)


def add_arguments(parser: ArgumentParser) -> None:
    """One sub-command each."""
    actions = parser.add_subparsers(dest="action", required=True)
    _action(actions, "show", "print the time")
    setting = _action(actions, "set", "show another time")
    setting.add_argument("now", help="a moment in ISO 8601")
    setting.add_argument("--rate", type=float, help="seconds to move a real second")
    freeze = _action(actions, "freeze", "stand still")
    freeze.add_argument("now", nargs="?", help="a moment in ISO 8601 (default: the present one)")
    advance = _action(actions, "advance", "jump ahead")
    advance.add_argument("span", type=span, help="90, 1.5h, 1d12h")
    _action(actions, "release", "run again as at the start, or follow the server's clock")


def _action(actions: Any, name: str, text: str) -> ArgumentParser:
    parser: ArgumentParser = actions.add_parser(name, help=text)
    add_server_arguments(parser)
    add_project_argument(parser)
    return parser


def run(options: Namespace) -> int:
    """Do what the sub-command says."""
    path = "/_mock/clock" if options.project is None else f"/_mock/projects/{options.project}/clock"
    if options.action == "show":
        found = call(options, "GET", path)
    elif options.action == "advance":
        found = call(options, "POST", f"{path}/advance", {"seconds": options.span})
    elif options.action == "release":
        found = call(options, "DELETE", path)
    else:
        frozen = True if options.action == "freeze" else None
        wanted = {"now": options.now, "frozen": frozen, "rate": getattr(options, "rate", None)}
        found = call(options, "PUT", path, {key: value for key, value in wanted.items() if value is not None})
    show(options, found, _lines(found))
    return 0


def _lines(found: Any) -> str:
    how = "frozen" if found["frozen"] else f"rate {found['rate']:g}"
    lines = [f"{found['now']} ({how})"]
    lines += [
        f"  {one['kind']} {one['id']}: {one['from']} -> {one['to']}" for one in found.get("changed", [])
    ]
    return "\n".join(lines)
