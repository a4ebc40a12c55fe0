"""How Schemathesis is set up: phases, examples, checks, and what the vendor does differently on purpose."""

from __future__ import annotations

from typing import Any, Final

from ..rules import Cost

EXAMPLES: Final = {Cost.QUICK: 2, Cost.FULL: 25}
STATEFUL_STEPS: Final = {Cost.QUICK: 4, Cost.FULL: 6}
STATEFUL_EXAMPLES: Final = {Cost.QUICK: 3, Cost.FULL: 20}

# Schemathesis' own checks that the suite's checks do not cover; the rest would say everything twice.
CHECKS: Final = (
    "negative_data_rejection",
    "positive_data_acceptance",
    "unsupported_method",
    "missing_required_header",
    "ignored_auth",
    "use_after_free",
    "ensure_resource_availability",
)

LENIENT: Final = (
    "insights_list",
    "insights_create",
    "insights_all_activity_retrieve",
    "insights_cancel_create",
    "insights_my_last_viewed_retrieve",
    "insights_viewed_create",
    "insights_trending_retrieve",
    "insights_retrieve",
    "insights_update",
    "insights_partial_update",
    "insights_activity_retrieve",
    "insights_thresholds_list",
    "dashboards_list",
    "dashboards_retrieve",
    "dashboards_run_insights_retrieve",
    "query_create",
    "query_retrieve",
    "alerts_list",
    "insight_variables_list",
    "activity_log_list",
    "projects_list",
    "organizations_list",
    "organizations_projects_list",
    "insights_sharing_refresh_create",
    "dashboards_sharing_refresh_create",
    "insights_timing_create",
    "insights_suggestions_create",
    "insights_generate_metadata_create",
)
REFUSES_WHAT_FITS: Final = (
    "insights_list",
    "insights_retrieve",
    "insights_create",
    "insights_update",
    "insights_partial_update",
    "insights_cancel_create",
    "insights_all_activity_retrieve",
    "insights_activity_retrieve",
    "insights_trending_retrieve",
    "insights_generate_metadata_create",
    "insights_sharing_partial_update",
    "dashboards_sharing_partial_update",
    "insights_sharing_passwords_create",
    "dashboards_sharing_passwords_create",
    "dashboards_create",
    "dashboards_retrieve",
    "dashboards_partial_update",
    "dashboards_run_insights_retrieve",
    "query_create",
    "query_retrieve",
    "activity_log_list",
    "shared_unlock_create",
    "embedded_unlock_create",
)
NEVER_DELETES: Final = ("insights_destroy", "dashboards_destroy")
FOR_EVERYONE: Final = (
    "shared_page_retrieve",
    "shared_json_retrieve",
    "embedded_page_retrieve",
    "shared_unlock_create",
    "embedded_unlock_create",
)
REFUSALS: Final = ("400", "401", "403", "404", "405", "406", "409", "415", "422", "429")
SUCCESSES: Final = ("200", "201", "202", "204")


def tolerances() -> list[dict[str, Any]]:
    """What generated requests expect and PostHog does differently, operation by operation."""
    return [
        # what PostHog can't read in these parameters and bodies counts as absent
        _expect("negative_data_rejection", LENIENT, (*SUCCESSES, *REFUSALS)),
        # what fits its schema can be refused for what it says: unknown dashboards, bad SQL, no protection yet
        _expect("positive_data_acceptance", REFUSES_WHAT_FITS, (*SUCCESSES, "202", *REFUSALS)),
        # DELETE is a stub that answers 405 to everyone: objects are deleted by PATCH
        _expect("positive_data_acceptance", NEVER_DELETES, ("401", "403", "404", "405")),
        _expect("negative_data_rejection", NEVER_DELETES, REFUSALS),
        _disable("ignored_auth", (*FOR_EVERYONE, *NEVER_DELETES)),
        _disable("negative_data_rejection", FOR_EVERYONE),
        # `/shared/{token}.json` is also a `/shared/{token}`, which has a POST
        _disable("unsupported_method", FOR_EVERYONE),
    ]


def _expect(check: str, operations: tuple[str, ...], statuses: tuple[str, ...]) -> dict[str, Any]:
    expected = {"expected-statuses": list(dict.fromkeys(statuses))}
    return {"include-operation-id": list(operations), "checks": {check: expected}}


def _disable(check: str, operations: tuple[str, ...]) -> dict[str, Any]:
    return {"include-operation-id": list(operations), "checks": {check: {"enabled": False}}}


def configuration(
    depth: Cost, seed: int, headers: dict[str, str], *, workers: int, examples: int | None
) -> dict[str, Any]:
    """The configuration of a run, in the form of `schemathesis.toml`."""
    number = examples or EXAMPLES[depth]
    phases: dict[str, Any] = {
        "examples": {"enabled": True},
        "coverage": {"enabled": depth is Cost.FULL, "generate-duplicate-query-parameters": False},
        "fuzzing": {"enabled": True, "generation": {"max-examples": number}},
        "stateful": {
            "enabled": True,
            "max-steps": STATEFUL_STEPS[depth],
            "generation": {"max-examples": examples or STATEFUL_EXAMPLES[depth]},
        },
    }
    enabled = {name: {"enabled": True} for name in CHECKS}
    return {
        "seed": seed,
        "workers": workers,
        "headers": headers,
        "continue-on-failure": True,
        "suppress-health-check": ["all"],
        "generation": {
            "database": "none",
            "deterministic": False,
            "no-shrink": True,
            "allow-x00": False,
            "max-examples": number,
        },
        "phases": phases,
        "checks": {"enabled": False, **enabled},
        "operations": tolerances(),
        "output": {"sanitization": {"enabled": False}},
    }
