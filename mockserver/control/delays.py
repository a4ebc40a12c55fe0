"""How long an answer waits: fixed, uniform or lognormal, drawn from the seeded source."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from statistics import NormalDist
from types import MappingProxyType
from typing import Final, cast

from ..randomness import Randomness
from ..store import JSON
from .problems import invalid

LONGEST_MS: Final = 600_000.0


def _fixed(delay: Mapping[str, float], _draw: float) -> float:
    return delay["ms"]


def _uniform(delay: Mapping[str, float], draw: float) -> float:
    return delay["min_ms"] + (delay["max_ms"] - delay["min_ms"]) * draw


def _lognormal(delay: Mapping[str, float], draw: float) -> float:
    # the distribution function turned round; 0 itself has no counterpart
    deviations = NormalDist().inv_cdf(min(max(draw, 1e-12), 1 - 1e-12))
    return delay["median_ms"] * math.exp(delay["sigma"] * deviations)


Draw = Callable[[Mapping[str, float], float], float]

KINDS: Final[Mapping[str, tuple[tuple[str, ...], Draw]]] = MappingProxyType(
    {
        "fixed": (("ms",), _fixed),
        "uniform": (("min_ms", "max_ms"), _uniform),
        "lognormal": (("median_ms", "sigma"), _lognormal),
    }
)


def check_delay(delay: Mapping[str, JSON]) -> None:
    """Raise Problem for a delay that lacks a number of its kind, or has one of another."""
    names, _ = KINDS[cast("str", delay["kind"])]
    for name in names:
        if name not in delay:
            raise invalid(f"effect.delay.{name}", f"A delay of kind {delay['kind']} needs `{name}`.")
    for name in delay:
        if name != "kind" and name not in names:
            raise invalid(f"effect.delay.{name}", f"A delay of kind {delay['kind']} has no `{name}`.")
    if delay["kind"] == "uniform" and cast("float", delay["min_ms"]) > cast("float", delay["max_ms"]):
        raise invalid("effect.delay.max_ms", "`max_ms` is less than `min_ms`.")


def delay_seconds(delay: Mapping[str, JSON], random: Randomness) -> float:
    """How long to wait this time; ten minutes at most."""
    _, draw = KINDS[cast("str", delay["kind"])]
    milliseconds = draw(cast("Mapping[str, float]", delay), random.random())
    return min(milliseconds, LONGEST_MS) / 1000
