"""Flags of `contract-tests drift`."""

from __future__ import annotations

import argparse
import os

from ..errors import Misuse
from ..target import Login, Mode, Target, check_url, choose_mode, is_loopback

SIDES = ("left", "right")
STORIES = ("read-only", "full")
KEY_VARIABLE = "CONTRACT_API_KEY"


def add_drift(command: argparse.ArgumentParser) -> None:
    """The flags that say which servers to compare, and by which story."""
    for side in SIDES:
        group = command.add_argument_group(f"the {side} server")
        group.add_argument(f"--{side}", required=True, metavar="URL", help="its base URL")
        group.add_argument(
            f"--{side}-key",
            metavar="KEY",
            help=f"personal API key; better in CONTRACT_{side.upper()}_API_KEY, or {KEY_VARIABLE} for both",
        )
        group.add_argument(f"--{side}-project", default="@current", metavar="ID", help="project id")
        group.add_argument(
            f"--{side}-login",
            metavar="EMAIL",
            help=f"account for what needs a session; password in CONTRACT_{side.upper()}_PASSWORD",
        )
    group = command.add_argument_group("the story")
    group.add_argument("--story", choices=STORIES, default="read-only", help="full makes objects of its own")
    group.add_argument(
        "--i-own-these-projects", action="store_true", help="allow --story full on another host"
    )
    group.add_argument(
        "--compare",
        choices=("auto", "values", "shapes"),
        default="auto",
        help="values where both hold the same insights (auto), always, or never",
    )
    group.add_argument("--seed", type=int, default=1, help="names of what the story makes")
    group.add_argument("--only", action="append", default=[], metavar="GLOB", help="class, or operation")
    group.add_argument("--exclude", action="append", default=[], metavar="GLOB")
    group.add_argument("--timeout", type=float, default=20.0, help="longest silence, in seconds (20)")
    group.add_argument("--insecure", action="store_true", help="do not check certificates")
    group.add_argument("--ca-bundle", metavar="FILE", help="certificates to trust")


def side_target(options: argparse.Namespace, side: str) -> Target:
    """One of the two servers; raises Misuse."""
    url = check_url(getattr(options, side))
    variable = f"CONTRACT_{side.upper()}_API_KEY"
    key = getattr(options, f"{side}_key") or os.environ.get(variable) or os.environ.get(KEY_VARIABLE)
    if not key:
        raise Misuse(f"the {side} server needs an API key: --{side}-key or {variable}")
    project = getattr(options, f"{side}_project")
    if not project.isdigit() and project != "@current":
        raise Misuse(f"--{side}-project takes a number or @current, not {project!r}")
    asked = Mode.FULL if options.story == "full" else Mode.READ_ONLY
    return Target(
        base_url=url,
        project=project,
        api_key=key,
        login=_login(options, side),
        mode=_mode(asked, url, owned=options.i_own_these_projects),
        timeout=options.timeout,
        verify=options.ca_bundle or not options.insecure,
        control_token=os.environ.get("MOCKSERVER_CONTROL_TOKEN") if is_loopback(url) else None,
    )


def _mode(asked: Mode, url: str, *, owned: bool) -> Mode:
    try:
        return choose_mode(asked.value, url, owned=owned)
    except Misuse:
        raise Misuse(
            f"--story full makes and deletes objects on {url}; add --i-own-these-projects to allow that"
        ) from None


def _login(options: argparse.Namespace, side: str) -> Login | None:
    email = getattr(options, f"{side}_login")
    if email is None:
        return None
    variable = f"CONTRACT_{side.upper()}_PASSWORD"
    password = os.environ.get(variable)
    if not password:
        raise Misuse(f"--{side}-login needs the password in {variable}")
    return Login(email, password)
