"""What the tokens of a HogQL text tell."""

from __future__ import annotations

import pytest

from mockserver.seeding.sql_reading import Read, quoted, read_sql, rewrite_sql


@pytest.mark.parametrize(
    ("sql", "field"),
    [
        ("event = 'it'", "event"),
        ("e.event IN ('other', 'it')", "e.event"),
        ("event NOT IN ('it')", "event"),
        ("properties.plan != 'it'", "properties.plan"),
        ("person.properties.email NOT LIKE 'it'", "person.properties.email"),
        ("properties['a b'] = 'it'", "properties.a b"),
        ("lower(properties.plan) = 'it'", None),
        ("concat('it', event)", None),
        ("event IN ['it']", "event"),
        ("multiIf(event = 'x', 'it', 'y')", None),
    ],
)
def test_a_text_is_known_by_what_it_is_compared_with(sql: str, field: str | None) -> None:
    (literal,) = [each for each in read_sql(sql).literals if each.text == "it"]
    assert literal.field == field
    assert not literal.is_name


@pytest.mark.parametrize(
    "sql",
    [
        "properties['it']",
        "JSONExtractString(properties, 'it')",
        "dateTrunc('month', timestamp)",
        "INTERVAL '7 day'",
    ],
)
def test_names_of_properties_and_units_are_no_values(sql: str) -> None:
    assert [each.is_name for each in read_sql(sql).literals] == [True]


def test_the_properties_that_are_read_are_known_with_their_scope() -> None:
    facts = read_sql(
        "sum(toFloat(properties.$amount)), person.properties.email, properties['a b'], events.properties.x"
    )
    assert facts.reads == (
        Read("event", "$amount", numeric=True),
        Read("person", "email", numeric=False),
        Read("event", "a b", numeric=False),
        Read("event", "x", numeric=False),
    )


def test_a_variable_is_known_by_what_it_is_compared_with() -> None:
    facts = read_sql("properties.$geoip_country_code = {variables.country} AND {variables.free}")
    assert facts.placeholders == {"country": "properties.$geoip_country_code"}


def test_rewriting_replaces_texts_drops_comments_and_keeps_all_else() -> None:
    sql = "SELECT  1, 'a''b' /* for Acme */ FROM events -- Acme again\nWHERE x = 'c\\'d' -- end"
    assert (
        rewrite_sql(sql, lambda literal: literal.text.upper())
        == "SELECT  1, 'A\\'B' FROM events WHERE x = 'C\\'D'"
    )
    assert rewrite_sql("{variables.x} + 1.5e3", lambda _: "") == "{variables.x} + 1.5e3"


def test_a_text_that_has_no_tokens_is_given_up() -> None:
    assert rewrite_sql("SELECT 'Acme", lambda literal: literal.text) == ""


def test_a_quoted_text_reads_back_as_it_was() -> None:
    assert read_sql(quoted("it's \\ here")).literals[0].text == "it's \\ here"
