"""Personal API keys: made once, kept as a hash, found by value."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from ..randomness import Randomness
from ..store import JSONObject, Store, from_stored, to_stored, to_wire
from ..store.documents import PersonalApiKeyDocument

PREFIX: Final = "phx_"
RANDOM_LENGTH: Final = 43
LABEL_LENGTH: Final = 40
USE_NOTED_EVERY: Final = timedelta(hours=1)


def hash_value(value: str) -> str:
    """SHA-256 of a key's value, in hex: the values are long and random, so no slow hash is called for."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def mask_value(value: str) -> str:
    """`phx_123456abcd` as `phx_...abcd`; short values are hidden whole. PostHog: `mask_key_value`."""
    return f"{value[:4]}...{value[-4:]}" if len(value) >= 16 else "********"


def find_key(store: Store, value: str) -> PersonalApiKeyDocument | None:
    """The key with this value; any prefix will do, only the hash counts."""
    wanted = hash_value(value)
    found = store.personal_api_keys.find_one("value_hash", wanted)
    if found is None or not hmac.compare_digest(found["value_hash"], wanted):
        return None
    return found


def create_key(
    store: Store,
    random: Randomness,
    now: datetime,
    *,
    user_id: int,
    label: str,
    scopes: Sequence[str],
    scoped_teams: Sequence[int] = (),
    scoped_organizations: Sequence[str] = (),
    value: str | None = None,
) -> tuple[PersonalApiKeyDocument, str]:
    """Make a key and give its document and its value, which is readable only now.

    `value` sets a known one. Raises DuplicateKeyError where another key has that value.
    """
    key_id = store.personal_api_keys.new_id()
    stream = random.stream(f"personal_api_keys/{key_id}")
    uuid = stream.uuid()
    secret = value or PREFIX + stream.text(RANDOM_LENGTH)
    document: PersonalApiKeyDocument = {
        "id": key_id,
        "uuid": uuid,
        "user_id": user_id,
        "label": label,
        "value_hash": hash_value(secret),
        "mask_value": mask_value(secret),
        "scopes": list(scopes),
        "scoped_teams": list(scoped_teams),
        "scoped_organizations": list(scoped_organizations),
        "created_at": to_stored(now),
        "last_used_at": None,
    }
    return store.personal_api_keys.add(document), secret


def note_use(store: Store, key: PersonalApiKeyDocument, now: datetime) -> None:
    """Remember that a key was used, to the hour. PostHog: `last_used_at` moves once an hour at most."""
    last = key["last_used_at"]
    if last is None or not timedelta(0) <= now - from_stored(last) < USE_NOTED_EVERY:
        store.personal_api_keys.amend(key["id"], {"last_used_at": to_stored(now)})


def key_shape(key: PersonalApiKeyDocument, value: str | None = None) -> JSONObject:
    """A key as PostHog shows it; `value` only in the answer to its creation. The limits are always lists."""
    return {
        "id": key["uuid"],
        "label": key["label"],
        "value": value,
        "mask_value": key["mask_value"],
        "created_at": to_wire(key["created_at"]),
        "last_used_at": to_wire(key["last_used_at"]),
        "last_rolled_at": None,
        "user_id": key["user_id"],
        "scopes": list(key["scopes"]),
        "scoped_teams": list(key["scoped_teams"]),
        "scoped_organizations": list(key["scoped_organizations"]),
    }
