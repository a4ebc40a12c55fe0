"""`mockserver env`: the variables that point clients at a running server."""

from __future__ import annotations

import shlex
from argparse import ArgumentParser, Namespace

from .client import add_server_arguments, call, show
from .variables import client_variables

HELP = 'print variables for a shell: eval "$(mockserver env)"'


def add_arguments(parser: ArgumentParser) -> None:
    """Where the server is."""
    add_server_arguments(parser)


def run(options: Namespace) -> int:
    """Print them."""
    credentials = call(options, "GET", "/_mock/info")["credentials"]
    path = f"/api/projects/{credentials['project_id']}"
    project = call(options, "GET", path, token=credentials["api_key"])
    found = client_variables(options.url.rstrip("/"), credentials, project["api_token"], options.token)
    show(options, found, "\n".join(f"export {name}={shlex.quote(value)}" for name, value in found.items()))
    return 0
