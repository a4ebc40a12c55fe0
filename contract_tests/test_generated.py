"""The generated half as Schemathesis' own parametrized tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import schemathesis

if TYPE_CHECKING:
    from contract_tests.session import Session

schema: Any = schemathesis.pytest.from_fixture("contract_schema")


@schema.parametrize()  # type: ignore[untyped-decorator]
def test_generated(case: Any, contract_session: Session) -> None:
    """Send one generated request and judge its answer."""
    contract_session.broken.clear()
    case.call()
    if contract_session.broken:
        pytest.fail("\n".join(contract_session.broken), pytrace=False)
