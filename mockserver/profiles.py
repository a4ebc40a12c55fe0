"""The two generations of the server that the fake can be, and every difference between them.

`docs` is PostHog's API page to the letter, and where the page is silent the server of that time (October
2025 to May 2026); `current` is the server since September 2026. Each difference is a row of `DIFFERENCES`:
the code asks a `Profile` for it by name, `docs/fidelity.md` lists it, and a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

ProfileName = Literal["docs", "current"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One row: what the field of `Profile` is in each profile, and what a client sees of it."""

    name: str
    docs: bool | int | str
    current: bool | int | str
    meaning: str


DIFFERENCES: Final = (
    Difference("short_id_in_path", False, True, "`{id}` of an insight may be its short id; otherwise 404"),
    Difference("query_required", False, True, "creating an insight without a query, or emptying it, is 400"),
    Difference(
        "wraps_bare_queries", False, True, "a bare source is stored inside its node (InsightVizNode...)"
    ),
    Difference("has_filters", True, False, "answers carry the legacy `filters` key"),
    Difference(
        "accepts_filters", True, False, "legacy `filters` may be written; otherwise 403 without a query"
    ),
    Difference("derives_query", True, False, "an insight with only `filters` shows the query they stand for"),
    Difference("cancel_status", 200, 201, "status of a cancel"),
    Difference("viewed_status", 200, 201, "status of viewed"),
    Difference("password_created_status", 200, 201, "status of creating a share password"),
    Difference(
        "password_shows_configuration",
        True,
        False,
        "creating a share password answers the documented configuration beside the password, and applies "
        "the documented `enabled`, `settings` and `password_required` first",
    ),
    Difference(
        "cancel_takes_documented_body",
        True,
        False,
        "cancel accepts the documented insight fields without `client_query_id`, and cancels nothing then",
    ),
    Difference(
        "keys_reach_scopeless", True, False, "API keys may call actions that have no scope (cancel...)"
    ),
    Difference(
        "failing_query_is_400", True, False, "a failing query answers 400; otherwise 200 with its error"
    ),
    Difference(
        "trigram_search", False, True, "`search` also finds similar words and says `search_match_type`"
    ),
    Difference("limits_search", False, True, "a `search` of more than 200 characters is 400"),
    Difference("dashboards_for_sessions", True, False, "session callers get `dashboards` without asking"),
    Difference("create_counts_as_view", False, True, "the creator has viewed the insight"),
    Difference("query_is_material", False, True, "editing the query moves `last_modified_at`"),
    Difference("update_sets_saved", False, True, "any update sets `saved` unless it is sent"),
    Difference("trending_is_page", False, True, "trending is a page; otherwise a bare list"),
    Difference(
        "missing_activity_is_empty", True, False, "activity of an unknown insight: 404 with an empty body"
    ),
    Difference(
        "viewed_checks_each_id",
        False,
        True,
        "`viewed` says what is wrong with which id; otherwise one message for all",
    ),
    Difference(
        "revokes_on_disable", False, True, "turning sharing off ends its token; turning on gives a new one"
    ),
    Difference(
        "tile_filters_merge", False, True, "tile filters are merged over the dashboard's; otherwise replace"
    ),
    Difference("has_override_context", False, True, "answers carry `filter_override_context`"),
    Difference("has_resolved_date_range", False, True, "answers carry `resolved_date_range`"),
    Difference("checks_query_rules", False, True, "a funnel needs two steps and trends a series to be saved"),
    Difference("job_minutes", 10, 20, "minutes until a query status expires"),
    Difference("has_error_code", False, True, "`query_status` carries `error_code` and the newest keys"),
    Difference(
        "activity_has_client", False, True, "activity items carry `is_system`, `was_impersonated`, `client`"
    ),
    Difference(
        "feature_name", "Advanced Permissions", "Access Control", "the plan feature in password errors"
    ),
    Difference("sharing_has_access_level", False, True, "sharing configurations carry `user_access_level`"),
    Difference("sharing_has_theme", False, True, "sharing settings may hold `theme`"),
    Difference(
        "limits_unlock_attempts", False, True, "ten wrong passwords a minute on a shared link, then 429"
    ),
    Difference(
        "dashboard_missing_is_invalid",
        False,
        True,
        "unknown `dashboards` ids: `invalid_input`, no `Invalid pk`",
    ),
    Difference("saved_by_default", False, True, "a new insight is `saved` unless it says otherwise"),
    Difference(
        "created_by_takes_number", True, False, "the list's `created_by` may be one number, as documented"
    ),
    Difference(
        "dashboard_filters_set_more",
        False,
        True,
        "dashboard filters may also hold `interval`, `filterTestAccounts` and `explicitDate`",
    ),
)


@dataclass(frozen=True, slots=True)
class Profile:
    """One generation of the server; each field is a row of `DIFFERENCES`."""

    name: ProfileName
    short_id_in_path: bool
    query_required: bool
    wraps_bare_queries: bool
    has_filters: bool
    accepts_filters: bool
    derives_query: bool
    cancel_status: int
    viewed_status: int
    password_created_status: int
    password_shows_configuration: bool
    cancel_takes_documented_body: bool
    keys_reach_scopeless: bool
    failing_query_is_400: bool
    trigram_search: bool
    limits_search: bool
    dashboards_for_sessions: bool
    create_counts_as_view: bool
    query_is_material: bool
    update_sets_saved: bool
    trending_is_page: bool
    missing_activity_is_empty: bool
    viewed_checks_each_id: bool
    revokes_on_disable: bool
    tile_filters_merge: bool
    has_override_context: bool
    has_resolved_date_range: bool
    checks_query_rules: bool
    job_minutes: int
    has_error_code: bool
    activity_has_client: bool
    feature_name: str
    sharing_has_access_level: bool
    sharing_has_theme: bool
    limits_unlock_attempts: bool
    dashboard_missing_is_invalid: bool
    saved_by_default: bool
    created_by_takes_number: bool
    dashboard_filters_set_more: bool


DOCS: Final = Profile(name="docs", **{row.name: row.docs for row in DIFFERENCES})  # type: ignore[arg-type]
CURRENT: Final = Profile(name="current", **{row.name: row.current for row in DIFFERENCES})  # type: ignore[arg-type]
PROFILES: Final = MappingProxyType({"docs": DOCS, "current": CURRENT})
