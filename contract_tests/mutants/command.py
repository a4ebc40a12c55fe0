"""`contract-tests mutants`: the kill matrix and the score."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from fnmatch import fnmatchcase
from functools import cache
from multiprocessing import get_context
from typing import Final

from ..errors import Misuse
from ..rules import Cost
from .equivalent import equivalent
from .plain import plain_kills
from .trial import NO_MUTANT, Bench, Trial, TrialOptions, try_mutant

SHOWN_KILLERS: Final = 4
PLAIN_EXAMPLES: Final = 5


def score(options: argparse.Namespace) -> int:
    """Try mutants in parallel and print the matrix; 1 below --minimum or where the correct server fails."""
    from mockserver.http.contract_faults import contract_faults

    left_out = equivalent(options.generation)
    names = [
        name
        for name, fault in contract_faults().items()
        if name not in left_out and _wanted((name, fault.group), options.only)
    ]
    if not names:
        raise Misuse(f"no mutant is called {' or '.join(options.only)}")
    tried = TrialOptions(
        options.generation,
        Cost(options.depth),
        options.seed,
        not options.no_generated,
        options.examples,
        options.matrix,
    )
    started = time.monotonic()
    context = get_context("spawn")
    with ProcessPoolExecutor(options.workers, mp_context=context) as pool:
        correct = pool.submit(_try, tried, NO_MUTANT)
        trials = list(_shown(pool.map(_try, [tried] * len(names), names)))
        plain = list(pool.map(_plain, [tried] * len(names), names)) if options.plain else None
        if options.plain and pool.submit(_plain, tried, NO_MUTANT).result():
            raise Misuse("plain schemathesis run fails on the correct server too; its score means nothing")
        correct_findings = correct.result().killers
    seconds = time.monotonic() - started
    result = _percent(len([one for one in trials if one.killers]), len(trials))
    _print(trials, plain, correct_findings, left_out, seconds)
    if options.json:
        _write(options, trials, plain, correct_findings, left_out)
    return 0 if not correct_findings and result >= options.minimum else 1


def _wanted(names: tuple[str, ...], patterns: list[str]) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


@cache
def _bench(options: TrialOptions) -> Bench:
    """The fake of this process; starting one takes longer than resetting it."""
    return Bench(options)


def _try(options: TrialOptions, name: str) -> Trial:
    return try_mutant(_bench(options), name)


def _plain(options: TrialOptions, name: str) -> bool:
    return plain_kills(_bench(options), name, PLAIN_EXAMPLES)


def _shown(trials: Iterator[Trial]) -> Iterator[Trial]:
    for trial in trials:
        mark = "killed  " if trial.killers else "SURVIVED"
        killers = ", ".join(trial.killers[:SHOWN_KILLERS])
        more = f" and {len(trial.killers) - SHOWN_KILLERS} more" if len(trial.killers) > SHOWN_KILLERS else ""
        sys.stdout.write(
            f"{mark} {trial.group:12} {trial.mutant:34} {trial.seconds:6.1f} s  {killers}{more}\n"
        )
        sys.stdout.flush()
        yield trial


def _percent(part: int, whole: int) -> float:
    return 100.0 * part / whole if whole else 0.0


def _print(
    trials: list[Trial],
    plain: list[bool] | None,
    correct: tuple[str, ...],
    left_out: dict[str, str],
    seconds: float,
) -> None:
    groups: dict[str, list[Trial]] = defaultdict(list)
    for trial in trials:
        groups[trial.group].append(trial)
    seen_by_plain = dict(zip([one.mutant for one in trials], plain, strict=True)) if plain else {}
    lines = ["", f"{'group':14} {'mutants':>7} {'killed':>7}" + (f" {'plain':>7}" if plain else "")]
    for group, members in sorted(groups.items()):
        killed = sum(1 for one in members if one.killers)
        beside = f" {sum(seen_by_plain[one.mutant] for one in members):7}" if plain else ""
        lines.append(f"{group:14} {len(members):7} {killed:7}{beside}")
    best = Counter(killer for one in trials for killer in one.killers)
    lines.append("")
    lines.append("strongest: " + ", ".join(f"{name} ({count})" for name, count in best.most_common(8)))
    lines += [f"left out: {name}: {reason}" for name, reason in left_out.items()]
    killed = sum(1 for one in trials if one.killers)
    generated = sum(1 for one in trials if one.by_generated)
    lines.append(f"correct server: {', '.join(correct) or 'no finding'}")
    lines.append(
        f"score: {killed} of {len(trials)} ({_percent(killed, len(trials)):.1f} %), "
        f"{generated} of them by generated requests alone, in {seconds:.0f} s"
    )
    if plain:
        lines.append(
            f"plain schemathesis run: {sum(plain)} of {len(plain)} ({_percent(sum(plain), len(plain)):.1f} %)"
        )
    sys.stdout.write("\n".join(lines) + "\n")


def _write(
    options: argparse.Namespace,
    trials: list[Trial],
    plain: list[bool] | None,
    correct: tuple[str, ...],
    left_out: dict[str, str],
) -> None:
    killed = sum(1 for one in trials if one.killers)
    document = {
        "profile": options.generation,
        "depth": options.depth,
        "score": round(_percent(killed, len(trials)), 2),
        "correct_server": list(correct),
        "left_out": left_out,
        "mutants": [
            {**asdict(one), "plain": plain[number] if plain else None} for number, one in enumerate(trials)
        ],
    }
    options.json.write_text(json.dumps(document, indent=2) + "\n", "utf-8")
