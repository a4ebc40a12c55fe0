"""What a fixture file holds, as types; `fixtures/fixture.schema.json` says the same to editors and at load.

A time is text such as `45d 3h`: how long before the seeding it was. A reference such as `@actions/paid` in
a query stands for the id that the action gets. An `id` is taken where it is still free.
"""

from __future__ import annotations

from typing import TypedDict

from ..store import JSON, JSONObject


class OrganizationEntry(TypedDict, total=False):
    """The organisation that owns the project. `features` are plan features such as `access_control`."""

    name: str
    features: list[str]
    members_can_use_personal_api_keys: bool
    allow_publicly_shared_resources: bool
    is_ai_data_processing_approved: bool
    created: str


class ProjectEntry(TypedDict, total=False):
    """The project. `week_start_day`: 0 Sunday, 1 Monday."""

    id: int
    name: str
    timezone: str
    week_start_day: int
    is_demo: bool
    test_account_filters: list[JSONObject]
    created: str


class PersonEntry(TypedDict, total=False):
    """A member of the organisation. The first one of a fixture signs in and owns the API key."""

    id: int
    key: str
    first_name: str
    last_name: str
    email: str
    password: str
    can_sign_in: bool
    is_active: bool
    is_staff: bool
    is_email_verified: bool | None
    level: str
    role: str | None
    hedgehog: JSONObject | None
    joined: str


class KeyEntry(TypedDict, total=False):
    """A further personal API key; `of` is whose."""

    label: str
    of: str
    scopes: list[str]
    value: str
    this_project_only: bool
    created: str


class ActionEntry(TypedDict, total=False):
    """An action. A deleted one keeps its id, which insights may still name."""

    id: int
    key: str
    name: str
    steps: list[JSONObject]
    deleted: bool
    created: str


class EveryNth(TypedDict):
    """Every n-th person of the population, by order of arrival."""

    every: int


class CohortEntry(TypedDict, total=False):
    """A static cohort: distinct ids, or every n-th person of the population."""

    id: int
    key: str
    name: str
    distinct_ids: list[str]
    people: EveryNth
    deleted: bool
    created: str


class VariableEntry(TypedDict, total=False):
    """An insight variable for SQL; `id` is a UUID."""

    id: str
    key: str
    name: str
    code_name: str
    type: str
    default: JSON
    values: list[JSON]
    by: str
    created: str


class PasswordEntry(TypedDict, total=False):
    """A password of a shared link."""

    password: str
    note: str
    by: str
    is_active: bool
    created: str


class SharingEntry(TypedDict, total=False):
    """How an insight or a dashboard is shared."""

    enabled: bool
    settings: JSONObject | None
    password_required: bool
    passwords: list[PasswordEntry]
    created: str


class AlertEntry(TypedDict, total=False):
    """An alert on an insight."""

    name: str
    enabled: bool
    condition: JSONObject
    configuration: JSONObject
    threshold: JSONObject | None
    by: str
    created: str


class ChangeEntry(TypedDict):
    """One field that an edit changed."""

    field: str
    before: JSON
    after: JSON


class HistoryEntry(TypedDict, total=False):
    """An edit in the activity log, after the creation that every named insight has."""

    activity: str
    by: str | None
    at: str
    changes: list[ChangeEntry] | None


class ViewEntry(TypedDict):
    """Who last saw an insight, and when; null is someone with a shared link."""

    by: str | None
    at: str


class InsightEntry(TypedDict, total=False):
    """A saved insight: `query`, or legacy `filters`, or neither. `repeat` makes as many alike, numbered."""

    id: int
    short_id: str
    key: str
    repeat: int
    name: str | None
    derived_name: str | None
    description: str | None
    query: JSONObject | None
    filters: JSONObject
    order: int | None
    saved: bool
    deleted: bool
    favorited: bool
    is_sample: bool
    tags: list[str]
    by: str | None
    created: str
    modified: str
    modified_by: str | None
    sharing: SharingEntry
    alerts: list[AlertEntry]
    history: list[HistoryEntry]
    views: list[ViewEntry]


