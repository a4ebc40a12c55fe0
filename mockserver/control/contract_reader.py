"""What the control plane asks of the contract; the layer that knows the contract answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..store import JSON, JSONObject
from .journal import Entry


@dataclass(frozen=True, slots=True)
class Breach:
    """One place of a body that the contract does not allow; `pointer` is a JSON pointer into the body."""

    pointer: str
    message: str


class ContractReader(Protocol):
    """The contract, read for people."""

    def operations(self) -> Sequence[JSONObject]:
        """Each operation: its id, method, path, tag, summary and the scopes that it asks for."""
        ...

    def is_read(self, operation_id: str) -> bool:
        """Whether the contract has such an operation and it only reads."""
        ...

    def breaches(self, operation_id: str, status: int, body: JSON) -> Iterator[Breach]:
        """What an answer breaks of the contract."""
        ...

    def advice(self, entry: Entry, base_url: str, key: str) -> JSONObject:
        """Why a request failed by the contract, and a command that would work; `key` is a usable API key."""
        ...


class NoContract:
    """The reader of a server that was put together without a contract."""

    def operations(self) -> Sequence[JSONObject]:
        """None."""
        return ()

    def is_read(self, operation_id: str) -> bool:  # noqa: ARG002
        """Never."""
        return False

    def breaches(self, operation_id: str, status: int, body: JSON) -> Iterator[Breach]:  # noqa: ARG002
        """None."""
        return iter(())

    def advice(self, entry: Entry, base_url: str, key: str) -> JSONObject:  # noqa: ARG002
        """Nothing."""
        return {}
