"""The shapes of what is stored. Times are text in `STORED_FORMAT`, so that they sort as they read."""

from __future__ import annotations

from typing import NotRequired, TypedDict

JSON = None | bool | int | float | str | list["JSON"] | dict[str, "JSON"]
JSONObject = dict[str, JSON]


class OrganizationDocument(TypedDict):
    """An organisation: who may share, who may use keys, what its plan includes."""

    id: int
    uuid: str
    name: str
    slug: str
    created_at: str
    updated_at: str
    features: list[str]
    members_can_use_personal_api_keys: bool
    allow_publicly_shared_resources: bool
    is_ai_data_processing_approved: bool


class UserDocument(TypedDict):
    """A person who signs in. `password_hash` is argon2's text; null where no password was set."""

    id: int
    uuid: str
    distinct_id: str
    first_name: str
    last_name: str
    email: str
    password_hash: str | None
    is_active: bool
    is_staff: bool
    is_email_verified: bool | None
    role_at_organization: str | None
    hedgehog_config: JSONObject | None
    date_joined: str
    current_organization_id: int | None
    current_project_id: int | None


class MembershipDocument(TypedDict):
    """A user's place in an organisation: level 1 member, 8 admin, 15 owner."""

    id: int
    user_id: int
    organization_id: int
    level: int
    joined_at: str


class ProjectDocument(TypedDict):
    """A project: the tenant. `profile` null means the server's own.

    `seeded_at` is the moment that its fixture was laid out from; its events are made from there too.
    """

    id: int
    uuid: str
    organization_id: int
    name: str
    api_token: str
    timezone: str
    week_start_day: int
    created_at: str
    updated_at: str
    test_account_filters: list[JSONObject]
    is_demo: bool
    ingested_event: bool
    profile: str | None
    fixture: str
    seed: str
    seeded_at: str


class PersonalApiKeyDocument(TypedDict):
    """A personal API key; only `value_hash` (SHA-256, hex) is kept."""

    id: int
    uuid: str
    user_id: int
    label: str
    value_hash: str
    mask_value: str
    scopes: list[str]
    scoped_teams: list[int]
    scoped_organizations: list[str]
    created_at: str
    last_used_at: str | None


class SessionDocument(TypedDict):
    """A browser session: the cookie's value hashed, and its CSRF secret."""

    id: int
    key_hash: str
    user_id: int
    csrf_token: str
    created_at: str
    expires_at: str


class InsightDocument(TypedDict):
    """A saved insight. `filters` is the legacy query; `updated_at` is touched by every save."""

    id: int
    project_id: int
    short_id: str
    name: str | None
    derived_name: str | None
    description: str | None
    query: JSONObject | None
    filters: JSONObject
    order: int | None
    deleted: bool
    saved: bool
    favorited: bool
    is_sample: bool
    tags: list[str]
    created_at: str
    created_by: int | None
    updated_at: str
    last_modified_at: str
    last_modified_by: int | None


class DashboardDocument(TypedDict):
    """A dashboard; its tiles are documents of their own."""

    id: int
    project_id: int
    name: str | None
    description: str
    pinned: bool
    deleted: bool
    tags: list[str]
    filters: JSONObject
    variables: JSONObject
    breakdown_colors: list[JSON]
    data_color_theme_id: int | None
    restriction_level: int
    creation_mode: str
    created_at: str
    created_by: int | None
    last_accessed_at: str | None
    updated_at: str


class TileDocument(TypedDict):
    """An insight or a text on a dashboard. `deleted`: null on a new tile, then true or false."""

    id: int
    project_id: int
    dashboard_id: int
    insight_id: int | None
    text: JSONObject | None
    layouts: JSONObject
    color: str | None
    order: int | None
    filters_overrides: JSONObject
    deleted: bool | None


class PreviousToken(TypedDict):
    """A rotated sharing token that still works until `expires_at`."""

    token: str
    expires_at: str


class SharingDocument(TypedDict):
    """How one insight or dashboard is shared. `rotation` counts the tokens it has had."""

    id: int
    project_id: int
    insight_id: int | None
    dashboard_id: int | None
    enabled: bool
    access_token: str
    rotation: int
    previous_tokens: list[PreviousToken]
    settings: JSONObject | None
    password_required: bool
    created_at: str


class SharePasswordDocument(TypedDict):
    """A password of a shared link, hashed by argon2. Deleting one makes it inactive."""

    id: int
    project_id: int
    sharing_id: int
    password_hash: str
    note: str
    created_at: str
    created_by: int | None
    is_active: bool


class ActivityDocument(TypedDict):
    """One entry of the activity log; `user_id` null is the system."""

    id: int
    uuid: str
    project_id: int
    user_id: int | None
    activity: str
    scope: str
    item_id: str
    detail: JSONObject
    created_at: str


class ViewDocument(TypedDict):
    """When a user (null: someone on a shared link) last saw an insight."""

    id: int
    project_id: int
    user_id: int | None
    insight_id: int
    last_viewed_at: str


class VariableDocument(TypedDict):
    """An insight variable: what `{variables.code_name}` stands for in SQL."""

    id: int
    uuid: str
    project_id: int
    type: str
    name: str
    code_name: str
    default_value: JSON
    values: list[JSON] | None
    created_by: int | None
    created_at: str


class ActionDocument(TypedDict):
    """An action: a name for any of several event patterns."""

    id: int
    project_id: int
    name: str
    steps: list[JSONObject]
    created_at: str
    deleted: bool


class CohortDocument(TypedDict):
    """A static cohort: a name for some persons, by distinct id."""

    id: int
    project_id: int
    name: str
    distinct_ids: list[str]
    created_at: str
    deleted: bool


class AlertDocument(TypedDict):
    """An alert on an insight, as far as insights show it."""

    id: int
    uuid: str
    project_id: int
    insight_id: int
    name: str
    enabled: bool
    condition: JSONObject
    configuration: JSONObject
    threshold: JSONObject | None
    created_at: str
    created_by: int | None


class CachedResultDocument(TypedDict):
    """A result, kept by its key. `response` is what the query runner answered.

    A `recorded` one stands for what would be calculated: refreshing makes it fresh and changes nothing else.
    """

    id: int
    project_id: int
    key: str
    response: JSONObject
    last_refresh: str
    interval: str | None
    range_end: str | None
    range_days: int | None
    recorded: NotRequired[bool]


class JobDocument(TypedDict):
    """A query that runs in the background; its state is a function of this and the clock."""

    id: int
    project_id: int
    query_id: str
    cache_key: str
    query: JSONObject
    insight_id: int | None
    dashboard_id: int | None
    user_id: int | None
    labels: list[str] | None
    policy: JSONObject
    created_at: str
    reads: int
    forced_state: str | None
    forced_at: str | None
    picked_up_at: NotRequired[str | None]
    finished_at: NotRequired[str | None]
    floor_at: NotRequired[str | None]
    error_message: str | None
    error_code: str | None
    progress: JSONObject | None
    result_key: str | None
    from_insight: bool
