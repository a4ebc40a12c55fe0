"""Queries over a share of the actors: who is in the sample, and numbers brought back to the whole."""

from __future__ import annotations

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.model import JSONObject, QueryError
from mockserver.analytics.reading import optional_number
from mockserver.analytics.sql import Sql

SAMPLE_SIZE = 1_000_000


def sampling_factor(query: JSONObject) -> float:
    """The share of actors a query looks at, 1 for all; raises QueryError."""
    factor = optional_number(query, "samplingFactor")
    if factor is not None and not 0 < factor <= 1:
        raise QueryError(
            "Sampling factor must be greater than 0 and less than or equal to 1", attr="samplingFactor"
        )
    return factor or 1


def sample_condition(factor: float, actor: Sql) -> list[Sql]:
    """Keeps the same actors for the same factor, so that series of one query speak of the same people."""
    if factor == 1:
        return []
    drawn = exp.Mod(this=sql.call("hash", actor), expression=sql.number(SAMPLE_SIZE))
    return [drawn < sql.number(int(factor * SAMPLE_SIZE))]


def of_the_whole(value: float, factor: float) -> float:
    """A count or sum of a sample, as that of everybody.

    PostHog: times the factor's reciprocal, rounded; averages, percentiles and the like are left as they are.
    """
    return value if factor == 1 else round(value * (1 / factor))
