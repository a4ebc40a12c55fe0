"""`mockserver jobs`: list and move background queries of a running server."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any, Final
from urllib.parse import quote

from .client import add_project_argument, add_server_arguments, call, show

HELP = "list background queries, or move one"
TARGETS: Final = ("running", "complete", "error", "cancelled", "expired")


def add_arguments(parser: ArgumentParser) -> None:
    """List, or move one."""
    actions = parser.add_subparsers(dest="action", required=True)
    listed = actions.add_parser("list", help="name them and their states")
    add_server_arguments(listed)
    add_project_argument(listed)
    listed.add_argument("--state", help="only those in this state")
    move = actions.add_parser("move", help="put one in another state")
    add_server_arguments(move)
    move.add_argument("job", help="a job's id or query id")
    move.add_argument("to", choices=TARGETS)
    move.add_argument("--message", help="the text of a failure")


def run(options: Namespace) -> int:
    """Do what the sub-command says."""
    if options.action == "list":
        asked = {"project_id": options.project, "state": options.state}
        found = call(options, "GET", "/_mock/jobs", query=asked)
        show(options, found, "\n".join(map(_line, found)) or "none")
        return 0
    body = {"to": options.to, **({"error_message": options.message} if options.message else {})}
    moved = call(options, "POST", f"/_mock/jobs/{quote(options.job, safe='')}/transition", body)
    show(options, moved, _line(moved))
    return 0


def _line(job: Any) -> str:
    return f"{job['id']}\t{job['state']}\tproject {job['project_id']}\t{job['query_id']}"
