"""`contract-tests traffic`: recorded calls held against the contract."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from mockserver.resource_files import bundled
from mockserver.traffic import Exchange, TrafficChecker

from ..baseline import Baseline, read_baseline
from ..contract import SHOWN_PATH, Contract
from ..errors import Misuse
from ..options import RunOptions, is_wanted
from ..report.account import Account
from ..report.writing import check_folders, write_reports
from ..verdict import judge_run
from .gathering import Gathered
from .har import read_har
from .lines import read_lines
from .summary import summary


def check_traffic(options: argparse.Namespace) -> int:
    """Look at the calls that the flags name: 0 nothing that counts, 1 findings; raises Misuse."""
    if bool(options.files) == options.stdin:
        raise Misuse("name HAR files, or give calls with --stdin; one of the two")
    check_folders(options)
    baseline = read_baseline(options.baseline) if options.baseline else Baseline()
    started, clock = time.time(), time.monotonic()
    gathered = gather(options, _calls(options))
    seconds = time.monotonic() - clock
    if not gathered.of_contract:
        raise Misuse(_nothing(gathered))
    today = datetime.now(UTC).date()
    verdict = judge_run(gathered.findings, baseline, today, options.fail_on)
    account = account_of(gathered, _subject(options), started, seconds)
    write_reports(options, account, verdict)
    text = summary(gathered, verdict, seconds, verbose=options.verbose)
    sys.stdout.write("\n".join(text.splitlines()[-2:]) + "\n" if options.quiet else text)
    return 0 if verdict.passed else 1


def gather(options: argparse.Namespace, calls: Iterable[Exchange]) -> Gathered:
    """Look at calls as the flags say; raises Misuse for a contract that cannot be read."""
    path = options.contract or bundled(SHOWN_PATH)
    try:
        contract = Contract(path)
        checker = TrafficChecker.load(path, bases=options.server, strict=options.strict_paths)
    except OSError as error:
        raise Misuse(f"cannot read the contract {path}: {error.strerror}") from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Misuse(f"{path} is no OpenAPI 3.0 contract: {type(error).__name__}: {error}") from None
    wanted = RunOptions(only=tuple(options.only), exclude=tuple(options.exclude))
    gathered = Gathered(checker, contract, lambda rule, operation: is_wanted(rule, (operation,), wanted))
    gathered.add_all(calls)
    return gathered


def _calls(options: argparse.Namespace) -> Iterator[Exchange]:
    if options.stdin:
        yield from read_lines(sys.stdin.buffer, "standard input")
    for path in options.files:
        yield from read_har(path)


def _subject(options: argparse.Namespace) -> str:
    return "standard input" if options.stdin else ", ".join(path.name for path in options.files)


def _nothing(gathered: Gathered) -> str:
    if not gathered.calls:
        return "there is no call in it"
    return (
        f"none of the {gathered.calls} calls is one that the contract has; --strict-paths and --server choose"
    )


def account_of(gathered: Gathered, subject: str, started: float, seconds: float) -> Account:
    """What reports tell of the calls."""
    places = {place.value: number for place, number in sorted(gathered.places.items())}
    counts = {
        "calls": gathered.calls,
        "of_contract": gathered.of_contract,
        "without_answer": gathered.unanswered,
        "without_body": gathered.bodiless,
        "places": places,
    }
    return Account(
        title="Contract traffic",
        subject=subject,
        head={"source": subject, "calls": counts},
        facts={"calls": gathered.calls, "of the contract": gathered.of_contract, **places},
        results=gathered.results(),
        coverage=list(gathered.coverage.operations(gathered.contract)),
        requests=gathered.of_contract,
        started_at=started,
        seconds=seconds,
    )
