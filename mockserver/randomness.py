"""The one seeded source of ids, tokens and draws."""

from __future__ import annotations

import hashlib
import random
import secrets
import string
import uuid

URL_SAFE = string.ascii_letters + string.digits + "-_"
LETTERS_AND_DIGITS = string.ascii_letters + string.digits


class Randomness:
    """Draws that are the same for the same seed on any machine.

    Each `stream(name)` is independent of the others, so a new draw in one place does not move the rest.
    Only `random.Random`'s `random()` and `getrandbits()` are built on: Python promises their sequence.
    """

    def __init__(self, seed: int | str) -> None:
        self.seed = seed
        self._random = random.Random(int.from_bytes(hashlib.sha256(str(seed).encode()).digest(), "big"))  # noqa: S311

    def stream(self, name: str) -> Randomness:
        """An independent source for one purpose, named so that its draws stay where they are."""
        return Randomness(f"{self.seed}/{name}")

    def random(self) -> float:
        """A number from 0 (included) to 1 (excluded)."""
        return self._random.random()

    def below(self, bound: int) -> int:
        """A whole number from 0 to `bound - 1`."""
        return int(self._random.random() * bound)

    def text(self, length: int, alphabet: str = LETTERS_AND_DIGITS) -> str:
        """`length` characters of `alphabet`."""
        size = len(alphabet)
        draw = self._random.random
        return "".join([alphabet[int(draw() * size)] for _ in range(length)])

    def uuid(self) -> str:
        """A version 4 UUID in its text form."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def token(self, length: int = 30) -> str:
        """A url-safe token; 30 characters as PostHog's sharing tokens have."""
        return self.text(length, URL_SAFE)


def unpredictable_token() -> str:
    """A url-safe token that nobody can guess: what guards the server must not follow from its seed."""
    return secrets.token_urlsafe(24)
