"""Similarity of texts by their trigrams, as PostgreSQL's pg_trgm computes it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")


def trigrams(text: str) -> list[str]:
    """The trigrams of each word in order; a word is lower-cased, with two blanks before and one behind it."""
    found: list[str] = []
    for word in _WORD.findall(text.lower()):
        padded = f"  {word} "
        found += [padded[start : start + 3] for start in range(len(padded) - 2)]
    return found


def similarity(one: str, other: str) -> float:
    """Shared trigrams over all trigrams, from 0 to 1; symmetric. pg_trgm's `similarity`."""
    first, second = frozenset(trigrams(one)), frozenset(trigrams(other))
    together = len(first | second)
    return len(first & second) / together if together else 0.0


def word_similarity(words: str, text: str) -> float:
    """The greatest similarity of `words` to any stretch of `text`, from 0 to 1. pg_trgm's `word_similarity`.

    A stretch is a run of the text's trigrams in their order. Follows pg_trgm's own single pass, which widens
    the stretch at each shared trigram and then tries to begin it later.
    """
    wanted = frozenset(trigrams(words))
    return _best_extent(wanted, trigrams(text)) if wanted else 0.0


def _best_extent(wanted: frozenset[str], text: Sequence[str]) -> float:
    last_seen: dict[str, int] = {}
    best, lower, size, shared = 0.0, -1, 0, 0
    for place, trigram in enumerate(text):
        is_wanted = trigram in wanted
        if lower >= 0 or is_wanted:
            if trigram not in last_seen:
                size += 1
                shared += is_wanted
            last_seen[trigram] = place
        if not is_wanted:
            continue
        if lower < 0:
            lower, size = place, 1
        score = shared / (len(wanted) + size - shared)
        narrow_size, narrow_shared, first = size, shared, lower
        for start in range(lower, place + 1):
            narrow = narrow_shared / (len(wanted) + narrow_size - narrow_shared)
            if narrow > score:
                score, size, lower, shared = narrow, narrow_size, start, narrow_shared
            if last_seen.get(text[start]) == start:
                narrow_size -= 1
                narrow_shared -= text[start] in wanted
        best = max(best, score)
        for start in range(first, lower):
            if last_seen.get(text[start]) == start:
                del last_seen[text[start]]
    return best
