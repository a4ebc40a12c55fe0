"""How much a page weighs, and what it may load."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import OpenPage
from .screens import prepare
from .serving import Served

LIMIT = 500_000


@pytest.mark.parametrize("path", ["/_mock/", "/_mock/ui/insights/10", "/_mock/ui/dashboards/1"])
def test_a_whole_page_is_under_500_kilobytes(served: Served, open_page: OpenPage, path: str) -> None:
    prepare(served)
    page = open_page("/_mock/sign-in")
    session: Any = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(served.url + path)
    page.wait_for_selector("#conformance-mark .good, .canvas[data-drawn]")
    page.wait_for_timeout(500)
    assert 20_000 < sum(sizes) < LIMIT


@pytest.mark.parametrize("path", ["/_mock/", "/_mock/ui/state", "/_mock/sign-in"])
def test_no_page_allows_scripts_or_styles_inside_it(served: Served, path: str) -> None:
    policy = served.http.get(served.url + path).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
