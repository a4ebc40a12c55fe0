"""What the vendor's rules stand on while one request is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from ..profiles import Profile
from ..randomness import Randomness
from ..store import JSON, Store, to_stored
from ..store.documents import (
    PersonalApiKeyDocument,
    ProjectDocument,
    SharingDocument,
    UserDocument,
)

Via = Literal["session", "personal_api_key", "sharing_token", "shared_page", "open", "anonymous", "system"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and by which credential. `key` and `sharing` are set where that was the credential."""

    via: Via
    user: UserDocument | None = None
    key: PersonalApiKeyDocument | None = None
    sharing: SharingDocument | None = None

    @property
    def is_shared(self) -> bool:
        """Whether the answer is for someone who holds a link rather than an account."""
        return self.via in ("sharing_token", "shared_page")


ANONYMOUS = Caller("anonymous")


@dataclass(frozen=True, slots=True)
class Context:
    """The store, the time, the source of chance, the tenant and the caller of one request.

    `refresh_policy` is what the request itself says of the jobs that it makes, if anything.
    """

    store: Store
    now: datetime
    random: Randomness
    project: ProjectDocument
    profile: Profile
    caller: Caller
    refresh_policy: Mapping[str, JSON] | None = None

    @property
    def project_id(self) -> int:
        """The tenant's id."""
        return self.project["id"]

    @property
    def user_id(self) -> int | None:
        """The caller's id, where a user calls."""
        return self.caller.user["id"] if self.caller.user else None

    @property
    def stored_now(self) -> str:
        """The time as documents hold it."""
        return to_stored(self.now)


@dataclass(frozen=True, slots=True)
class ResultFields:
    """What an insight shows of its result: the part of its shape that refreshing decides.

    Times are in wire form. The defaults are those of a plain cache miss.
    """

    result: JSON = None
    last_refresh: str | None = None
    cache_target_age: str | None = None
    next_allowed_client_refresh: str | None = None
    has_more: bool | None = None
    columns: list[str] | None = None
    timezone: str | None = None
    is_cached: bool = False
    query_status: dict[str, JSON] | None = None
    hogql: str | None = None
    types: list[JSON] | None = None
    resolved_date_range: dict[str, JSON] | None = None
    cache_key: str | None = None


@dataclass(frozen=True, slots=True)
class Overrides:
    """Filters and variables that a request or a dashboard lays over an insight's query (already parsed)."""

    dashboard: dict[str, JSON] | None = None
    tile: dict[str, JSON] | None = None
    dashboard_variables: dict[str, JSON] | None = None
    filters: dict[str, JSON] | None = None
    variables: dict[str, JSON] | None = None
    dashboard_id: int | None = None
    extra: dict[str, JSON] = field(default_factory=dict)
