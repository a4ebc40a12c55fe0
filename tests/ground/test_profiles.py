"""The table of differences and the two profiles made from it."""

from __future__ import annotations

from dataclasses import fields

from mockserver.profiles import CURRENT, DIFFERENCES, DOCS, PROFILES, Profile


def test_every_field_of_a_profile_is_a_row_of_the_table() -> None:
    assert [field.name for field in fields(Profile)] == ["name", *[row.name for row in DIFFERENCES]]


def test_each_profile_has_the_tables_values() -> None:
    for row in DIFFERENCES:
        assert getattr(DOCS, row.name) == row.docs
        assert getattr(CURRENT, row.name) == row.current
    assert set(PROFILES) == {"docs", "current"}
