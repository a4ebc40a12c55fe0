"""What a fixture is written with where names and values are wanted as they are."""

from __future__ import annotations

from collections.abc import Mapping

from ..store import JSON
from .anonymous import Alias, Anonymiser


class RealNames(Anonymiser):
    """Leaves everything as it is. Makes up only what is missing."""

    keep_values = True

    def __init__(self, seed: int | str, locale: str = "en_US") -> None:
        super().__init__(seed, locale, keep_titles=True)

    def person(self, user: Mapping[str, JSON]) -> Alias:
        """The user; whoever has no e-mail address gets one that leads nowhere."""
        first, last, email = (str(user.get(name) or "") for name in ("first_name", "last_name", "email"))
        return Alias(first, last, email if "@" in email else f"user-{user.get('id')}@mail.example")

    def value(self, value: JSON, *, key: str | None = None, operator: str | None = None) -> JSON:  # noqa: ARG002
        """The value itself."""
        return value

    def text(self, text: str, *, key: str | None = None) -> str:  # noqa: ARG002
        """The text itself."""
        return text

    def pattern(self, text: str) -> str:
        """The pattern itself."""
        return text
