"""Holds calls against the contract, one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from ..http.contract import Contract
from ..http.contract_lines import ContractLines
from ..http.json_schema import pointer
from ..resource_files import bundled
from .addresses import Address, Addresses, Place
from .exchange import Exchange, Request
from .fields import Fields
from .kinds import Severity, kind_of
from .reader import Reader
from .requests import RequestChecks
from .responses import ResponseChecks
from .seen import shown_path
from .violation import Violation
from .wrong import Wrong


@dataclass(frozen=True, slots=True)
class Checked:
    """A call that was looked at: what it is, the operation it is for, and what is wrong with it."""

    place: Place
    operation_id: str | None
    violations: tuple[Violation, ...]

    @property
    def is_of_contract(self) -> bool:
        """Whether the call is one that the contract speaks of."""
        return self.place not in (Place.ELSEWHERE, Place.PREFLIGHT, Place.WEBSOCKET)


class TrafficChecker:
    """Checks calls against `spec/openapi.yaml`, or another contract of the same kind.

    Made once: schemas are compiled when they are first needed, and kept. Safe to use from several threads.
    `bases` limits it to calls of these servers (`https://eu.posthog.com`); without any, calls to every host
    count whose path is the contract's. `strict` takes every other call for one that no operation allows.
    """

    def __init__(
        self,
        contract: Contract,
        source: Path,
        *,
        bases: Iterable[str] = (),
        strict: bool = False,
    ) -> None:
        reader, fields = Reader(contract), Fields(contract)
        self._addresses = Addresses(contract, bases, strict=strict)
        self._requests = RequestChecks(contract, reader, fields)
        self._responses = ResponseChecks(contract, reader, fields)
        self._line = cache(ContractLines(source).line)

    @classmethod
    def load(
        cls, path: Path | None = None, *, bases: Iterable[str] = (), strict: bool = False
    ) -> TrafficChecker:
        """A checker for a contract's file; the one that ships with the package without a path."""
        source = path or bundled("spec/openapi.yaml")
        return cls(Contract.load(source), source, bases=bases, strict=strict)

    def address(self, request: Request) -> Address:
        """Where a call leads; nothing but its method and URL is looked at."""
        return self._addresses.find(request)

    def check(self, exchange: Exchange) -> list[Violation]:
        """What is wrong with a call; nothing for one that is not of this contract."""
        return list(self.judge(exchange).violations)

    def judge(self, exchange: Exchange) -> Checked:
        """What a call is, and what is wrong with it."""
        address = self._addresses.find(exchange.request)
        operation = address.operation
        operation_id = operation.operation_id if operation is not None else None
        found = [self._violation(one, operation_id) for one in self._of_request(exchange, address)]
        if _is_refused(exchange):
            found = [_as_refused(one) for one in found]
        if operation is not None and exchange.response is not None:
            is_head = exchange.request.method.upper() == "HEAD"
            wrong = self._responses.of(exchange.response, operation, is_head=is_head)
            found += [self._violation(one, operation_id) for one in wrong]
        return Checked(address.place, operation_id, tuple(found))

    def _of_request(self, exchange: Exchange, address: Address) -> Iterator[Wrong]:
        request = exchange.request
        if address.place in (Place.ELSEWHERE, Place.PREFLIGHT, Place.WEBSOCKET):
            return
        if address.place is Place.NO_PATH:
            yield Wrong("path.unknown", "", "a path of the contract", shown_path(request.url))
        elif address.place is Place.NO_METHOD:
            words = " or ".join(address.allowed)
            yield Wrong("method.not_allowed", "", words, request.method, pointer("paths", address.template))
        elif address.operation is not None:
            yield from self._requests.of(request, address, address.operation)
        yield from self._requests.secrets(request)

    def _violation(self, wrong: Wrong, operation_id: str | None) -> Violation:
        kind = kind_of(wrong.kind)
        return Violation(
            kind=kind,
            severity=wrong.severity or kind.severity,
            operation_id=operation_id,
            pointer=wrong.pointer,
            expected=wrong.expected,
            seen=wrong.seen,
            contract_line=self._line(wrong.schema) if wrong.schema else None,
            times=wrong.times,
        )


def _is_refused(exchange: Exchange) -> bool:
    return exchange.response is not None and 400 <= exchange.response.status < 500


def _as_refused(violation: Violation) -> Violation:
    """A call that breaks the contract and was refused: the server did its part, so it is a warning."""
    if violation.severity is not Severity.ERROR:
        return violation
    return replace(violation, severity=Severity.WARNING)
