"""The contract as the control plane asks about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from ..control.contract_reader import Breach
from ..control.journal import Entry
from ..services import Services
from ..store import JSON, JSONObject
from .contract import Contract
from .contract_lines import ContractLines
from .failure_advice import FailureAdvice


class LoadedContract:
    """A contract in memory, and its text in a file."""

    def __init__(self, contract: Contract, source: Path, services: Services) -> None:
        self._contract = contract
        self._advice = FailureAdvice(contract, ContractLines(source), source.name, services)

    def operations(self) -> Sequence[JSONObject]:
        """Each operation as a row, in the contract's order."""
        return self._rows

    @cached_property
    def _rows(self) -> tuple[JSONObject, ...]:
        rows: list[JSONObject] = []
        for operation in self._contract.operations.values():
            node = self._contract.document["paths"][operation.path][operation.method]
            scopes: JSON = None
            if operation.required_scopes is not None:
                scopes = list(operation.required_scopes)
            rows.append(
                {
                    "operation_id": operation.operation_id,
                    "method": operation.method.upper(),
                    "path": operation.path,
                    "tag": next(iter(node.get("tags", [])), ""),
                    "summary": node.get("summary", ""),
                    "secured": operation.secured,
                    "session_only": operation.session_only,
                    "scopes": scopes,
                }
            )
        return tuple(rows)

    def is_read(self, operation_id: str) -> bool:
        """Whether there is such an operation and it only reads JSON."""
        operation = self._contract.operations.get(operation_id)
        return (
            operation is not None
            and operation.method == "get"
            and operation.path.startswith("/api/")
            and "application/json" in operation.responses.get("200", ())
        )

    def breaches(self, operation_id: str, status: int, body: JSON) -> Iterator[Breach]:
        """What an answer breaks: its status, or places in its body."""
        operation = self._contract.operations[operation_id]
        declared = operation.responses.get(str(status))
        if declared is None or (status >= 400):
            yield Breach("", f"It was answered with {status}.")
        elif "application/json" in declared:
            place = self._contract.response_pointer(operation, str(status), "application/json")
            for error in self._contract.book.validator(place).iter_errors(body):
                yield Breach(pointer_of(error.instance_path), error.message[:300])

    def advice(self, entry: Entry, base_url: str, key: str) -> JSONObject:
        """Why a request failed, and what would work."""
        return self._advice.of(entry, base_url, key)


def pointer_of(path: Sequence[str | int]) -> str:
    """A JSON pointer (RFC 6901) from its parts."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
