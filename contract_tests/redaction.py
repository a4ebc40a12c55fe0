"""Secrets are taken out of everything that a person, a file or a CI system gets to see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mockserver.control.redaction import SECRET_TEXTS

MASK: Final = "[redacted]"


@dataclass(frozen=True, slots=True)
class Redaction:
    """Masks the run's own credentials and whatever looks like one."""

    secrets: tuple[str, ...] = ()

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        for secret in self.secrets:
            text = text.replace(secret, MASK)
        for pattern in SECRET_TEXTS:
            text = pattern.sub(MASK, text)
        return text
