"""The proxy's page: what passes by, as it passes."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from .serving import Served, proxy_before


def test_a_call_that_breaks_the_contract_shows_up_live(served: Served, chromium: Any) -> None:
    context = chromium.new_context()
    page = context.new_page()
    with proxy_before(served) as address:
        page.goto(f"{address}/_mock/proxy")
        expect(page.locator("#link")).to_have_text("live")
        expect(page.get_by_text("No call has come yet.")).to_be_visible()
        headers = {"Authorization": f"Bearer {served.api_key}"}
        for _ in range(2):
            served.http.get(f"{address}/api/projects/1/insights?limit=1&colour=red", headers=headers)
        finding = page.locator("#violations li")
        expect(finding).to_contain_text("insights_list query colour: expected a documented parameter")
        expect(finding).to_contain_text("answered 200")
        expect(page.get_by_role("row", name="insights_list 2 0 0 2")).to_be_visible()
        context.close()
