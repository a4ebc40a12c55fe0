"""Whether the server is up."""

from __future__ import annotations

from ..store import StoreUnavailable
from .call import Answer, Call


def health_retrieve(_call: Call) -> Answer:
    """PostHog answers plain `ok`."""
    return Answer("ok", content_type="text/plain")


def livez_retrieve(_call: Call) -> Answer:
    """The process answers."""
    return Answer({"http": True})


def readyz_retrieve(call: Call) -> Answer:
    """Each part that requests need works, as PostHog lists them; 503 where one does not."""
    try:
        call.services.store.catch_up()
        is_there = True
    except StoreUnavailable:
        is_there = False
    parts = {
        "http": True,
        "db": is_there,
        "db_migrations_uptodate": is_there,
        "cache": True,
        "celery_broker": True,
    }
    return Answer(parts, 200 if is_there else 503)
