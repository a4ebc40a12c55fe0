"""The people of a harvested fixture, and the keys that its entries are called by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from ..resources.organizations import ADMIN, OWNER
from ..store import JSON
from .anonymous import Anonymiser
from .harvest import id_of
from .moments import ago_text
from .shapes import PersonEntry
from .templates import slug

LONGEST_KEY: Final = 60
HOURS: Final = 24
MOST_OTHERS: Final = 100
ROLES: Final = frozenset(
    ("engineering", "data", "product", "founder", "leadership", "marketing", "sales", "other")
)
NOBODY: Final[PersonEntry] = {
    "key": "owner",
    "first_name": "Sam",
    "last_name": "Example",
    "email": "sam@example.com",
    "level": "owner",
}


class Keys:
    """What entries are called; each name is given once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, name: str) -> str:
        """A key that is made of a name and not given yet."""
        stem = slug(name)[:LONGEST_KEY].strip("-") or "x"
        key, number = stem, 2
        while key in self._taken:
            key, number = f"{stem}-{number}", number + 1
        self._taken.add(key)
        return key


class Times:
    """Moments as a fixture tells them: how long before `now`; in hours unless they are `exact`."""

    def __init__(self, now: datetime, *, exact: bool) -> None:
        self.now = now
        self._exact = exact

    def ago(self, moment: JSON, default: str = "30d") -> str:
        """How long ago a moment (ISO 8601) was; `default` for what is none."""
        try:
            at = datetime.fromisoformat(str(moment))
        except ValueError:
            return default
        passed = self.now - (at if at.tzinfo else at.replace(tzinfo=UTC))
        if self._exact:
            return ago_text(passed)
        seconds = max(int(passed.total_seconds()), 0)
        days, hours = divmod(seconds // 3600, HOURS)
        return f"{days}d {hours}h" if days else f"{hours}h"


class People:
    """Whoever was seen, each once; the first one owns the API key of the fixture."""

    def __init__(self, anonymiser: Anonymiser, keys: Keys, times: Times, *, with_ids: bool) -> None:
        self._anonymiser = anonymiser
        self._keys = keys
        self._times = times
        self._with_ids = with_ids
        self._entries: dict[str, PersonEntry] = {}
        self._by_id: dict[int, str] = {}

    def key_of(self, user: JSON) -> str | None:
        """The key of a user as the API names them; None for none."""
        if not isinstance(user, dict) or not (isinstance(user.get("email"), str) or id_of(user)):
            return None
        alias = self._anonymiser.person(user)
        entry = self._entries.get(alias.email)
        if entry is None:
            entry = {
                "key": self._keys.free(f"{alias.first_name} {alias.last_name}"),
                "first_name": alias.first_name,
                "last_name": alias.last_name,
                "email": alias.email.lower(),
                "level": "member" if self._entries else "owner",
            }
            self._entries[alias.email] = entry
        if self._with_ids:
            self._learn(entry, user)
        return entry["key"]

    def by_id(self, number: JSON) -> str | None:
        """The key of a user by number, if they have been seen."""
        return self._by_id.get(number) if isinstance(number, int) else None

    def add_me(self, me: Mapping[str, JSON], membership: JSON) -> None:
        """Put whoever makes the calls first."""
        key = self.key_of(dict(me))
        entry = next((each for each in self._entries.values() if each["key"] == key), None)
        if entry is None:
            return
        if isinstance(membership, int):
            entry["level"] = "owner" if membership >= OWNER else "admin" if membership >= ADMIN else "member"
        if me.get("is_staff") is True:
            entry["is_staff"] = True
        if isinstance(me.get("date_joined"), str):
            entry["joined"] = self._times.ago(me["date_joined"])

    def fill(self, count: JSON) -> None:
        """Make up people until there are as many as an organisation says that it has, within reason."""
        wanted = min(count, len(self._entries) + MOST_OTHERS) if isinstance(count, int) else 0
        while len(self._entries) < wanted:
            number = len(self._entries) + 1
            first = self._anonymiser.made_name(f"member {number}")
            email = f"{slug(first)}-{number}@mail.example"
            self._entries[email] = {
                "key": self._keys.free(f"member-{number}"),
                "first_name": first,
                "email": email,
                "level": "member",
            }

    def all_keys(self) -> list[str | None]:
        """The keys of all of them."""
        return [each["key"] for each in self._entries.values()]

    def entries(self) -> list[PersonEntry]:
        """All of them."""
        return list(self._entries.values()) or [NOBODY]

    def _learn(self, entry: PersonEntry, user: Mapping[str, JSON]) -> None:
        """Take over what a sight of somebody says besides their name."""
        number = id_of(user)
        if number is not None:
            entry["id"] = number
            self._by_id[number] = entry["key"]
        if "is_email_verified" in user:
            verified = user["is_email_verified"]
            entry["is_email_verified"] = verified if isinstance(verified, bool) else None
        role = user.get("role_at_organization")
        if isinstance(role, str) and role in ROLES:
            entry["role"] = role
        hedgehog = user.get("hedgehog_config")
        if isinstance(hedgehog, dict):
            entry["hedgehog"] = hedgehog
