"""Where the fake differs from PostHog on purpose; `docs/fidelity.md` is made from this table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Deliberate:
    """One difference: what PostHog does, what the fake does, and why."""

    subject: str
    posthog: str
    fake: str
    reason: str


DELIBERATE: Final = (
    Deliberate(
        "unknown `order` field on the list",
        "500",
        "400 `invalid_input` on `order`",
        "a crash teaches a client nothing",
    ),
    Deliberate(
        "`tags`, `dashboards`, `created_by` or `events` that are not JSON",
        "500",
        "400 `invalid_input` naming the parameter",
        "a crash teaches a client nothing",
    ),
    Deliberate(
        "`limit` or `page` of an activity list that is no number, or a page past the end",
        "500",
        "400 `invalid_input` naming the parameter",
        "a crash teaches a client nothing",
    ),
    Deliberate(
        "`from_dashboard` that is no number",
        "500",
        "400 `invalid_input` on `from_dashboard`",
        "a crash teaches a client nothing",
    ),
    Deliberate(
        "a row of a list whose query fails while it is refreshed (`docs`)",
        "the whole list answers 500",
        "that row carries `query_status` with the error, as `current` does",
        "one broken insight would hide all others",
    ),
    Deliberate(
        "`blocking` and `force_blocking`",
        "take as long as ClickHouse does",
        "answer at once",
        "waiting is asked for where it is wanted: by a delay, or by an asynchronous mode",
    ),
    Deliberate(
        "a PATCH of a dashboard that names a tile which is not on it",
        "500",
        "400 `invalid_input` on `tiles`",
        "a crash teaches a client nothing",
    ),
    Deliberate(
        "`/shared/{token}.json` of a link that is locked by a password",
        "the unlock page, in HTML",
        '`{"type": "unlock", "accessToken": ...}`',
        "whoever asks for JSON can read it",
    ),
    Deliberate(
        "the layout of CSV",
        "not documented",
        "as djangorestframework-csv writes it: a column for each key, nested keys joined by dots",
        "the renderer that PostHog uses",
    ),
    Deliberate(
        "throttling",
        "240 requests a minute and 1200 an hour on insights where it is switched on",
        "off until a fault switches it on",
        "a test suite would be throttled by its own speed",
    ),
    Deliberate(
        "two-factor and single sign-on, invitations, billing",
        "may stand before a login",
        "a login needs e-mail and password only",
        "they are not part of the Insights API",
    ),
    Deliberate(
        "results of the same query at the same time",
        "approximate for large data (`uniq`, `quantile`)",
        "exact",
        "numbers that add up are what a demo and a test need",
    ),
    Deliberate(
        'a value of another type that Django\'s serializers convert (`"true"`, `"7"`, a number as a name)',
        "converted",
        "400 in the words for a wrong type",
        "the contract's schemas are tight, so that a client finds out early",
    ),
    Deliberate(
        "an `Accept` header that takes neither JSON nor CSV",
        "406 `not_acceptable`",
        "JSON",
        "a browser's address bar shows an answer too",
    ),
    Deliberate(
        "a method that a path does not have, without credentials",
        "401 or 403 first",
        "405",
        "which methods there are is no secret of a public API",
    ),
    Deliberate(
        "`/shared/{token}.png`",
        "302 to a picture of the page",
        "the page",
        "nothing here draws pictures",
    ),
    Deliberate(
        "a body of more than 32 MiB",
        "refused by what stands before the server",
        "413 in the envelope",
        "there is nothing before the fake",
    ),
    Deliberate(
        "the time of events that a library sends while the fake's clock stands on another day",
        "moved by how far the client's clock is off",
        "what was sent as it happened is moved to the fake's time; what is older stays as written",
        "a test that freezes time sends both kinds",
    ),
    Deliberate(
        "events with a key that no project has",
        "taken, and dropped later",
        "401",
        "a wrong key is the commonest mistake, and silence hides it",
    ),
    Deliberate(
        "parts of queries: optional funnel steps, box plots, calendar heat maps, currencies, goals of web "
        "analytics, other databases",
        "computed",
        "refused by an error that names the field",
        "a chart that is silently wrong is worse than none",
    ),
    Deliberate(
        "feature flags at `/flags` and `/decide`",
        "the project's",
        "none",
        "they are not part of the Insights API",
    ),
)
