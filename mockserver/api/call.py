"""What a handler is given and what it gives back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orjson import Fragment

from ..errors import ApiError, api_error
from ..profiles import Profile
from ..refresh.policy_header import NAME as REFRESH_HEADER
from ..refresh.policy_header import parse_policy
from ..resources.context import Caller, Context
from ..store import JSON, JSONObject
from ..store.documents import ProjectDocument

if TYPE_CHECKING:
    from ..services import Services


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: `body` is JSON, text (with `content_type`), bytes, or None for an empty one.

    `stream` takes the place of a body that never ends; an empty chunk of it is a pause.
    """

    body: JSON | Mapping[str, object] | list[object] | Fragment | bytes = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    cookies: tuple[str, ...] = ()
    stream: AsyncIterator[bytes] | None = None


@dataclass(slots=True)
class Call:
    """One request, already routed, authenticated and validated against the contract.

    `path` and `query` are text as sent (the last value of a repeated parameter), `body` is parsed JSON.
    A body that breaks the contract raises only when `body` is read, so that a handler may first find
    out that the object does not exist, as PostHog does.
    """

    services: Services
    operation_id: str
    method: str
    caller: Caller
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    base_url: str
    raw_path: str
    query_string: str
    profile: Profile
    found_project: ProjectDocument | None = None
    parsed_body: JSON = None
    violation: ApiError | None = None
    body_was_read: bool = False

    @property
    def project(self) -> ProjectDocument:
        """The project that the path names; the security layer has already refused a missing one."""
        if self.found_project is None:
            raise api_error("project_not_found")
        return self.found_project

    @property
    def context(self) -> Context:
        """What resource functions stand on."""
        project = self.project
        return Context(
            store=self.services.store,
            now=self.services.clock_of(project["id"]).now(),
            random=self.services.random,
            project=project,
            profile=self.profile,
            caller=self.caller,
            refresh_policy=self._refresh_policy(),
        )

    def _refresh_policy(self) -> JSONObject | None:
        text = self.headers.get(REFRESH_HEADER.lower())
        if text is None:
            return None
        try:
            return parse_policy(text)
        except ValueError as error:
            reason = str(error).replace("{", "(").replace("}", ")")
            raise api_error(
                "invalid_value", field=REFRESH_HEADER, reason=reason, code="invalid_input"
            ) from None

    @property
    def body(self) -> JSONObject:
        """The JSON object that was sent; `{}` where there was none. Raises ApiError if it is invalid."""
        self.body_was_read = True
        if self.violation is not None:
            raise self.violation
        return self.parsed_body if isinstance(self.parsed_body, dict) else {}

    @property
    def url(self) -> str:
        """The absolute address of this request, with its query string."""
        query = f"?{self.query_string}" if self.query_string else ""
        return f"{self.base_url}{self.raw_path}{query}"
