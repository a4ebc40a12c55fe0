"""Checks that hold for every answer, whatever was asked: in scenarios, in generated tests and in traffic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ..contract import Contract
from ..core.exchange import Exchange
from . import answers, paging, query_status, secrets, times
from .check import Check, Violation

CHECKS: Final[tuple[Check, ...]] = (
    *answers.CHECKS,
    *paging.CHECKS,
    *times.CHECKS,
    *query_status.CHECKS,
    *secrets.CHECKS,
)

# what no schema says; the rest is what the traffic checker says of a call in more detail
OF_MEANING: Final[tuple[Check, ...]] = (
    *(
        check
        for check in answers.CHECKS
        if check.rule_id in ("check.no_server_error", "check.error_envelope")
    ),
    *paging.CHECKS,
    *times.CHECKS,
    *query_status.CHECKS,
    *secrets.CHECKS,
)

__all__ = ["CHECKS", "OF_MEANING", "Broken", "Check", "Violation", "judge"]


@dataclass(frozen=True, slots=True)
class Broken:
    """A check that an exchange did not pass, and how."""

    check: Check
    message: str


def judge(
    exchange: Exchange,
    contract: Contract,
    secrets: tuple[str, ...] = (),
    checks: Iterable[Check] = CHECKS,
) -> Iterator[Broken]:
    """What is wrong with an answer; nothing for an address that the contract does not know."""
    operation = contract.operations.get(exchange.operation_id or "")
    if operation is None or exchange.failure is not None:
        return
    for check in checks:
        for violation in check.find(exchange, operation, contract, secrets):
            yield Broken(check, violation)
