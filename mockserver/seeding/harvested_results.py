"""Results of a harvested fixture: each query that was answered, with the answer."""

from __future__ import annotations

from typing import Final, cast

from .anonymous_queries import QueryAnonymiser
from .anonymous_results import ResultAnonymiser
from .harvest import Harvest, SeenResult
from .harvested_people import Times
from .shapes import ResultEntry

FIELDS: Final = (
    ("columns", "columns"),
    ("types", "types"),
    ("hogql", "hogql"),
    ("hasMore", "has_more"),
    ("resolved_date_range", "resolved_date_range"),
)


def harvested_results(
    harvest: Harvest,
    results: ResultAnonymiser,
    queries: QueryAnonymiser,
    times: Times,
    zone: str,
    left_out: list[str],
) -> list[ResultEntry]:
    """All results that were seen; `zone` is the project's, `left_out` hears of those that are of no use."""
    made: list[ResultEntry] = []
    for seen in harvest.results.values():
        try:
            made.append(_entry(seen, results, queries, times, zone))
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            left_out.append(f"a result of a {seen.source.get('kind')}: it cannot be read ({error})")
    return made


def _entry(
    seen: SeenResult, results: ResultAnonymiser, queries: QueryAnonymiser, times: Times, zone: str
) -> ResultEntry:
    entry: ResultEntry = {
        "query": queries.query(seen.source),
        "refreshed": times.ago(seen.at, "0s"),
        "results": results.results(seen.source.get("kind"), seen.results, seen.fields.get("columns")),
    }
    made = {name: results.field(field, seen.fields[field]) for field, name in FIELDS if field in seen.fields}
    if (own := seen.fields.get("timezone")) and own != zone:
        made["timezone"] = own
    if seen.extra:
        made["extra"] = {name: results.field(name, value) for name, value in seen.extra.items()}
    return cast("ResultEntry", {**entry, **made})
