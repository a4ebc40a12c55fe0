"""What a named contract violation is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ...store import JSON, JSONObject

if TYPE_CHECKING:
    from ...services import Services


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, before it is routed. `body` is JSON, None for none; header names are lower-case."""

    method: str
    operation_id: str | None
    project_id: int | None
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: JSON


@dataclass(frozen=True, slots=True)
class Given:
    """An answer, after it was validated. `body` is parsed JSON, or bytes where it was something else."""

    status: int
    headers: Mapping[str, str]
    body: JSON | bytes

    def with_body(self, body: JSON | bytes) -> Given:
        """The same answer with another body."""
        return replace(self, body=body)

    def with_status(self, status: int) -> Given:
        """The same answer with another status."""
        return replace(self, status=status)

    def with_header(self, name: str, value: str | None) -> Given:
        """The same answer with a header set, or gone for None."""
        headers = {key: held for key, held in self.headers.items() if key != name}
        return replace(self, headers=headers if value is None else {**headers, name: value})

    @property
    def rows(self) -> list[JSONObject]:
        """The objects of a list answer, the object itself otherwise; empty for errors and other bodies."""
        if self.status >= 400 or not isinstance(self.body, dict):
            return []
        found = self.body.get("results")
        listed = found if isinstance(found, list) else [self.body]
        return [row for row in listed if isinstance(row, dict)]


@dataclass(frozen=True, slots=True)
class ContractFault:
    """One violation: what a broken server does, and which rule of the contract it breaks.

    `on_request` changes what the server gets to see, `on_answer` what it says. `before` runs ahead of the
    handler and may change the store; what it gives is handed to `after`, which runs when the handler is done.
    `operations` limits it; None fits every operation. `pause` is how many seconds pass between `before` and
    the handler, so that requests overlap.
    """

    name: str
    group: str
    description: str
    rule: str
    operations: frozenset[str] | None = None
    on_request: Callable[[Asked], Asked] | None = None
    on_answer: Callable[[Asked, Given], Given] | None = None
    before: Callable[[Services, Asked], Any] | None = None
    after: Callable[[Services, Asked, Any], None] | None = None
    pause: float = 0.0

    def fits(self, operation_id: str | None) -> bool:
        """Whether it shows on an operation."""
        return self.operations is None or operation_id in self.operations
