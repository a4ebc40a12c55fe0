"""Whether the server is up."""

from __future__ import annotations

from .call import Answer, Call


def health_retrieve(_call: Call) -> Answer:
    """PostHog answers plain `ok`."""
    return Answer("ok", content_type="text/plain")


def livez_retrieve(_call: Call) -> Answer:
    """The process answers."""
    return Answer({"http": True})


def readyz_retrieve(_call: Call) -> Answer:
    """Each part that requests need works, as PostHog lists them."""
    return Answer(
        {"http": True, "db": True, "db_migrations_uptodate": True, "cache": True, "celery_broker": True}
    )
