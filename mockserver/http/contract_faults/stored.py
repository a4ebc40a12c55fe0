"""What faults do to the store before and after a handler."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .model import Asked

if TYPE_CHECKING:
    from ...services import Services
    from ...store.documents import InsightDocument

Before = Callable[["Services", Asked], Any]
After = Callable[["Services", Asked, Any], None]
Held = list[tuple[str, int, dict[str, object]]]


def insight_id(asked: Asked) -> int | None:
    """The number of the insight that a path names."""
    found = re.search(r"/insights/(\d+)", asked.path)
    return int(found[1]) if found else None


def insight(services: Services, asked: Asked) -> InsightDocument | None:
    """The insight that a path names."""
    number = insight_id(asked)
    return services.store.insights.fetch(number) if number is not None else None


def newest_insight(services: Services, asked: Asked) -> InsightDocument | None:
    """The insight that was made last in the project."""
    ids = services.store.insights.find_ids("project", asked.project_id)
    return services.store.insights.fetch(max(ids)) if ids else None


def for_a_while(choose: Callable[[Services, Asked], Iterable[tuple[str, int, dict[str, object]]]]) -> Before:
    """Change documents for as long as the handler runs: `(table, id, changes)` each."""

    def before(services: Services, asked: Asked) -> Held:
        held: Held = []
        for table, number, changes in list(choose(services, asked)):
            documents: Any = getattr(services.store, table)
            document = documents.fetch(number)
            held.append((table, number, {name: document[name] for name in changes}))
            documents.amend(number, changes)
        return held

    return before


def put_back(services: Services, _: Asked, held: Held) -> None:
    """Undo what `for_a_while` has done."""
    for table, number, fields in held:
        documents: Any = getattr(services.store, table)
        if documents.fetch(number) is not None:
            documents.amend(number, fields)


def keep_insight(services: Services, asked: Asked) -> InsightDocument | None:
    """Hold the insight as it was."""
    return insight(services, asked)


def afterwards(
    change: Callable[[InsightDocument, Mapping[str, Any], Mapping[str, Any]], Mapping[str, object]],
) -> After:
    """Change an insight after it was saved: `(as it was, as it is, body)` to changes."""

    def after(services: Services, asked: Asked, held: InsightDocument | None) -> None:
        now = insight(services, asked)
        if held is None or now is None or now is held:
            return
        changes = change(held, now, asked.body if isinstance(asked.body, dict) else {})
        if changes:
            services.store.insights.amend(now["id"], changes)

    return after
