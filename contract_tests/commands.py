"""What each command does."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from .baseline import Baseline, read_baseline
from .cli_options import run_options_of, target_of
from .core.events import Event
from .core.tape import Tape
from .core.wire import Wire
from .engine import Engine
from .errors import Misuse
from .options import RunOptions, selected
from .report import terminal
from .report.account import account_of
from .report.writing import check_folders, write_reports
from .rules import Need, catalogue
from .target import Mode
from .verdict import judge_run


def run_command(options: argparse.Namespace) -> int:
    """Test a server: 0 passed, 1 failed, 2 stopped by hand before anything was found."""
    baseline = read_baseline(options.baseline) if options.baseline else Baseline()
    target = target_of(options)
    check_folders(options)
    listen = _silent if options.quiet else terminal.Progress()
    report = Engine(target, run_options_of(options), listen=listen).run()
    now = datetime.now(UTC)
    verdict = judge_run(report.findings, baseline, now.date(), options.fail_on)
    write_reports(options, account_of(report), verdict)
    text = terminal.summary(report, verdict, verbose=options.verbose)
    sys.stdout.write("\n".join(text.splitlines()[-2:]) + "\n" if options.quiet else text)
    if not verdict.passed:
        return 1
    return 2 if report.was_interrupted else 0


def _silent(_: Event) -> None:
    return


def probe_command(options: argparse.Namespace) -> int:
    """Say what a server is and what can be tried on it."""
    target = target_of(options)
    found = Engine(target, RunOptions(profile=options.generation)).look()
    lines = [f"{target.base_url} answers; project {target.project} has {found.insights} insights"]
    lines.append(f"profile   {found.profile}")
    lines += [f"          {vote:8} says {signal}" for signal, vote in found.signals.items()]
    lines.append(f"mode      {target.mode.value}")
    if found.companion is not None:
        lines.append("control   the fake's control plane answers")
    lines += [f"cannot    {reason}" for need, reason in found.missing.items() if need is not Need.EVENTS]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def clean_command(options: argparse.Namespace) -> int:
    """Delete what earlier runs have left behind: 0 all gone, 1 something is left."""
    from .cleaning import clean

    target = target_of(options)
    if target.mode is Mode.READ_ONLY:
        raise Misuse("cleaning deletes objects; add --mode full and, on another host, --i-own-this-project")
    engine = Engine(target, RunOptions())
    engine.look()
    wire = Wire(target)
    try:
        deleted, problems = clean(target, engine.caller(wire, Tape()))
    finally:
        wire.close()
    sys.stdout.write(f"{deleted} objects deleted\n")
    sys.stdout.write("".join(f"could not delete {problem}\n" for problem in problems))
    return 1 if problems else 0


def traffic_command(options: argparse.Namespace) -> int:
    """Hold recorded calls against the contract: 0 nothing wrong, 1 findings."""
    from .traffic.command import check_traffic

    return check_traffic(options)


def drift_command(options: argparse.Namespace) -> int:
    """Tell the same story to two servers: 0 no difference that counts, 1 differences."""
    from .drift.command import find_drift

    return find_drift(options)


def diff_command(options: argparse.Namespace) -> int:
    """Say what a new contract breaks: 0 nothing, 1 something."""
    from .diff.command import compare_contracts

    return compare_contracts(options)


def list_command(options: argparse.Namespace) -> int:
    """List the rules."""
    wanted = RunOptions(only=tuple(options.only), exclude=tuple(options.exclude))
    for rule in selected(catalogue(), wanted):
        notes = [rule.cost.value, *rule.profiles, *("alone" for _ in range(rule.alone))]
        sys.stdout.write(f"{rule.rule_id}  ({', '.join(notes)})\n    {rule.title}\n")
    return 0


def mutants_command(options: argparse.Namespace) -> int:
    """Score the suite on broken servers: 0 at or above --minimum, 1 below."""
    from .mutants.command import score

    return score(options)
