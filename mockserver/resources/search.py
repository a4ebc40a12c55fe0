"""Searching insights by text: for the text itself, or for words like it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ..errors import api_error
from ..store.documents import InsightDocument
from .trigrams import similarity, word_similarity

SIMILARITY_THRESHOLD: Final = 0.3
WORD_SIMILARITY_THRESHOLD: Final = 0.6
LONGEST: Final = 200

MatchType = Literal["exact", "similar"]


@dataclass(frozen=True, slots=True)
class Match:
    """An insight that a search found, how, and how well (more is better)."""

    insight: InsightDocument
    kind: MatchType
    relevance: float


def texts_of(insight: InsightDocument) -> list[str]:
    """What a search looks at: name, derived name, description and tags."""
    named = (insight["name"], insight["derived_name"], insight["description"])
    return [text for text in (*named, *insight["tags"]) if text]


def substring_matches(insights: Iterable[InsightDocument], text: str) -> list[InsightDocument]:
    """The insights with this text in any of their texts, whatever its case, in the order they came."""
    wanted = text.lower()
    return [one for one in insights if any(wanted in found.lower() for found in texts_of(one))]


def best_matches(insights: Sequence[InsightDocument], text: str) -> list[Match]:
    """The insights that hold the text or, where none does, those with similar words; most relevant first.

    PostHog: exact rows only when there are any; similar means pg_trgm's default thresholds. Raises
    `search_too_long` for more than 200 characters.
    """
    if len(text) > LONGEST:
        raise api_error("search_too_long")
    wanted = text.strip()
    exact = substring_matches(insights, wanted)
    found = [Match(one, "exact", _closeness(one, wanted)) for one in exact]
    if not found:
        scored = ((one, similar_score(one, wanted)) for one in insights)
        found = [Match(one, "similar", score) for one, score in scored if score > 0]
    return sorted(found, key=lambda match: (-match.relevance, match.insight["id"]))


def similar_score(insight: InsightDocument, text: str) -> float:
    """How like an insight's best text is to `text`; 0 below both thresholds."""
    best = 0.0
    for found in texts_of(insight):
        whole, word = similarity(text, found), word_similarity(text, found)
        if whole >= SIMILARITY_THRESHOLD or word >= WORD_SIMILARITY_THRESHOLD:
            best = max(best, whole, word)
    return best


def _closeness(insight: InsightDocument, text: str) -> float:
    return max((similarity(text, found) for found in texts_of(insight)), default=0.0)
