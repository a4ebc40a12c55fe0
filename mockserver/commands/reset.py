"""`mockserver reset`: bring a running server back to its seed."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from .client import add_project_argument, add_server_arguments, call, show

HELP = "bring a running server back to its seed"


def add_arguments(parser: ArgumentParser) -> None:
    """What to bring back, and to what."""
    add_server_arguments(parser)
    add_project_argument(parser)
    parser.add_argument("--fixture", help="another fixture than the server's")
    parser.add_argument("--seed", help="another seed than the server's")


def run(options: Namespace) -> int:
    """Reset the server, or one project."""
    if options.project is not None:
        made = call(options, "POST", f"/_mock/projects/{options.project}/reset", {})
        show(options, made, f"project {made['id']} ({made['name']}) is back at its beginning")
        return 0
    wanted = {"fixture": options.fixture, "seed": options.seed}
    made = call(options, "POST", "/_mock/reset", {key: value for key, value in wanted.items() if value})
    show(
        options, made, f"back at fixture {made['fixture']}, seed {made['seed']}, digest {made['digest'][:16]}"
    )
    return 0
