"""Bodies as they arrive: of what type, how broken, and in which words they are refused."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.conftest import Running, trends

JSON = {"Content-Type": "application/json"}


def refusal(running: Running, content: bytes, **headers: str) -> Any:
    answer = running.http.post(running.insights, content=content, headers=headers or JSON)
    assert answer.status_code in (400, 415), answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"name": ', "Expecting value: line 1 column 10 (char 9)"),
        (
            b"{bad}",
            "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        ),
        (b'{"name": 1}x', "Extra data: line 1 column 12 (char 11)"),
        (b"\xff", "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (b'{"order": NaN}', "Out of range float values are not JSON compliant: 'NaN'"),
    ],
)
def test_broken_json_is_explained_by_pythons_decoder(running: Running, content: bytes, said: str) -> None:
    answer = refusal(running, content)
    assert (answer["code"], answer["detail"]) == ("parse_error", f"JSON parse error - {said}")


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"order": 1e400}', b'{"name": "\\ud800"}'])
def test_json_that_nobody_could_store_is_a_parse_error(running: Running, content: bytes) -> None:
    assert refusal(running, content)["code"] == "parse_error"


@pytest.mark.parametrize(("content", "kind"), [(b"[]", "list"), (b'"text"', "str"), (b"1", "int")])
def test_a_body_that_is_no_object_is_invalid_data(running: Running, content: bytes, kind: str) -> None:
    assert refusal(running, content) == {
        "type": "validation_error",
        "code": "invalid_input",
        "detail": f"Invalid data. Expected a dictionary, but got {kind}.",
        "attr": None,
    }


@pytest.mark.parametrize("field", ["name", "derived_name", "description"])
def test_a_null_character_in_a_text_is_refused(running: Running, field: str) -> None:
    answer = running.http.post(running.insights, json={"query": trends(), field: "a\0b"})
    assert answer.status_code == 400
    assert answer.json() == {
        "type": "validation_error",
        "code": "null_characters_not_allowed",
        "detail": "Null characters are not allowed.",
        "attr": field,
    }


def test_blanks_around_a_text_are_stripped(running: Running) -> None:
    made = running.create(name="  padded ", description="\tboth ends\n", derived_name="   ")
    assert (made["name"], made["description"], made["derived_name"]) == ("padded", "both ends", "")


def test_of_a_repeated_key_the_last_counts(running: Running) -> None:
    body = b'{"name": "first", "name": "second", "query": ' + orjson.dumps(trends()) + b"}"
    assert running.http.post(running.insights, content=body, headers=JSON).json()["name"] == "second"


def test_an_empty_body_may_claim_to_be_anything(running: Running) -> None:
    path = f"{running.insights}/{running.create(name='Shared')['id']}/sharing/refresh"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert running.http.post(path, content=b"", headers=form).status_code == 200
    viewed = running.http.post(f"{running.insights}/viewed", content=b"", headers=form)
    assert (viewed.status_code, viewed.json()["attr"]) == (400, "insight_ids")


def test_a_body_of_no_type_is_refused(running: Running) -> None:
    answer = running.http.post(running.insights, content=orjson.dumps({"query": trends()}))
    assert answer.status_code == 415
    assert answer.json()["detail"] == 'Unsupported media type "" in request.'


@pytest.mark.parametrize("name", ["limit", "page"])
def test_a_number_out_of_its_range_is_refused_in_the_vendors_words(running: Running, name: str) -> None:
    answer = running.http.get(f"{running.insights}/activity?{name}=0")
    assert answer.status_code == 400
    assert answer.json()["detail"] == "Ensure this value is greater than or equal to 1."
