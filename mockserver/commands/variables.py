"""The environment variables by which clients of PostHog find the fake."""

from __future__ import annotations

from collections.abc import Mapping


def client_variables(
    url: str, credentials: Mapping[str, object], api_token: str, control_token: str | None
) -> dict[str, str]:
    """Host, project and keys, as PostHog's own clients and examples name them."""
    found = {
        "POSTHOG_HOST": url,
        "POSTHOG_PROJECT_ID": str(credentials["project_id"]),
        "POSTHOG_PERSONAL_API_KEY": str(credentials["api_key"]),
        "POSTHOG_API_KEY": api_token,
        "MOCKSERVER_URL": url,
    }
    if control_token:
        found["MOCKSERVER_CONTROL_TOKEN"] = control_token
    return found
