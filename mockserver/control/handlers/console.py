"""The console: its pages, its files, its events, and the way in where a token is asked for."""

from __future__ import annotations

import hmac

import flask

from ...api.call import Answer
from ..call import ControlCall
from ..console import PAGES, Page, page_called, page_values
from ..events import event_stream
from ..page_headers import PAGE_HEADERS
from ..problems import Problem
from ..sign_in import drop_proof, set_proof


def mock_console(call: ControlCall) -> Answer:
    """The first page."""
    return _page(call, PAGES[0], None)


def mock_console_page(call: ControlCall) -> Answer:
    """A page by name."""
    return _page(call, _named(call), None)


def mock_console_object(call: ControlCall) -> Answer:
    """The page of one insight or dashboard."""
    page = _named(call)
    if not page.has_objects:
        raise Problem("not_found", f"The page {page.name!r} shows no single object.", field="page")
    return _page(call, page, call.path["object_id"])


def mock_static_file(call: ControlCall) -> Answer:
    """A file at the top of the folder."""
    return _file(call, "")


def mock_static_folder_file(call: ControlCall) -> Answer:
    """A file in one of its folders."""
    return _file(call, call.path["folder"])


def mock_events(call: ControlCall) -> Answer:
    """What happens, as it happens."""
    return Answer(
        b"",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        content_type="text/event-stream",
        stream=event_stream(call.services, call.asked_project_id),
    )


def mock_sign_in_page(call: ControlCall) -> Answer:  # noqa: ARG001
    """The page that asks for the control token."""
    return _html(flask.render_template("console/sign_in.html"))


def mock_sign_in(call: ControlCall) -> Answer:
    """Leave the control token's proof in the browser."""
    token = call.control.token
    if token is not None and not hmac.compare_digest(str(call.body["token"]).encode(), token.encode()):
        raise Problem("token_invalid", "This is not the control token.", field="token")
    if token is None:
        return Answer(None, 204)
    return Answer(None, 204, cookies=(set_proof(token, secure=call.base_url.startswith("https:")),))


def mock_sign_out(call: ControlCall) -> Answer:  # noqa: ARG001
    """Take it away again."""
    return Answer(None, 204, cookies=(drop_proof(),))


def _named(call: ControlCall) -> Page:
    found = page_called(call.path["page"])
    if found is None:
        raise Problem("not_found", f"There is no page {call.path['page']!r}.", field="page")
    return found


def _page(call: ControlCall, page: Page, object_id: str | None) -> Answer:
    return _html(flask.render_template([*page.templates], **page_values(call, page, object_id)))


def _html(text: str) -> Answer:
    return Answer(text, headers=PAGE_HEADERS, content_type="text/html; charset=utf-8")


def _file(call: ControlCall, folder: str) -> Answer:
    found = call.control.static.find(folder, call.path["name"])
    if found is None:
        raise Problem("not_found", f"There is no file {call.path['name']!r}.", field="name")
    headers = {
        "ETag": found.tag,
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if found.tag in call.headers.get("if-none-match", ""):
        return Answer(None, 304, headers)
    if "gzip" in call.headers.get("accept-encoding", "") and found.packed is not found.plain:
        return Answer(found.packed, 200, {**headers, "Content-Encoding": "gzip"}, found.media_type)
    return Answer(found.plain, 200, headers, found.media_type)
