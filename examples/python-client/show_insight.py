"""Lists a project's insights with a generated client, and calculates the first."""

import os

from insights_client import AuthenticatedClient
from insights_client.api.insights import insights_list, insights_retrieve
from insights_client.models import Insight, InsightPage


def main() -> None:
    """Ask the server that POSTHOG_HOST names."""
    connection = AuthenticatedClient(
        base_url=os.environ["POSTHOG_HOST"], token=os.environ["POSTHOG_PERSONAL_API_KEY"]
    )
    with connection as client:
        page = insights_list.sync("@current", client=client, saved=True, limit=5)
        assert isinstance(page, InsightPage), page
        for insight in page.results:
            print(insight.name)
        first = insights_retrieve.sync(
            "@current", str(page.results[0].id), client=client, refresh="blocking"
        )
        assert isinstance(first, Insight), first
        total = sum(first.result[0]["data"])
        print(f"{first.name}: {total} in {len(first.result[0]['days'])} days")


if __name__ == "__main__":
    main()
