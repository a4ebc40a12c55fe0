"""`contract-tests drift`: the same story told to two servers."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime

from mockserver.traffic import TrafficChecker

from ..baseline import Baseline, read_baseline
from ..contract import Contract
from ..core.events import Outcome
from ..core.tape import Tape
from ..core.wire import Wire
from ..engine import Engine
from ..ledger import Ledger, ledger_folder
from ..options import RunOptions, is_wanted
from ..report.account import Account
from ..report.terminal import baseline_lines, finding_text
from ..report.writing import check_folders, write_reports
from ..target import Mode, Target
from ..verdict import Verdict, judge_run
from .options import SIDES, side_target
from .side import Side
from .telling import Telling, has_same_data, story


def find_drift(options: argparse.Namespace) -> int:
    """Tell the story to both: 0 no difference that counts, 1 differences; raises Misuse."""
    check_folders(options)
    baseline = read_baseline(options.baseline) if options.baseline else Baseline()
    targets = [side_target(options, side) for side in SIDES]
    started, clock = time.time(), time.monotonic()
    telling, leftovers = told(options, *targets)
    seconds = time.monotonic() - clock
    verdict = judge_run(telling.findings, baseline, datetime.now(UTC).date(), options.fail_on)
    write_reports(options, _account(telling, options, started, seconds), verdict)
    text = _summary(telling, verdict, leftovers, verbose=options.verbose)
    sys.stdout.write("\n".join(text.splitlines()[-2:]) + "\n" if options.quiet else text)
    return 0 if verdict.passed else 1


def told(options: argparse.Namespace, left: Target, right: Target) -> tuple[Telling, list[str]]:
    """The story as it went, and what could not be deleted after it; raises Misuse for a hopeless target."""
    contract = Contract()
    leftovers: list[str] = []
    with ExitStack() as stack:
        sides = [
            _side(stack, leftovers, name, target, contract, options.seed)
            for name, target in zip(SIDES, (left, right), strict=True)
        ]
        values = options.compare == "values" or (options.compare == "auto" and has_same_data(*sides))
        wanted = RunOptions(only=tuple(options.only), exclude=tuple(options.exclude))
        telling = Telling(
            sides[0],
            sides[1],
            contract,
            TrafficChecker.load(),
            values,
            lambda rule, operation: is_wanted(rule, (rule.split(".")[1], operation), wanted),
        )
        telling.tell(story(options.story))
    return telling, leftovers


def _side(
    stack: ExitStack, leftovers: list[str], name: str, target: Target, contract: Contract, seed: int
) -> Side:
    engine = Engine(target, RunOptions(), contract=contract)
    probe = engine.look()
    wire = Wire(target)
    stack.callback(wire.close)
    run_id = f"drift-{name}-{os.getpid()}-{int(time.time()):x}"
    path = ledger_folder() / f"{run_id}.jsonl" if target.mode is Mode.FULL else None
    ledger = Ledger(path)

    def clean() -> None:
        problems = ledger.clean(probe.companion)
        leftovers.extend(f"{name}: {problem}" for problem in problems)
        if not problems:
            ledger.finished()

    stack.callback(clean)
    caller = engine.caller(wire, Tape())
    if probe.project_id is not None:
        caller = caller.within(str(probe.project_id))
    # the same words on both sides, so that what is made can be compared
    kept = {"label": f"drift-{seed}", "project": caller.project}
    return Side(name, target, probe, caller, ledger, kept)


def _account(telling: Telling, options: argparse.Namespace, started: float, seconds: float) -> Account:
    urls = {"left": telling.left.target.base_url, "right": telling.right.target.base_url}
    profiles = {
        "left_profile": telling.left.probe.profile,
        "right_profile": telling.right.probe.profile,
        "story": options.story,
        "compared": "values" if telling.has_same_data else "shapes",
    }
    return Account(
        title="Drift",
        subject=f"{urls['left']} and {urls['right']}",
        head={**urls, **profiles, "seed": options.seed},
        facts={**profiles, "seed": options.seed},
        results=telling.results,
        coverage=list(telling.coverage.operations(telling.contract)),
        requests=telling.coverage.requests,
        started_at=started,
        seconds=seconds,
    )


def _summary(telling: Telling, verdict: Verdict, leftovers: list[str], *, verbose: bool) -> str:
    lines = [finding_text(finding, verbose=verbose) for finding in verdict.counted]
    lines += baseline_lines(verdict)
    skipped = [one for one in telling.results if one.outcome is Outcome.SKIPPED]
    reasons = Counter(one.reason for one in skipped)
    lines += [f"{number:5} skipped: {reason}" for reason, number in reasons.most_common()]
    if leftovers:
        lines.append("Left behind (run `contract-tests clean`): " + ", ".join(leftovers[:10]))
    kinds = Counter(finding.rule_id.split(".")[1] for finding in verdict.counted)
    counted = ", ".join(f"{number} {kind.replace('_', ' ')}" for kind, number in sorted(kinds.items()))
    compared = "values" if telling.has_same_data else "shapes"
    lines.append(
        f"{len(telling.results) - len(skipped)} steps told to both, {compared} compared; "
        f"differences: {counted or 'none'}"
    )
    lines.append("PASSED" if verdict.passed else "FAILED")
    return "\n".join(lines) + "\n"
