"""`contract-tests diff`: what a new contract breaks."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from mockserver.http.contract import Contract as ReadContract
from mockserver.http.contract_lines import ContractLines
from mockserver.traffic import Exchange, TrafficChecker

from ..baseline import Baseline, read_baseline
from ..core.events import RuleResult, outcome_of
from ..errors import Misuse
from ..findings import Finding, merge
from ..options import RunOptions, is_wanted
from ..redaction import Redaction
from ..report.account import Account
from ..report.terminal import baseline_lines, finding_text
from ..report.writing import check_folders, write_reports
from ..traffic.converted import core_exchange, without_secrets
from ..verdict import Verdict, judge_run
from .calls import Seen, read_calls
from .changes import TITLES, Change, Comparison


def compare_contracts(options: argparse.Namespace) -> int:
    """Compare: 0 nothing breaks, 1 something does; raises Misuse."""
    check_folders(options)
    baseline = read_baseline(options.baseline) if options.baseline else Baseline()
    started, clock = time.time(), time.monotonic()
    old, new = _contract(options.old), _contract(options.new)
    changes = list(Comparison(old, new).changes())
    lines = ContractLines(options.old), ContractLines(options.new)
    seen = _seen(options, old, new) if options.calls else None
    broken = ((one, 1, None) for one in changes) if seen is None else seen.breaking(changes)
    wanted = RunOptions(only=tuple(options.only), exclude=tuple(options.exclude))
    found = merge(
        [
            _finding(change, number, call, lines)
            for change, number, call in broken
            if is_wanted(f"diff.{change.kind}", (change.kind, change.operation_id), wanted)
        ]
    )
    verdict = judge_run(found, baseline, datetime.now(UTC).date(), options.fail_on)
    account = _account(options, old, found, seen, started, time.monotonic() - clock)
    write_reports(options, account, verdict)
    text = _summary(options, changes, seen, verdict)
    sys.stdout.write("\n".join(text.splitlines()[-2:]) + "\n" if options.quiet else text)
    return 0 if verdict.passed else 1


def _contract(path: Path) -> ReadContract:
    try:
        return ReadContract.load(path)
    except OSError as error:
        raise Misuse(f"cannot read {path}: {error.strerror}") from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Misuse(f"{path} is no OpenAPI 3.0 contract: {type(error).__name__}: {error}") from None
    except Exception as error:
        # a YAML error is of the parser's own kind, and that is imported only where YAML is read
        raise Misuse(f"{path} is no YAML: {' '.join(str(error).split())[:200]}") from None


def _seen(options: argparse.Namespace, old: ReadContract, new: ReadContract) -> Seen:
    seen = Seen(TrafficChecker(old, options.old), TrafficChecker(new, options.new))
    for path in options.calls:
        for exchange in read_calls(path):
            seen.add(exchange)
    if not seen.calls:
        raise Misuse(f"none of the calls is one that {options.old.name} has")
    return seen


def _finding(
    change: Change, number: int, call: Exchange | None, lines: tuple[ContractLines, ContractLines]
) -> Finding:
    redact = Redaction()
    shown = None if call is None else without_secrets(core_exchange(call, change.operation_id))
    place = f"{change.status} {change.place}".strip()
    where = f"{place}: " if place else ""
    return Finding(
        rule_id=f"diff.{change.kind}",
        title=TITLES[change.kind],
        message=redact(f"{where}{change.message}"),
        operation_id=change.operation_id,
        request="" if shown is None else redact(shown.curl),
        response="",
        contract_line=lines[0 if change.is_gone else 1].line(change.schema) if change.schema else None,
        severity=change.severity,
        source="diff",
        count=number,
        place=place,
    )


def _account(
    options: argparse.Namespace,
    old: ReadContract,
    found: list[Finding],
    seen: Seen | None,
    started: float,
    seconds: float,
) -> Account:
    names = {"old": options.old.name, "new": options.new.name, "calls": seen.calls if seen else None}
    return Account(
        title="Contract diff",
        subject=f"{options.old.name} and {options.new.name}",
        head=names,
        facts={name: value for name, value in names.items() if value is not None},
        results=list(_results(old, found)),
        coverage=(),
        requests=seen.calls if seen else 0,
        started_at=started,
        seconds=seconds,
    )


def _results(old: ReadContract, found: list[Finding]) -> Iterator[RuleResult]:
    """One result for each operation of the old contract."""
    for name in old.operations:
        own = tuple(one for one in found if one.operation_id == name)
        outcome = outcome_of(own)
        title = f"Clients of {name} are not broken."
        yield RuleResult(f"diff.{name}", title, "diff", outcome, 0.0, findings=own)


def _summary(options: argparse.Namespace, changes: list[Change], seen: Seen | None, verdict: Verdict) -> str:
    lines = [finding_text(finding, verbose=options.verbose) for finding in verdict.counted]
    lines += baseline_lines(verdict)
    kinds = Counter(finding.severity.value for finding in verdict.counted)
    told = f"{kinds['error']} breaking, {len(verdict.counted) - kinds['error']} to note"
    if seen is None:
        lines.append(f"changes from {options.old.name} to {options.new.name}: {told}")
    else:
        lines.append(f"changes that {seen.calls} calls run into, of {len(changes)}: {told}")
    lines.append("PASSED" if verdict.passed else "FAILED")
    return "\n".join(lines) + "\n"
