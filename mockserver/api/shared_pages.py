"""Shared links: pages for people, JSON for programs, and the form that unlocks them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import flask

from ..errors import ApiError, api_error
from ..resources import dashboard_shapes, dashboards, share_passwords, views
from ..resources.context import Context, ResultFields
from ..resources.insight_shapes import full_shape
from ..resources.result_table import ResultTable, as_table
from ..resources.share_tokens import make_share_token
from ..resources.shared_pages import exported_data, locked_data
from ..resources.sharing_activity import has_too_many_attempts, log_attempt
from ..store import JSON, JSONObject
from .call import Answer, Call
from .dashboard_results import Asked, computed_tiles
from .shared_access import (
    OpenLink,
    client_address,
    cookie_token,
    find_link,
    is_unlocked,
    sent_password,
    unlocking_cookie,
    wants_page,
)

# Pages need nothing from anywhere else, and may stand in a frame of any site
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; "
    "form-action 'self'; base-uri 'none'"
)


def shared_page_retrieve(call: Call) -> Answer:
    """The page of a shared link."""
    return _page(call, embedded="embedded" in call.query)


def embedded_page_retrieve(call: Call) -> Answer:
    """The page of a shared link, for a frame."""
    return _page(call, embedded=True)


def shared_json_retrieve(call: Call) -> Answer:
    """The data of a shared link."""
    link = find_link(call)
    if link is None:
        return _nowhere()
    if not is_unlocked(call, link):
        return Answer(locked_data(link.context, link.sharing, link.token, call.query))
    return Answer(_data(call, link, embedded="embedded" in call.query))


def shared_unlock_create(call: Call) -> Answer:
    """Enter the password of a shared link."""
    return _unlock(call, embedded="embedded" in call.query)


def embedded_unlock_create(call: Call) -> Answer:
    """Enter the password of a shared link in a frame."""
    return _unlock(call, embedded=True)


def _unlock(call: Call, *, embedded: bool) -> Answer:
    link = find_link(call)
    if link is None:
        return _nowhere()
    if not link.sharing["password_required"]:
        return _shown(call, link, embedded=embedded)
    raw = sent_password(call)
    context, token = link.context, link.token
    if context.profile.limits_unlock_attempts and has_too_many_attempts(context, link.target, token):
        return _refused(call, link, api_error("share_password_throttled"))
    password = share_passwords.match_password(context.store, link.sharing, raw) if raw is not None else None
    log_attempt(context, link.target, token, client_address(call), password)
    if password is None:
        return _refused(call, link, api_error("share_password_wrong"))
    share_token = make_share_token(context.random, token, password, context.now)
    cookies = (unlocking_cookie(call, share_token),)
    if wants_page(call):
        return _shown(call, link, embedded=embedded, share_token=share_token, cookies=cookies)
    return Answer({"shareToken": share_token}, cookies=cookies)


def _refused(call: Call, link: OpenLink, error: ApiError) -> Answer:
    if not wants_page(call):
        raise error
    message = error.body["error"] if error.body else ""
    return _locked_page(call, link, status=error.status, message=str(message))


def _page(call: Call, *, embedded: bool) -> Answer:
    link = find_link(call)
    if link is None:
        return _nowhere()
    return _shown(call, link, embedded=embedded) if is_unlocked(call, link) else _locked_page(call, link)


def _locked_page(call: Call, link: OpenLink, *, status: int = 200, message: str = "") -> Answer:
    data = locked_data(link.context, link.sharing, link.token, call.query)
    return _html("unlock", status=status, exported=_for_page(data), message=message)


def _shown(
    call: Call,
    link: OpenLink,
    *,
    embedded: bool,
    share_token: str | None = None,
    cookies: tuple[str, ...] = (),
) -> Answer:
    data = _data(call, link, embedded=embedded, share_token=share_token)
    shown = cast("Mapping[str, JSON]", data[link.target.kind])
    return _html(
        link.target.kind,
        cookies=cookies,
        exported=_for_page(data),
        title=link.target.name or "Untitled",
        description=shown.get("description") or "",
        shown=shown,
        table=_table,
        in_order=_in_order,
        has_header=not data.get("noHeader"),
        has_logo=not data.get("whitelabel"),
    )


def _for_page(data: JSONObject) -> JSONObject:
    return {**data, "rootClassName": f"export-type-{data['type']}"}


def _table(insight: Mapping[str, JSON]) -> ResultTable | None:
    return as_table(insight.get("result"), cast("list[str] | None", insight.get("columns")))


def _in_order(tiles: Sequence[Mapping[str, JSON]]) -> list[Mapping[str, JSON]]:
    """Tiles as the eye meets them: by row, then by column; those without a place come last."""

    def place(tile: Mapping[str, JSON]) -> tuple[int, int]:
        layout = cast("dict[str, dict[str, int]]", tile.get("layouts") or {}).get("sm") or {}
        return layout.get("y", 1_000_000), layout.get("x", 0)

    return sorted(tiles, key=place)


def _data(call: Call, link: OpenLink, *, embedded: bool, share_token: str | None = None) -> JSONObject:
    context = link.context
    shape = _insight(call, link) if link.target.insight else _dashboard(call, link)
    return exported_data(
        context,
        link.sharing,
        link.target,
        shape,
        embedded=embedded,
        query=call.query,
        share_token=share_token or (cookie_token(call) if link.sharing["password_required"] else None),
    )


def _insight(call: Call, link: OpenLink) -> JSONObject:
    context, insight = link.context, link.target.insight
    if insight is None:
        raise api_error("not_found")
    views.record_view(context, insight["id"], None)
    try:
        fields = call.services.refresh.for_insight(context, insight, call.query.get("refresh"), shared=True)
    except ApiError:
        # the page stands though its query fails; it then says that there is no result
        fields = ResultFields()
    return full_shape(context, insight, fields)


def _dashboard(call: Call, link: OpenLink) -> JSONObject:
    context: Context = link.context
    if link.target.dashboard is None:
        raise api_error("not_found")
    dashboard = dashboards.note_access(context, link.target.dashboard)
    asked = Asked(refresh=call.query.get("refresh"), shared=True)
    tiles = computed_tiles(call.services, context, dashboard, asked)
    return dashboard_shapes.full_shape(context, dashboard, tiles)


def _nowhere() -> Answer:
    return _html("not_found", status=404)


def _html(name: str, *, status: int = 200, cookies: tuple[str, ...] = (), **values: object) -> Answer:
    return Answer(
        flask.render_template(f"shared/{name}.html", **values),
        status,
        {"Content-Security-Policy": _POLICY, "Vary": "Cookie"},
        "text/html; charset=utf-8",
        cookies,
    )
