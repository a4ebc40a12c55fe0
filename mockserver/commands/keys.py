"""`mockserver keys create`: make a personal API key on a running server."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from .client import add_project_argument, add_server_arguments, call, show

HELP = "make a personal API key"


def add_arguments(parser: ArgumentParser) -> None:
    """What the key may do."""
    actions = parser.add_subparsers(dest="action", required=True)
    create = actions.add_parser("create", help="make one and print its value")
    add_server_arguments(create)
    add_project_argument(create)
    create.add_argument("scopes", nargs="*", default=["*"], help="such as insight:read (default: *)")
    create.add_argument("--user", type=int, metavar="ID", help="whose (default: the project's first user)")
    create.add_argument("--label", help="how it is listed")
    create.add_argument("--only-this-project", action="store_true", help="let it reach no other project")


def run(options: Namespace) -> int:
    """Make the key."""
    project = options.project
    if project is None:
        project = call(options, "GET", "/_mock/info")["credentials"]["project_id"]
    wanted = {
        "scopes": options.scopes,
        "user_id": options.user,
        "label": options.label,
        "scoped_teams": [project] if options.only_this_project else None,
    }
    body = {key: value for key, value in wanted.items() if value is not None}
    made = call(options, "POST", f"/_mock/projects/{project}/keys", body)
    show(options, made, made["value"])
    return 0
