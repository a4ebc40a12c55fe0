"""jsonschema-rs and openapi-core say the same of every body, and both find the same operations."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema_path import SchemaPath
from openapi_core.templating.paths.exceptions import PathError
from openapi_core.templating.paths.finders import APICallPathFinder
from openapi_core.validation.schemas import (
    oas30_read_schema_validators_factory,
    oas30_write_schema_validators_factory,
)
from openapi_core.validation.schemas.exceptions import InvalidSchemaValue

from mockserver.http.contract import Contract
from mockserver.http.contract_reader import pointer_of
from mockserver.resource_files import bundled
from mockserver.traffic import Exchange, TrafficChecker
from mockserver.traffic.reader import Reader
from tests.traffic.mutations import mutations


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract.load(bundled("spec/openapi.yaml"))


@pytest.fixture(scope="module")
def reader(contract: Contract) -> Reader:
    return Reader(contract)


def openapi_core_takes(reader: Reader, contract: Contract, place: str, value: Any, *, write: bool) -> bool:
    factory = oas30_write_schema_validators_factory if write else oas30_read_schema_validators_factory
    validator = factory.create(SchemaPath.from_dict(contract.document), reader.at(place))
    try:
        validator.validate(value)
    except InvalidSchemaValue:
        return False
    return True


def bodies(contract: Contract, checker: TrafficChecker, exchange: Exchange) -> list[tuple[str, Any, bool]]:
    """The schemas that a call's bodies are held against, with the bodies."""
    operation = contract.operations.get(checker.judge(exchange).operation_id or "")
    found: list[tuple[str, Any, bool]] = []
    if operation is None:
        return found
    pairs = [(exchange.request.body, True), (exchange.response.body if exchange.response else None, False)]
    for body, write in pairs:
        try:
            value = json.loads(body or b"")
        except ValueError:
            continue
        if write and operation.body_types:
            found.append((contract.request_pointer(operation, operation.body_types[0]), value, True))
        status = str(exchange.response.status) if exchange.response else ""
        if not write and "application/json" in operation.responses.get(status, ()):
            found.append((contract.response_pointer(operation, status, "application/json"), value, False))
    return found


def test_both_say_the_same_of_recorded_and_of_broken_bodies(
    contract: Contract, reader: Reader, calls: dict[str, Exchange]
) -> None:
    verdicts = {True: 0, False: 0}
    checker = TrafficChecker.load()
    for exchange in [*calls.values(), *(mutation(calls) for mutation in mutations())]:
        for place, value, write in bodies(contract, checker, exchange):
            ours = contract.book.validator(place).is_valid(value)
            theirs = openapi_core_takes(reader, contract, place, value, write=write)
            assert ours == theirs, (exchange.request.url, place)
            verdicts[ours] += 1
    assert verdicts[True] > 80
    assert verdicts[False] >= 25


def test_both_say_the_same_of_the_contracts_own_examples(contract: Contract, reader: Reader) -> None:
    seen = 0
    for path, item in contract.document["paths"].items():
        for method, operation in item.items():
            for status, response in operation.get("responses", {}).items() if method != "parameters" else ():
                place = response.get("$ref", "#" + pointer_of(["paths", path, method, "responses", status]))
                media = reader.at(place).read_value().get("content", {}).get("application/json", {})
                for example in media.get("examples", {}).values():
                    value = reader.at(example["$ref"]).read_value()["value"] if "$ref" in example else example
                    schema = f"{place}/content/application~1json/schema"
                    assert contract.book.validator(schema).is_valid(value)
                    assert openapi_core_takes(reader, contract, schema, value, write=False)
                    seen += 1
    assert seen > 100


def test_both_find_the_same_operation(contract: Contract, calls: dict[str, Exchange]) -> None:
    finder = APICallPathFinder(SchemaPath.from_dict({**contract.document, "servers": [{"url": "/"}]}))
    checker = TrafficChecker.load()
    for exchange in calls.values():
        request = exchange.request
        found = finder.find(request.method.lower(), request.url.split("?", maxsplit=1)[0])
        assert (found.operation / "operationId").read_str() == checker.judge(exchange).operation_id
    with pytest.raises(PathError):
        finder.find("get", "http://localhost/api/projects/1/nothing")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("from_dashboard", "7", 7),
        ("from_dashboard", "x", "x"),
        ("search", "7", "7"),
        ("refresh", "force_cache", None),
    ],
)
def test_values_of_parameters_are_of_the_type_that_the_schema_asks_for(
    contract: Contract, reader: Reader, name: str, text: str, value: Any
) -> None:
    operations = contract.operations.values()
    parameter = next(one for each in operations for one in each.parameters if one.name == name)
    place = parameter.pointer.removesuffix("/schema")
    assert reader.value(place, name, {name: text}) == (text if value is None else value)


def test_a_media_type_fits_its_key_also_by_a_range_and_with_parameters() -> None:
    content = {"text/*": {"schema": {}}, "application/json": {"schema": {}}}
    reader = Reader(Contract({"openapi": "3.0.3", "info": {}, "paths": {}, "content": content}))
    assert reader.media_type("#/content", "application/json; charset=utf-8") == "application/json"
    assert reader.media_type("#/content", "Text/Plain") == "text/*"
    assert reader.media_type("#/content", "image/png") is None
