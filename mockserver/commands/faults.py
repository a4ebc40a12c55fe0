"""`mockserver faults`: list, add and remove fault rules of a running server."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from typing import Any

from .client import CommandError, add_project_argument, add_server_arguments, call, show

HELP = "list, add or remove failures on purpose"


def add_arguments(parser: ArgumentParser) -> None:
    """One sub-command each."""
    actions = parser.add_subparsers(dest="action", required=True)
    listed = actions.add_parser("list", help="name the rules and their hits")
    add = actions.add_parser("add", help="add a rule")
    add.add_argument("effect", help="`status=503; retry_after=2`, as in X-Mock-Fault, or the effect as JSON")
    add.add_argument("--operation", help="only this operation")
    add.add_argument("--method", help="only this method")
    add.add_argument("--path", help="only this path; * stands for any text")
    add.add_argument("--times", type=int, help="fire so often, then no more")
    add.add_argument("--probability", type=float, help="fire for this share of the requests")
    remove = actions.add_parser("remove", help="remove a rule")
    remove.add_argument("id", type=int, help="the rule's id")
    clear = actions.add_parser("clear", help="remove all rules")
    names = actions.add_parser("violations", help="name the contract violations that a rule may use")
    for each in (listed, add, remove, clear, names):
        add_server_arguments(each)
    for each in (listed, add, clear):
        add_project_argument(each)


def run(options: Namespace) -> int:
    """Do what the sub-command says."""
    if options.action == "list":
        found = call(options, "GET", "/_mock/faults", query={"project_id": options.project})
        show(options, found, "\n".join(map(_line, found)) or "none")
    elif options.action == "add":
        made = call(options, "POST", "/_mock/faults", _rule(options))
        show(options, made, _line(made))
    elif options.action == "remove":
        call(options, "DELETE", f"/_mock/faults/{options.id}")
        show(options, {"removed": options.id}, f"removed {options.id}")
    elif options.action == "clear":
        call(options, "DELETE", "/_mock/faults", query={"project_id": options.project})
        show(options, {"cleared": True}, "no rules left")
    else:
        found = call(options, "GET", "/_mock/contract-faults")
        show(options, found, "\n".join(f"{one['name']}\t{one['description']}" for one in found))
    return 0


def _rule(options: Namespace) -> dict[str, object]:
    match = {
        "operation_id": options.operation,
        "method": options.method,
        "path": options.path,
        "project_id": options.project,
    }
    wanted = {
        "match": {key: value for key, value in match.items() if value is not None},
        "effect": _effect(options.effect),
        "times": options.times,
        "probability": options.probability,
    }
    return {key: value for key, value in wanted.items() if value is not None}


def _effect(text: str) -> Any:
    from ..control.fault_header import parse_effect

    try:
        return json.loads(text) if text.lstrip().startswith("{") else parse_effect(text)
    except ValueError as error:
        raise CommandError(f"effect: {error}") from None


def _line(rule: Any) -> str:
    effect = json.dumps(rule["effect"])
    match = json.dumps(rule["match"])
    return f"{rule['id']}\thits {rule['hits']}\t{effect}\twhere {match}"
