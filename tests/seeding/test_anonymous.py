"""Stand-ins: the same for the same, apart for what is apart, and saying nothing of what they stand for."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.seeding.anonymous import Anonymiser
from mockserver.seeding.anonymous_words import ORDINARY


@pytest.mark.parametrize(
    ("real", "shape"),
    [
        ("anna.smith@acme.com", r"[a-z.0-9-]+@[a-z-]+\.example"),
        ("@acme.com", r"@[a-z-]+\.example"),
        (
            "https://www.acme.com/pricing/bigcorp?ref=acme",
            r"https://www\.[a-z]+\.example/pricing/[a-z]+\?[a-z]+=[a-z]+",
        ),
        ("app.acme.co.uk:8443", r"[a-z]+\.[a-z]+\.example:8443"),
        ("https://localhost:3000/acme", r"https://localhost:3000/[a-z]+"),
        ("9f1c2e58-0c5e-4f0e-9d4e-2d8b3f1f8c11", r"[0-9a-f-]{36}"),
        ("93.184.216.34", r"\d+\.\d+\.\d+\.\d+"),
        ("Acme Corporation", r"[A-Z][a-z]+ [A-Z][a-z]+"),
        ("ACME", r"[A-Z]+"),
        ("acme_plan_eu", r"[a-z]+_[a-z]+_[a-z]+"),
        ("4711-0815", r"[1-9]\d{3}-\d{4}"),
    ],
)
def test_what_stands_in_has_the_same_shape_and_none_of_the_words(real: str, shape: str) -> None:
    made = Anonymiser().text(real)
    assert re.fullmatch(shape, made), made
    secret = {word for word in re.findall(r"[a-z]{3,}|\d{4,}", real.lower()) if word not in ORDINARY}
    assert not secret - {"https", "www", "localhost", "8443", "3000"} & set(
        re.findall(r"[a-z]{3,}|\d{4,}", made.lower())
    )


@pytest.mark.parametrize(
    "kept", ["", "localhost:8000", "127.0.0.1", "2024-05-01", "pro", "v2", "support@example.com", "true"]
)
def test_what_tells_of_nobody_stays(kept: str) -> None:
    assert Anonymiser().text(kept) == kept


@pytest.mark.parametrize(
    ("value", "key", "operator"),
    [
        (True, "is_paying", "exact"),
        (None, "plan", "is_not_set"),
        (50_000, "revenue", "gt"),
        ("50000", "revenue", "lte"),
        (12.5, "ratio", "exact"),
        (404, "status", "exact"),
        ("Chrome", "$browser", "exact"),
        (["DE", "US"], "$geoip_country_code", "exact"),
    ],
)
def test_truths_thresholds_and_values_of_machines_and_countries_stay(
    value: object, key: str, operator: str
) -> None:
    assert Anonymiser().value(value, key=key, operator=operator) == value  # type: ignore[arg-type]


def test_a_number_that_may_be_an_id_gets_another_of_as_many_digits() -> None:
    anonymiser = Anonymiser()
    made = anonymiser.value(4_711_000, key="account", operator="exact")
    assert made != 4_711_000
    assert len(str(made)) == 7
    assert anonymiser.value("4711000") == str(made)
    assert anonymiser.value(-4_711_000) == -int(str(made))


def test_parts_of_a_name_stand_for_the_same_parts() -> None:
    anonymiser = Anonymiser()
    whole = str(anonymiser.value("acme rockets", key="plan", operator="exact"))
    part = str(anonymiser.value("acme", key="plan", operator="icontains"))
    assert whole.startswith(part + " ")
    assert str(anonymiser.text("@acme.com")) == f"@{part}.example"
    assert anonymiser.value(r".*@acme\.com$", operator="regex") == rf".*@{part}\.example$"


def test_a_property_that_says_what_it_holds_gets_values_of_that_kind() -> None:
    made = Anonymiser().value({"company": "Acme", "email": "a@acme.com", "list": ["x1y2"]})
    assert isinstance(made, dict)
    assert made["company"] != "Acme"
    assert str(made["email"]).endswith(".example")


def test_a_person_is_the_same_wherever_they_turn_up() -> None:
    anonymiser = Anonymiser()
    anna = {"first_name": "Anna", "last_name": "Smith", "email": "anna@acme.com"}
    alias = anonymiser.person(anna)
    assert anonymiser.person({**anna, "id": 7}) == alias
    assert anonymiser.text("anna@acme.com") == alias.email
    assert anonymiser.text("Anna Smith") == f"{alias.first_name} {alias.last_name}"
    assert anonymiser.person({"id": 9}).email.endswith("@mail.example")


def test_no_real_name_stands_in_for_another() -> None:
    usual = Anonymiser().person({"id": 1})
    anonymiser = Anonymiser()
    anonymiser.avoid([usual.first_name.upper(), usual.last_name, ""])
    other = anonymiser.person({"id": 1})
    assert usual.first_name != other.first_name
    assert usual.last_name != other.last_name


def test_titles_are_made_up_unless_they_are_to_be_kept() -> None:
    made = Anonymiser()
    assert made.title("Acme's churn", "Signups by week") == "Signups by week"
    assert "cme" not in str(made.title("Acme's churn"))
    assert made.title("Acme's churn") == made.title("Acme's churn")
    assert "cme" not in str(made.prose("About Acme"))
    assert made.title(None) is None
    kept = Anonymiser(keep_titles=True)
    assert kept.title("Acme's churn", "Signups") == "Acme's churn"
    assert kept.prose("About Acme") == "About Acme"


def test_another_seed_gives_other_stand_ins_and_the_same_seed_the_same() -> None:
    assert Anonymiser(1).text("Acme Rockets") == Anonymiser(1).text("Acme Rockets")
    assert Anonymiser(1).text("anna@acme.com") != Anonymiser(2).text("anna@acme.com")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(alphabet="abcdefgh", min_size=3, max_size=9), min_size=2, max_size=30, unique=True))
def test_two_different_words_never_share_a_stand_in(real: list[str]) -> None:
    anonymiser = Anonymiser()
    made = [anonymiser.text(word) for word in real]
    assert len(set(made)) == len(set(real))
    assert made == [anonymiser.text(word) for word in real]
