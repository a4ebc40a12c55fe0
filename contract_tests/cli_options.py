"""Flags of the command line, and how they become a target and options."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path
from typing import Final

from .diff.options import add_diff
from .drift.options import add_drift
from .errors import Misuse
from .options import RunOptions, Shard
from .rules import Cost
from .target import Login, Mode, Target, check_url, choose_mode, is_loopback
from .traffic.options import add_traffic

KEY_VARIABLE: Final = "CONTRACT_API_KEY"


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = argparse.ArgumentParser(
        prog="contract-tests",
        description="Says of any server whether it honours PostHog's Insights API contract.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="test a server", allow_abbrev=False)
    add_target(run)
    _add_selection(run)
    add_reports(run)
    probe = commands.add_parser("probe", help="look at a server: reachable, which profile, what can be tried")
    add_target(probe)
    clean = commands.add_parser("clean", help="delete what earlier runs have left behind")
    add_target(clean)
    listing = commands.add_parser("list", help="list the rules")
    listing.add_argument("--only", action="append", default=[], metavar="GLOB")
    listing.add_argument("--exclude", action="append", default=[], metavar="GLOB")
    traffic = commands.add_parser("traffic", help="hold recorded calls against the contract")
    add_traffic(traffic)
    add_reports(traffic)
    drift = commands.add_parser("drift", help="tell the same story to two servers and compare")
    add_drift(drift)
    add_reports(drift)
    diff = commands.add_parser("diff", help="what a new contract breaks, of everything or of calls seen")
    add_diff(diff)
    add_reports(diff)
    mutants = commands.add_parser("mutants", help="how many broken servers the suite tells apart")
    _add_mutants(mutants)
    return top


def add_target(command: argparse.ArgumentParser) -> None:
    """The flags that say where to look and how."""
    command.add_argument("url", help="base URL of the server, such as http://127.0.0.1:8129")
    group = command.add_argument_group("target")
    group.add_argument("--project", default="@current", help="project id; the key's current one without it")
    group.add_argument("--api-key", help=f"personal API key; better in {KEY_VARIABLE}")
    group.add_argument("--bare-key", help="a key without scopes (or CONTRACT_BARE_KEY)")
    group.add_argument("--second-project", help="another project of the same account")
    group.add_argument(
        "--login", metavar="EMAIL", help="account for what needs a session; password in CONTRACT_PASSWORD"
    )
    group.add_argument(
        "--mode", choices=[mode.value for mode in Mode], help="full on this machine, else read-only"
    )
    group.add_argument("--i-own-this-project", action="store_true", help="allow --mode full on another host")
    group.add_argument("--header", action="append", default=[], metavar="NAME:VALUE")
    group.add_argument("--timeout", type=_seconds, default=20.0, help="longest silence, in seconds (20)")
    group.add_argument("--answer-time", type=_seconds, default=60.0, help="longest time for an answer (60)")
    group.add_argument("--answer-size", type=_megabytes, default=16, help="largest answer, in MB (16)")
    group.add_argument("--rate-limit", type=_rate, metavar="N/m", help="requests a minute, or N/s")
    group.add_argument("--retries", type=_count, default=4, help="retries of a 429 or 503 (4)")
    group.add_argument("--insecure", action="store_true", help="do not check the server's certificate")
    group.add_argument("--ca-bundle", metavar="FILE", help="certificates to trust")
    group.add_argument("--client-certificate", metavar="FILE")
    group.add_argument(
        "--generation", choices=("docs", "current"), help="take the server for this generation"
    )


def _add_selection(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("what to run")
    group.add_argument("--depth", choices=[cost.value for cost in Cost], default=Cost.FULL.value)
    group.add_argument("--seed", type=int, default=1)
    group.add_argument("--workers", type=_positive, default=4)
    group.add_argument(
        "--only", action="append", default=[], metavar="GLOB", help="rule, subject or operation"
    )
    group.add_argument("--exclude", action="append", default=[], metavar="GLOB")
    group.add_argument("--shard", type=_shard, metavar="I/N", help="run one part of N")
    group.add_argument("--max-time", type=_seconds, metavar="SECONDS")
    group.add_argument("--no-generated", action="store_true", help="scenarios and relations only")
    group.add_argument("--no-scenarios", action="store_true", help="generated tests only")
    group.add_argument("--examples", type=_positive, help="generated examples an operation")


def add_reports(command: argparse.ArgumentParser) -> None:
    """The flags that say what counts and what is written."""
    group = command.add_argument_group("verdict and reports")
    group.add_argument("--baseline", type=Path, metavar="FILE", help="known findings, with reason and expiry")
    group.add_argument("--write-baseline", type=Path, metavar="FILE", help="write the findings down as known")
    group.add_argument("--fail-on", choices=("note", "warning", "error", "never"), default="warning")
    group.add_argument("--junit", type=Path, metavar="FILE")
    group.add_argument("--sarif", type=Path, metavar="FILE")
    group.add_argument("--json", type=Path, metavar="FILE")
    group.add_argument("--html", type=Path, metavar="FILE")
    group.add_argument(
        "--github",
        action="store_true",
        default=os.environ.get("GITHUB_ACTIONS") == "true",
        help="annotations for GitHub Actions",
    )
    group.add_argument("--verbose", action="store_true", help="whole answers")
    group.add_argument("--quiet", action="store_true", help="the last line only")


def _add_mutants(command: argparse.ArgumentParser) -> None:
    command.add_argument("--depth", choices=[cost.value for cost in Cost], default=Cost.FULL.value)
    command.add_argument("--only", action="append", default=[], metavar="GLOB", help="mutant or group")
    command.add_argument("--generation", choices=("docs", "current"), default="current")
    command.add_argument("--workers", type=_positive, default=2, help="servers at a time")
    command.add_argument("--seed", type=int, default=1)
    command.add_argument("--plain", action="store_true", help="score plain schemathesis on the same list too")
    command.add_argument("--examples", type=_positive, help="generated examples an operation")
    command.add_argument("--no-generated", action="store_true", help="scenarios and relations only")
    command.add_argument("--json", type=Path, metavar="FILE")
    command.add_argument(
        "--matrix", action="store_true", help="try every rule on every mutant, not up to the first kill"
    )
    command.add_argument("--minimum", type=float, default=0.0, help="fail below this score, in percent")


def target_of(options: argparse.Namespace) -> Target:
    """The target that the flags describe; raises Misuse."""
    url = check_url(options.url)
    key = options.api_key or os.environ.get(KEY_VARIABLE)
    if not key:
        raise Misuse(f"an API key is needed: --api-key or {KEY_VARIABLE}")
    if any(character in key for character in "\r\n") or not key.isascii():
        raise Misuse("the API key has characters that no key has")
    if not options.project.isdigit() and options.project != "@current":
        raise Misuse(f"--project takes a number or @current, not {options.project!r}")
    return Target(
        base_url=url,
        project=options.project,
        api_key=key,
        bare_key=options.bare_key or os.environ.get("CONTRACT_BARE_KEY"),
        second_project=options.second_project,
        login=_login(options),
        mode=choose_mode(options.mode, url, owned=options.i_own_this_project),
        headers=dict(_header(text) for text in options.header),
        timeout=options.timeout,
        answer_time=options.answer_time,
        answer_size=int(options.answer_size * 1_048_576),
        requests_a_minute=options.rate_limit,
        retries=options.retries,
        verify=options.ca_bundle or not options.insecure,
        certificate=options.client_certificate,
        control_token=os.environ.get("MOCKSERVER_CONTROL_TOKEN") if is_loopback(url) else None,
    )


def run_options_of(options: argparse.Namespace) -> RunOptions:
    """The choices that the flags make."""
    return RunOptions(
        depth=Cost(options.depth),
        seed=options.seed,
        workers=options.workers,
        only=tuple(options.only),
        exclude=tuple(options.exclude),
        shard=options.shard,
        max_time=options.max_time,
        generated=not options.no_generated,
        scenarios=not options.no_scenarios,
        profile=options.generation,
        examples=options.examples,
    )


def _login(options: argparse.Namespace) -> Login | None:
    if options.login is None:
        return None
    password = os.environ.get("CONTRACT_PASSWORD")
    if not password:
        raise Misuse("--login needs the password in CONTRACT_PASSWORD")
    return Login(options.login, password)


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name.strip()):
        raise Misuse(f"--header takes NAME:VALUE, not {name!r}")
    return name.strip(), value.strip()


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= 86_400:
        raise argparse.ArgumentTypeError("seconds are above 0")
    return seconds


def _megabytes(text: str) -> float:
    size = float(text)
    if not 0 < size <= 4096:
        raise argparse.ArgumentTypeError("a size is from 0 to 4096 MB")
    return size


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("a number is 0 or more")
    return number


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("a number is 1 or more")
    return number


def _rate(text: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)/([sm])", text)
    if match is None or float(match[1]) <= 0:
        raise argparse.ArgumentTypeError("a rate is like 240/m or 5/s")
    return float(match[1]) * (60 if match[2] == "s" else 1)


def _shard(text: str) -> Shard:
    match = re.fullmatch(r"(\d+)/(\d+)", text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise argparse.ArgumentTypeError("a shard is like 2/5")
    return int(match[1]), int(match[2])
