"""The fake's control plane, where the target has one: projects, keys, sessions and a clock for the asking."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .core.wire import Wire
from .errors import Breach
from .target import Mode, Target

PREFIX: Final = "/_mock"


@dataclass(frozen=True, slots=True)
class OwnProject:
    """A project made for one rule, with a key of scope `*` that reaches it alone."""

    id: int
    api_key: str = field(repr=False)
    email: str
    password: str | None = field(repr=False)


class Companion:
    """Calls to `/_mock`; every one raises Breach where the control plane refuses."""

    def __init__(self, wire: Wire, target: Target) -> None:
        self._wire = wire
        self._base = f"{target.base_url}{PREFIX}"
        self._headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if target.control_token:
            self._headers["Authorization"] = f"Bearer {target.control_token}"

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """One call; the parsed answer."""
        sent = json.dumps(body).encode() if body is not None else b""
        exchange = self._wire.send(method, f"{self._base}{path}", self._headers, sent)
        if exchange.failure or not 200 <= exchange.status < 300:
            reason = exchange.failure or f"{exchange.status} {exchange.text[:200]}"
            raise Breach(f"control plane: {method} {path}: {reason}", rule_id="transport.control_plane")
        return exchange.json

    def project(
        self, *, fixture: str = "empty", profile: str | None = None, features: list[str] | None = None
    ) -> OwnProject:
        """A new project, seeded with a fixture; with `features` its organization's plan has these alone."""
        wanted: dict[str, Any] = {"fixture": fixture, "name": "contract-tests"}
        if profile is not None:
            wanted["profile"] = profile
        if features is not None:
            wanted["features"] = features
        made = self.call("POST", "/projects", wanted)
        user = made["user"]
        return OwnProject(made["id"], made["personal_api_key"], user["email"], user.get("password"))

    def drop_project(self, project_id: int) -> None:
        """Delete a project with all that it holds."""
        self.call("DELETE", f"/projects/{project_id}")

    def key(self, project: str, scopes: list[str], **limits: list[Any]) -> str:
        """A new API key with these scopes."""
        made = self.call("POST", f"/projects/{project}/keys", {"scopes": scopes, **limits})
        return str(made["value"])

    def session(self, project: str) -> dict[str, str]:
        """The headers of a new session of the project's user."""
        made = self.call("POST", f"/projects/{project}/sessions", {})
        cookie, csrf = made["cookie"], made["csrf"]
        return {
            "Cookie": f"{cookie['name']}={cookie['value']}; {csrf['cookie']}={csrf['value']}",
            csrf["header"]: csrf["value"],
        }

    def advance(self, project: str, seconds: float) -> None:
        """Move a project's own clock."""
        self.call("POST", f"/projects/{project}/clock/advance", {"seconds": seconds})


def find_companion(wire: Wire, target: Target) -> Companion | None:
    """The target's control plane, or None where it has none that this run may use."""
    if target.mode is Mode.READ_ONLY:
        return None
    exchange = wire.send("GET", f"{target.base_url}{PREFIX}/info", _headers(target))
    body = exchange.json if exchange.status == 200 else None
    return Companion(wire, target) if isinstance(body, dict) and "clock" in body else None


def _headers(target: Target) -> dict[str, str]:
    token = {"Authorization": f"Bearer {target.control_token}"} if target.control_token else {}
    return {"Accept": "application/json", **token}
