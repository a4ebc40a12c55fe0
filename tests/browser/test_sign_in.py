"""The way in where the server can be reached from other machines."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from playwright.sync_api import expect

from tests.conftest import Running, StartServer

TOKEN = "a control token"


@contextmanager
def on_a_socket(running: Running) -> Iterator[str]:
    """Serve an app that believes that others can reach it, on this machine alone; gives its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    web = uvicorn.Server(uvicorn.Config(running.server.asgi, log_level="critical"))
    thread = threading.Thread(target=web.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        running.server.services.control.is_ending = True
        web.should_exit = True
        thread.join()


def test_the_control_token_opens_the_page_that_was_asked_for(start: StartServer, chromium: Any) -> None:
    running = start(host="0.0.0.0", control_token=TOKEN)
    context = chromium.new_context()
    page = context.new_page()
    with on_a_socket(running) as address:
        page.goto(f"{address}/_mock/ui/clock")
        expect(page).to_have_url(re.compile(r"/_mock/sign-in\?next="))
        page.get_by_label("Control token").fill("guessed")
        page.get_by_role("button", name="Open the console").click()
        expect(page.get_by_role("alert")).to_have_text("This is not the control token.")
        page.get_by_label("Control token").fill(TOKEN)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Clock", exact=True)).to_be_visible()
        expect(page.locator("#link")).to_have_text("live")
        context.close()
