"""Similarity by trigrams, against values that PostgreSQL's documentation and pg_trgm give."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.resources.trigrams import similarity, trigrams, word_similarity

texts = st.text("abcdeé xyz-_,1", max_size=30)


def test_a_word_has_two_blanks_before_and_one_behind() -> None:
    assert trigrams("Cat") == ["  c", " ca", "cat", "at "]
    assert trigrams("foo|bar") == ["  f", " fo", "foo", "oo ", "  b", " ba", "bar", "ar "]


def test_the_values_of_postgresqls_documentation() -> None:
    assert similarity("word", "two words") == pytest.approx(0.363636, abs=1e-6)
    assert word_similarity("word", "two words") == pytest.approx(0.8)


@given(texts, texts)
def test_similarity_is_symmetric_and_within_bounds(one: str, other: str) -> None:
    assert similarity(one, other) == similarity(other, one)
    assert 0 <= similarity(one, other) <= 1


@given(texts)
def test_a_text_is_wholly_similar_to_itself(text: str) -> None:
    expected = 1 if trigrams(text) else 0
    assert similarity(text, text) == expected
    assert word_similarity(text, text) == expected


@given(texts, texts)
def test_a_stretch_is_at_least_as_similar_as_its_whole(one: str, other: str) -> None:
    assert word_similarity(one, other) <= 1
    assert word_similarity(one, f"{other} zzz {one}") >= similarity(one, one) * 0.99
