"""Shared links as the people see them who have nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

from playwright.sync_api import expect

from .conftest import OpenPage
from .screens import read
from .serving import Served


def test_a_shared_insight_is_drawn(served: Served, open_page: OpenPage) -> None:
    read(served, "1", "blocking")
    token = served.share("insights/1", settings={"detailed": True, "legend": True})
    page = open_page(f"/shared/{token}")
    expect(page.locator(".canvas[data-drawn]")).to_be_visible()
    expect(page.get_by_role("button", name="Visitors")).to_be_visible()
    expect(page.get_by_role("table")).to_be_visible()


def test_an_option_that_is_off_shows_nothing(served: Served, open_page: OpenPage) -> None:
    read(served, "1", "blocking")
    page = open_page(f"/shared/{served.share('insights/1', settings={'noHeader': True})}")
    expect(page.locator(".canvas[data-drawn]")).to_be_visible()
    assert page.locator("h1").count() + page.locator(".keys").count() + page.locator("table").count() == 0


def test_a_protected_link_opens_with_its_password(served: Served, open_page: OpenPage) -> None:
    read(served, "24", "blocking")
    token = served.share("insights/24", password_required=True)
    served.api("POST", "insights/24/sharing/passwords", {"raw_password": "open sesame"})
    page = open_page(f"/shared/{token}")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_role("alert")).to_have_text("Incorrect password")
    page.get_by_label("Password").fill("open sesame")
    page.get_by_role("button", name="Unlock").click()
    expect(page.locator(".canvas[data-drawn]")).to_be_visible()
    page.goto(f"{served.url}/shared/{token}")
    expect(page.locator(".canvas[data-drawn]")).to_be_visible()


def test_the_theme_of_a_link_wins_over_the_systems(served: Served, open_page: OpenPage) -> None:
    served.mock("POST", "projects", {"name": "Today's", "profile": "current", "fixture": "demo"})
    made = served.mock("GET", "projects")[-1]
    key = served.mock("POST", f"projects/{made['id']}/keys", {"scopes": ["*"]})["value"]
    base, headers = f"{served.url}/api/projects/{made['id']}/insights", {"Authorization": f"Bearer {key}"}
    insight = served.http.get(f"{base}?basic=true&limit=1", headers=headers).json()["results"][0]
    body = {"enabled": True, "settings": {"theme": "dark"}}
    shown: Any = served.http.patch(f"{base}/{insight['id']}/sharing", json=body, headers=headers).json()
    page = open_page(f"/shared/{shown['access_token']}", theme="light")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_an_embedded_link_is_drawn_in_a_frame_of_another_site(served: Served, chromium: Any) -> None:
    read(served, "1", "blocking")
    token = served.share("insights/1")
    page = chromium.new_page()
    with other_site(f'<iframe src="{served.url}/embedded/{token}" width="800" height="500"></iframe>') as url:
        page.goto(url)
        expect(page.frame_locator("iframe").locator(".canvas[data-drawn]")).to_be_visible()
    page.close()


@contextmanager
def other_site(text: str) -> Iterator[str]:
    """A page of another origin; gives its address."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