class TileEntry(TypedDict, total=False):
    """A tile: an `insight` or a `text`."""

    id: int
    insight: str
    text: str
    layouts: JSONObject
    color: str | None
    filters: JSONObject
    deleted: bool


class DashboardEntry(TypedDict, total=False):
    """A dashboard and its tiles."""

    id: int
    key: str
    name: str | None
    description: str
    pinned: bool
    deleted: bool
    tags: list[str]
    filters: JSONObject
    variables: JSONObject
    restriction_level: int
    creation_mode: str
    by: str | None
    created: str
    last_accessed: str | None
    tiles: list[TileEntry]
    sharing: SharingEntry


class ResultEntry(TypedDict, total=False):
    """A query's result as it was recorded; `extra` are further fields of the answer to `/query`."""

    query: JSONObject
    refreshed: str
    results: JSON
    columns: list[str] | None
    types: list[JSON] | None
    hogql: str | None
    has_more: bool | None
    timezone: str
    resolved_date_range: JSONObject | None
    extra: JSONObject


class TenantEntry(TypedDict, total=False):
    """An organisation with one project and what is in it."""

    organization: OrganizationEntry
    project: ProjectEntry
    people: list[PersonEntry]
    api_keys: list[KeyEntry]
    actions: list[ActionEntry]
    cohorts: list[CohortEntry]
    variables: list[VariableEntry]
    insights: list[InsightEntry]
    dashboards: list[DashboardEntry]
    results: list[ResultEntry]


class FixtureContent(TenantEntry, total=False):
    """A whole fixture file. `neighbours` are tenants that the fixture's people do not belong to.

    `recorded` is the moment (ISO 8601) that results were recorded at.
    """

    format: int
    description: str
    locale: str
    recorded: str
    population: PopulationEntry | None
    neighbours: list[TenantEntry]


class SpikeEntry(TypedDict):
    """Arrivals on top of the rhythm: `extra[0]` on the day `day` (0 Monday) of `week`, and so on."""

    week: int
    day: int
    extra: list[int]


class ArrivalsEntry(TypedDict, total=False):
    """How many people come: linear growth by week, a rhythm by weekday (Monday first) and hour (UTC)."""

    first_week: int
    last_week: int
    weekdays: list[int]
    hours: list[int]
    spikes: list[SpikeEntry]


class TraitEntry(TypedDict, total=False):
    """Properties that go together: one of the weighted rows in `choices`.

    `each: person` (default) draws once a person, `each: visit` once a visit. `at` makes it the person's
    from that stage on and `before` what it is until then.
    """

    name: str
    each: str
    at: str
    before: dict[str, JSON]
    choices: list[dict[str, JSON]]
    on_person: dict[str, str]


class HabitEntry(TypedDict, total=False):
    """How someone of a stage comes back, in chances of 1000: on each of the days after, then each week."""

    daily: list[int]
    weekly: list[int]
    visits_a_week: list[int]
    visits: dict[str, int]


class StageEntry(TypedDict, total=False):
    """A step in a person's life: reached from the one before with `chance` of 1000, after a delay."""

    name: str
    chance: int
    delays: dict[str, int]
    visits: dict[str, int]
    habit: HabitEntry
    identified: bool


class StepEntry(TypedDict, total=False):
    """One event of a visit. `chance` of 1000 that it happens; `stay` of 1000 that the visit goes on after."""

    event: str
    path: str
    chance: int
    stay: int


class EventEntry(TypedDict, total=False):
    """Properties that an event has of its own: weighted values, or a value by another property's."""

    properties: dict[str, JSON]


class PopulationEntry(TypedDict, total=False):
    """The people whose events fill the project, and how they behave. Chances are of 1000."""

    weeks: int
    base_url: str
    arrivals: ArrivalsEntry
    names: dict[str, int]
    traits: list[TraitEntry]
    stages: list[StageEntry]
    visits: dict[str, list[StepEntry]]
    gaps: list[int]
    events: dict[str, EventEntry]
