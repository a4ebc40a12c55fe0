"""The control plane's errors as data, and the exception that carries them (RFC 9457).

Problem     an answer `{type, title, status, detail, instance, field?, errors?}`
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:mockserver:problem:"


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One row: its status, and its title, which is the same each time."""

    status: int
    title: str


PROBLEMS: Final[Mapping[str, ProblemKind]] = MappingProxyType(
    {
        "malformed_json": ProblemKind(400, "The body is not JSON"),
        "token_required": ProblemKind(401, "A control token is required"),
        "token_invalid": ProblemKind(401, "The control token is wrong"),
        "foreign_host": ProblemKind(403, "The Host header names another machine"),
        "foreign_origin": ProblemKind(403, "The request comes from another site"),
        "not_found": ProblemKind(404, "There is no such path"),
        "unknown_project": ProblemKind(404, "There is no such project"),
        "unknown_insight": ProblemKind(404, "There is no such insight"),
        "unknown_user": ProblemKind(404, "There is no such user"),
        "unknown_job": ProblemKind(404, "There is no such job"),
        "unknown_fault": ProblemKind(404, "There is no such fault rule"),
        "unknown_request": ProblemKind(404, "There is no such journal entry"),
        "unknown_response": ProblemKind(404, "The answer is not kept"),
        "unknown_snapshot": ProblemKind(404, "There is no such snapshot"),
        "unknown_explanation": ProblemKind(404, "There is no such explanation"),
        "metrics_off": ProblemKind(404, "Nothing is measured"),
        "not_recording": ProblemKind(404, "Nothing is recorded"),
        "method_not_allowed": ProblemKind(405, "The path does not have this method"),
        "illegal_move": ProblemKind(409, "The state machine has no such edge"),
        "email_taken": ProblemKind(409, "Another user has this email"),
        "name_taken": ProblemKind(409, "Another snapshot has this name"),
        "not_written": ProblemKind(409, "The fixture cannot be written"),
        "body_too_large": ProblemKind(413, "The body is too large"),
        "unsupported_media_type": ProblemKind(415, "The body is not application/json"),
        "invalid_body": ProblemKind(422, "The body is not valid"),
        "invalid_parameter": ProblemKind(422, "A parameter is not valid"),
        "server_error": ProblemKind(500, "The server failed"),
        "read_only": ProblemKind(403, "The proxy passes no writes on"),
        "websocket": ProblemKind(501, "The proxy passes no websockets on"),
        "contract_broken": ProblemKind(502, "The call breaks the contract"),
        "upstream_broken": ProblemKind(502, "The upstream's answer is broken"),
        "upstream_unreachable": ProblemKind(502, "The upstream cannot be reached"),
        "upstream_untrusted": ProblemKind(502, "The upstream cannot be trusted"),
        "upstream_timeout": ProblemKind(504, "The upstream takes too long"),
    }
)


class Problem(Exception):
    """A refusal by the control plane; `field` names the parameter or body key at fault."""

    def __init__(
        self,
        name: str,
        detail: str,
        *,
        field: str | None = None,
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.name = name
        self.detail = detail
        self.field = field
        self.errors = tuple(errors)
        self.headers: Mapping[str, str] = headers or {}

    @property
    def status(self) -> int:
        """The HTTP status."""
        return PROBLEMS[self.name].status

    def document(self, instance: str) -> dict[str, object]:
        """The answer's body; `instance` is the path that was called."""
        kind = PROBLEMS[self.name]
        made: dict[str, object] = {
            "type": TYPE_PREFIX + self.name,
            "title": kind.title,
            "status": kind.status,
            "detail": self.detail,
            "instance": instance,
        }
        if self.field is not None:
            made["field"] = self.field
        if self.errors:
            made["errors"] = [{"field": field, "detail": detail} for field, detail in self.errors]
        return made


def invalid(field: str, detail: str) -> Problem:
    """A key of the body whose value can't be used."""
    return Problem("invalid_body", detail, field=field)
