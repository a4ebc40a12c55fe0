"""Calling the control plane of a running server, with the standard library alone."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import Any, Final

DEFAULT_PORT: Final = "8129"
URL_VARIABLE: Final = "MOCKSERVER_URL"
TOKEN_VARIABLE: Final = "MOCKSERVER_CONTROL_TOKEN"  # noqa: S105


class CommandError(Exception):
    """A command that could not do its work; one line for a person."""


def add_server_arguments(parser: ArgumentParser) -> None:
    """The flags of every command that calls a running server."""
    port = os.environ.get("MOCKSERVER_PORT", DEFAULT_PORT)
    url = os.environ.get(URL_VARIABLE, f"http://127.0.0.1:{port}")
    parser.add_argument("--url", default=url, help=f"the running server (environment {URL_VARIABLE})")
    parser.add_argument(
        "--token",
        default=os.environ.get(TOKEN_VARIABLE),
        help=f"the control token, where the server asks for one (environment {TOKEN_VARIABLE})",
    )
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")


def add_project_argument(parser: ArgumentParser) -> None:
    """The flag that limits a command to one project."""
    parser.add_argument("--project", type=int, metavar="ID", help="only this project")


def call(
    options: Namespace,
    method: str,
    path: str,
    body: object = None,
    *,
    token: str | None = None,
    query: Mapping[str, object] | None = None,
) -> Any:
    """The JSON that the server answers; raises CommandError for a refusal or where nobody answers.

    `path` begins after the server's address; `token` takes the place of the control token.
    """
    from urllib.error import HTTPError, URLError
    from urllib.parse import urlencode
    from urllib.request import Request, urlopen

    asked = {key: value for key, value in (query or {}).items() if value is not None}
    address = f"{options.url.rstrip('/')}{path}" + (f"?{urlencode(asked)}" if asked else "")
    if not address.startswith(("http://", "https://")):
        raise CommandError(f"{options.url} is no address of a server; it begins with http://")
    headers = {"Accept": "application/json"}
    data = None
    if body is not None:
        data = json.dumps(body).encode()
        headers["Content-Type"] = "application/json"
    if token or options.token:
        headers["Authorization"] = f"Bearer {token or options.token}"
    request = Request(address, data=data, headers=headers, method=method)  # noqa: S310
    try:
        with urlopen(request, timeout=60) as answer:  # noqa: S310
            content = answer.read()
    except HTTPError as error:
        raise CommandError(_refusal(error.read(), error.code)) from None
    except (URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise CommandError(f"no server answers at {options.url}: {reason}") from None
    return json.loads(content) if content else None


def _refusal(content: bytes, status: int) -> str:
    try:
        problem = json.loads(content)
        where = f"{problem['field']}: " if problem.get("field") else ""
        return f"{where}{problem['detail']}"
    except (ValueError, KeyError, TypeError):
        return f"the server answered {status}"


def show(options: Namespace, value: object, lines: str) -> None:
    """Print an answer: as JSON where a script reads it, else the lines for a person."""
    print(json.dumps(value, indent=2) if options.json else lines)  # noqa: T201
