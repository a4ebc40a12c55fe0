"""A small program that reads PostHog: the totals of a project's line charts."""

import os
import time

import httpx

POLL_SECONDS = 0.5
MOST_TRIES = 3


def connect() -> httpx.Client:
    """PostHog, as the environment names it."""
    return httpx.Client(
        base_url=f"{os.environ['POSTHOG_HOST']}/api/projects/{os.environ['POSTHOG_PROJECT_ID']}/",
        headers={"Authorization": f"Bearer {os.environ['POSTHOG_PERSONAL_API_KEY']}"},
        timeout=30,
    )


def get(client: httpx.Client, path: str, **parameters: object) -> dict:
    """An answer; waits as PostHog says when it asks for patience."""
    for _ in range(MOST_TRIES):
        answer = client.get(path, params=parameters)
        if answer.status_code != 429:
            break
        time.sleep(float(answer.headers["Retry-After"]))
    answer.raise_for_status()
    return answer.json()


def totals(client: httpx.Client) -> dict[str, float]:
    """The total of each line chart, by its name."""
    found = {}
    page = get(client, "insights/", saved=True, limit=100)
    for insight in page["results"]:
        if insight["query"] and insight["query"].get("source", {}).get("kind") == "TrendsQuery":
            found[insight["name"]] = total(client, insight["id"])
    return found


def total(client: httpx.Client, insight_id: int) -> float:
    """The sum of an insight's first series, calculated now."""
    started = get(client, f"insights/{insight_id}/", refresh="force_async")
    while started["query_status"] and not started["query_status"]["complete"]:
        time.sleep(POLL_SECONDS)
        started = get(client, f"query/{started['query_status']['id']}/")
    finished = get(client, f"insights/{insight_id}/", refresh="force_cache")
    return sum(finished["result"][0]["data"])
