"""The contract as the server reads it."""

from __future__ import annotations

from pathlib import Path

from mockserver.http.compile_spec import main
from mockserver.http.contract import Contract, made_json, read_document
from mockserver.resource_files import bundled

MINIMAL = """
openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /a/{b}:
    parameters: [{name: b, in: path, required: true, schema: {type: string}}]
    get: {operationId: a_get, responses: {"200": {description: ok}}}
    delete: {operationId: a_delete, responses: {"204": {description: gone}}}
"""


def test_the_json_beside_the_contract_is_up_to_date() -> None:
    for source in bundled("spec").glob("*.yaml"):
        assert source.with_suffix(".json").read_bytes() == made_json(source), "run `make spec`"


def test_json_of_another_text_is_not_used(tmp_path: Path) -> None:
    source = tmp_path / "openapi.yaml"
    source.write_text(MINIMAL)
    source.with_suffix(".json").write_bytes(made_json(source))
    source.write_text(MINIMAL.replace("title: T", "title: Changed"))
    assert read_document(source)["info"]["title"] == "Changed"
    assert Contract.load(source).document["info"]["title"] == "Changed"


def test_the_json_is_used_while_it_fits(tmp_path: Path) -> None:
    source = tmp_path / "openapi.yaml"
    source.write_text(MINIMAL)
    source.with_suffix(".json").write_bytes(made_json(source).replace(b'"T"', b'"From JSON"'))
    assert read_document(source)["info"]["title"] == "From JSON"


def test_compiling_writes_the_json_of_each_contract() -> None:
    assert main() == 0


def test_a_path_allows_the_methods_of_its_item(tmp_path: Path) -> None:
    source = tmp_path / "openapi.yaml"
    source.write_text(MINIMAL)
    contract = Contract.load(source)
    assert contract.allowed_methods("/a/anything") == "DELETE, GET"
    assert contract.allowed_methods("/a/b/c") is None
