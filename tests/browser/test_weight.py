"""How much a page weighs, and what it may load."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from mockserver.control.console import PAGES

from .conftest import OpenPage
from .screens import SCREENS, Prepared, Screen
from .serving import Served
from .settling import settle

LIMIT = 500_000
HEAVY = ("overview", "world-map", "dashboard", "shared-dashboard")


@pytest.mark.parametrize(
    "screen", [each for each in SCREENS if each.name in HEAVY], ids=lambda screen: screen.name
)
def test_a_whole_page_is_under_500_kilobytes(
    prepared: Prepared, open_prepared: OpenPage, screen: Screen
) -> None:
    page = open_prepared(next(each for each in SCREENS if each.name == "not-found"))
    session: Any = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(prepared.address(screen))
    expect(page.locator(screen.ready).first).to_be_attached()
    settle(page)
    assert 50_000 < sum(sizes) < LIMIT


PATHS = ["/_mock/", *(f"/_mock/ui/{page.name}" for page in PAGES), "/_mock/sign-in", "/shared/nowhere"]


@pytest.mark.parametrize("path", PATHS)
def test_no_page_allows_scripts_or_styles_inside_it_or_anything_from_elsewhere(
    served: Served, path: str
) -> None:
    answer = served.http.get(served.url + path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "<style" not in answer.text
    assert " style=" not in answer.text
    assert "<script>" not in answer.text


def test_a_script_from_elsewhere_and_one_inside_the_page_do_not_run(served: Served, chromium: Any) -> None:
    page = chromium.new_page()
    page.goto(f"{served.url}/_mock/")
    page.evaluate(
        """() => { for (const source of ['', 'http://127.0.0.1:9/x.js']) {
          const script = document.createElement('script');
          if (source) script.src = source; else script.textContent = 'window.ran = true';
          document.body.append(script);
        } }"""
    )
    expect(page.locator("#link")).to_have_text("live")
    assert page.evaluate("window.ran") is None
    page.close()
