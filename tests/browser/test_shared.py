"""Shared links as the people see them who have nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import expect

from .conftest import OpenPage
from .screens import read
from .serving import Served


def shared(served: Served, what: str, settings: dict[str, Any] | None = None) -> str:
    """The address of a link to an insight or dashboard that has been calculated."""
    kind, number = what.split("/")
    if kind == "insights":
        read(served, number, "blocking")
    return f"/shared/{served.share(what, settings=settings or {})}"


# each option, what it brings or takes away, and how often that is seen without and with it
OPTIONS = [
    ("noHeader", "h1", 1, 0),
    ("legend", ".keys", 0, 1),
    ("detailed", "main table", 0, 1),
    ("whitelabel", "footer", 1, 0),
    ("showInspector", "summary:text('Query')", 0, 1),
    ("hideExtraDetails", "header .details", 1, 0),
]


@pytest.mark.parametrize(("option", "selector", "without", "with_it"), OPTIONS)
def test_an_option_shows_or_hides_its_part(
    served: Served, open_page: OpenPage, option: str, selector: str, without: int, with_it: int
) -> None:
    for settings, count in (({}, without), ({option: True}, with_it)):
        page = open_page(shared(served, "insights/1", settings))
        expect(page.locator(".canvas[data-drawn]")).to_be_visible()
        expect(page.locator(selector)).to_have_count(count)


def test_a_shared_dashboard_is_laid_out_as_in_the_product(served: Served, open_page: OpenPage) -> None:
    for insight in ("1", "3", "4", "7", "12", "24", "30"):
        read(served, insight, "blocking")
    page = open_page(shared(served, "dashboards/1"))
    expect(page.locator(".layout .canvas[data-drawn]")).to_have_count(5)
    expect(page.locator(".text h2")).to_have_text("This month")
    boxes = {name: page.locator("article", has_text=name).bounding_box() for name in ("Daily", "Revenue in")}
    assert boxes["Revenue in"]["x"] < boxes["Daily"]["x"]
    assert boxes["Revenue in"]["y"] > boxes["Daily"]["y"]


def test_what_is_being_calculated_appears_without_a_reload(served: Served, open_page: OpenPage) -> None:
    served.mock("PUT", f"projects/{served.project_id}/refresh", {"mode": "manual"})
    page = open_page(f"/shared/{served.share('insights/1')}")
    expect(page.get_by_text("Being calculated …")).to_be_visible()
    served.mock("POST", "jobs/1/transition", {"to": "running"})
    served.mock("POST", "jobs/1/transition", {"to": "complete"})
    expect(page.locator(".canvas[data-drawn]")).to_be_visible()
    expect(page.get_by_text("Calculated 2026-06-17 12:00 UTC")).to_be_visible()


def test_without_a_script_the_numbers_stand_there(served: Served, chromium: Any) -> None:
    path = shared(served, "insights/1")
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served.url + path)
    expect(page.get_by_role("table")).to_contain_text("18-May-2026")
    page.goto(f"{served.url}/_mock/ui/clock")
    expect(page.locator("noscript .note")).to_be_visible()
    context.close()


def test_what_people_wrote_stays_text(served: Served, open_page: OpenPage) -> None:
    body = (
        "# Plan\n\nSee [the plan](https://example.com/plan) and **soon** *maybe* `code`\n\n- one\n- two\n\n"
    )
    body += "<b>no</b> [bad](javascript:alert(1)) <img src=x onerror=alert(1)>\n\n"
    body += "> said\n\n```\na < b\n```\n---\n1. first"
    board = served.api("POST", "dashboards", {"name": "Notes"})
    served.api("PATCH", f"dashboards/{board['id']}", {"tiles": [{"text": {"body": body}, "layouts": {}}]})
    page = open_page(shared(served, f"dashboards/{board['id']}"))
    text = page.locator(".text")
    expect(text.locator("h2")).to_have_text("Plan")
    expect(text.get_by_role("link", name="the plan")).to_have_attribute("href", "https://example.com/plan")
    for tag, count in {
        "strong": 1,
        "em": 1,
        "ul > li": 2,
        "ol > li": 1,
        "blockquote": 1,
        "pre": 1,
        "hr": 1,
    }.items():
        expect(text.locator(tag)).to_have_count(count)
    expect(text.locator("b, img, a[href^='javascript']")).to_have_count(0)
    expect(text).to_contain_text("<b>no</b> [bad](javascript:alert(1))")


@pytest.mark.parametrize("path", ["/shared/nowhere", "/embedded/nowhere"])
def test_a_link_that_leads_nowhere_says_so(open_page: OpenPage, path: str) -> None:
    page = open_page(path)
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()


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
