"""Passwords of accounts and of shared links, hashed by argon2id.

Some 8 ms a hash: a fake seeds several passwords within its start-up second and guards invented data, so
the parameters lie below those for the real thing (OWASP's smallest is 7 MiB in 5 rounds), though the
stored text names them and a dictionary still has to be paid for word by word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..randomness import Randomness

if TYPE_CHECKING:
    from argon2 import PasswordHasher

TIME_COST: Final = 2
MEMORY_KIB: Final = 8 * 1024
PARALLELISM: Final = 1

# What a guess is held against where there is nothing to guess, so that both take as long.
_NOBODY: Final = (
    "$argon2id$v=19$m=8192,t=2,p=1$bm9ib2R5LWlzLWhlcmUh$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=PARALLELISM)


def hash_password(raw: str, random: Randomness) -> str:
    """The text to store for a password; `random` is the stream of the thing it opens and gives the salt."""
    return _hasher().hash(raw, salt=random.text(16).encode("ascii"))


def verify_password(stored: str | None, raw: str) -> bool:
    """Whether `raw` is the password behind `stored`; `stored` null is never right, and takes as long."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(stored or _NOBODY, raw) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
