"""Schemathesis reads the contract and makes requests for each operation."""

from __future__ import annotations

import pytest

from .document import SPEC, operations


@pytest.mark.slow
def test_requests_can_be_generated_for_every_operation() -> None:
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings

    schema = schemathesis.openapi.from_path(SPEC)
    reached = set()
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=2, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(operation.as_strategy())
        def generate(case: object) -> None:
            assert case is not None

        generate()
        reached.add(operation.definition.raw["operationId"])
    assert reached == {operation.id for operation in operations()}
