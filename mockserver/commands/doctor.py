"""`mockserver doctor`: whether this machine can run the fake and one runs; whether a data folder is sound."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ..errors import StartError
from .client import CommandError, add_server_arguments, call
from .settings_flags import add_settings, chosen_settings

HELP = "check the installation, the settings and a running server; or a data folder, and repair it"
OLDEST: Final = (3, 11)
PACKAGES: Final = (
    "argon2",
    "connexion",
    "duckdb",
    "faker",
    "flask",
    "jsonschema_rs",
    "orjson",
    "sqlglot",
    "tinydb",
    "uvicorn",
    "yaml",
)


def add_arguments(parser: ArgumentParser) -> None:
    """The settings to check, and where a server may run."""
    parser.add_argument("folder", nargs="?", help="a data folder to check instead; 1 where it is damaged")
    parser.add_argument(
        "--repair", action="store_true", help="save what can be read of the folder into a new file"
    )
    add_server_arguments(parser)
    add_settings(parser)


def run(options: Namespace) -> int:
    """Run every check; 1 where one fails."""
    if options.folder is not None:
        from .data_folder import check_folder

        return check_folder(Path(options.folder), repair=options.repair, as_json=options.json)
    if options.repair:
        raise StartError("--repair needs the data folder: mockserver doctor DIR --repair")
    checks: tuple[tuple[str, Callable[[Namespace], str]], ...] = (
        ("python", _python),
        ("packages", _packages),
        ("settings", _settings),
        ("contract", _contract),
        ("fixture", _fixture),
        ("events", _events),
        ("port", _port),
    )
    found = [_checked(name, check, options) for name, check in checks]
    found.append(_running(options))
    if options.json:
        print(json.dumps(found, indent=2))  # noqa: T201
    else:
        for one in found:
            print(f"{'ok  ' if one['ok'] else 'FAIL'}  {one['check']:9} {one['note']}")  # noqa: T201
    return 0 if all(one["ok"] for one in found) else 1


def _checked(name: str, check: Callable[[Namespace], str], options: Namespace) -> dict[str, object]:
    try:
        return {"check": name, "ok": True, "note": check(options)}
    except Exception as error:
        return {"check": name, "ok": False, "note": str(error)}


def _python(_: Namespace) -> str:
    if sys.version_info < OLDEST:
        raise CommandError("Python 3.11 or newer is needed")
    return sys.version.split()[0]


def _packages(_: Namespace) -> str:
    from importlib.util import find_spec

    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise CommandError(f"not installed: {', '.join(missing)}")
    return f"{len(PACKAGES)} found"


def _settings(options: Namespace) -> str:
    settings = chosen_settings(options)
    return f"profile {settings.profile}, fixture {settings.fixture}, seed {settings.seed}"


def _contract(_: Namespace) -> str:
    from ..http.contract import Contract
    from ..resource_files import bundled

    sizes = [len(Contract.load(bundled(f"spec/{name}.yaml")).operations) for name in ("openapi", "control")]
    return f"{sizes[0]} operations, {sizes[1]} of the control plane"


def _fixture(options: Namespace) -> str:
    from ..seeding.loader import load_fixture

    return f"{load_fixture(chosen_settings(options).fixture).path}"


def _events(options: Namespace) -> str:
    from ..analytics.opening import DUCKDB, event_stores

    settings = chosen_settings(options)
    event_stores(settings.events).close()
    return "in DuckDB, in memory" if settings.events == DUCKDB else "ClickHouse answers"


def _port(options: Namespace) -> str:
    from ..serving import open_socket

    settings = chosen_settings(options)
    place = f"{settings.host}:{settings.port}"
    try:
        open_socket(settings).close()
    except StartError:
        call(options, "GET", "/_mock/health")
        return f"{place} is taken by the server that runs"
    return f"{place} is free"


def _running(options: Namespace) -> dict[str, object]:
    """A server that answers; none is no fault, and one that does takes the port rightly."""
    try:
        health = call(options, "GET", "/_mock/health")
        return {"check": "server", "ok": True, "note": f"{options.url} runs version {health['version']}"}
    except CommandError as error:
        return {"check": "server", "ok": True, "note": f"{error}"}
