"""Templates in fixtures."""

from __future__ import annotations

from typing import cast

import pytest

from mockserver.seeding.names import FakerNames
from mockserver.seeding.templates import TemplateError, Templates, slug
from mockserver.store import JSON, JSONObject


class Spelled:
    """Texts that say what they were made for."""

    def make(self, provider: str, scope: str) -> str:
        return f"{provider} of {scope}"


def filled(tenant: JSONObject) -> JSONObject:
    return Templates(tenant, Spelled()).fill()


def entry(tenant: JSONObject, section: str, place: int = 0) -> dict[str, JSON]:
    return cast("list[dict[str, JSON]]", filled(tenant)[section])[place]


def test_a_provider_is_asked_for_the_entry_that_names_it() -> None:
    tenant: JSONObject = {"people": [{"key": "ann", "first_name": "{{ first_name }}"}]}
    assert entry(tenant, "people")["first_name"] == "first_name of people/ann"


def test_a_filter_changes_the_text() -> None:
    tenant: JSONObject = {"people": [{"key": "ann", "email": "{{ name | slug }}@x.example"}]}
    assert entry(tenant, "people")["email"] == "name-of-people-ann@x.example"


def test_a_field_of_another_entry_is_the_same_as_there() -> None:
    tenant: JSONObject = {
        "organization": {"name": "{{ company }}"},
        "people": [{"key": "ann", "first_name": "{{ first_name }}"}],
        "dashboards": [{"key": "d", "name": "{{ people.ann.first_name }} at {{ organization.name }}"}],
    }
    assert entry(tenant, "dashboards")["name"] == "first_name of people/ann at company of organization"


@pytest.mark.parametrize("text", ["{{ people.bob.email }}", "{{ nowhere.name }}", "{{ organization.hue }}"])
def test_a_field_that_is_not_there_is_refused(text: str) -> None:
    with pytest.raises(TemplateError):
        filled({"organization": {"name": text}})


def test_fields_that_name_each_other_are_refused() -> None:
    with pytest.raises(TemplateError):
        filled(
            {"organization": {"name": "{{ project.name }}"}, "project": {"name": "{{ organization.name }}"}}
        )


@pytest.mark.parametrize("text", ["{{ no_such_provider }}", "{{ seed_instance }}", "{{ pyint }}"])
def test_what_faker_does_not_write_is_refused(text: str) -> None:
    with pytest.raises(TemplateError):
        Templates({"organization": {"name": text}}, FakerNames("1")).fill()


def test_braces_that_are_no_template_stay() -> None:
    assert filled({"project": {"name": "{{ 7*7 }} {variables.x}"}}) == {
        "project": {"name": "{{ 7*7 }} {variables.x}"}
    }


@pytest.mark.parametrize(
    ("text", "made"), [("Ünïcödé & Söhne", "unicode-sohne"), ("שלום", "x"), ("a  B", "a-b")]
)
def test_a_slug_is_plain(text: str, made: str) -> None:
    assert slug(text) == made
