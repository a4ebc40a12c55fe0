"""The shapes of what the control plane keeps: clocks, policies, faults, tenants, taken-in events."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from .documents import JSON, JSONObject


class ClockDocument(TypedDict):
    """A clock that was moved or stopped: at real time `since` it showed `anchor`.

    Project null: the server's.
    """

    id: int
    project_id: int | None
    anchor: str
    since: str
    frozen: bool
    rate: float


class PolicyDocument(TypedDict):
    """A refresh policy and its place: an insight, a project (insight null), or everywhere (both null)."""

    id: int
    project_id: int | None
    insight_id: int | None
    policy: JSONObject


class FaultDocument(TypedDict):
    """A fault rule. `seen` counts the requests it fitted, `hits` those it hit.

    `buckets` holds a throttle's tokens by project and span: `{project: {span: [tokens, stored time]}}`.
    """

    id: int
    project_id: int | None
    match: JSONObject
    effect: JSONObject
    times: int | None
    probability: float
    hits: int
    seen: int
    buckets: dict[str, dict[str, list[JSON]]]
    created_at: str


class TenantDocument(TypedDict):
    """What belongs to a project beside its tables, and the documents it began with, by table.

    `users` and `organizations` were made for it and go with it. `named` are the ids of what its fixture laid
    out, by table and by what the fixture calls each, and `root` the source of chance they came from;
    `chosen` are fields of the project that whoever made it decided.
    """

    id: int
    project_id: int
    users: list[int]
    organizations: list[int]
    baseline: dict[str, list[JSONObject]]
    named: NotRequired[dict[str, dict[str, int]]]
    root: NotRequired[str]
    chosen: NotRequired[list[str]]


class BatchDocument(TypedDict):
    """Events and people that a project took in after it was seeded: replayed over the seed's events."""

    id: int
    project_id: int
    taken_at: str
    persons: list[JSONObject]
    rows: list[JSONObject]
