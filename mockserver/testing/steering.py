"""Handles of what a test steers: time, how queries run, and failures on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from .control import Control


class ClockHandle:
    """A clock: the server's, or a project's own."""

    def __init__(self, control: Control, place: str) -> None:
        self._control = control
        self._address = f"{place}/clock"

    @property
    def now(self) -> datetime:
        """What it shows, aware, in UTC."""
        return datetime.fromisoformat(self._control.call("GET", self._address)["now"])

    def freeze(self, moment: datetime | str | None = None) -> datetime:
        """Stand still, at a moment where one is given (without a zone: UTC); the moment it shows."""
        return self.set(moment, frozen=True)

    def set(
        self, moment: datetime | str | None = None, *, frozen: bool | None = None, rate: float | None = None
    ) -> datetime:
        """Move it, stop it, or let a real second count for `rate`; what is left out stays."""
        text = moment.isoformat() if isinstance(moment, datetime) else moment
        given = {"now": text, "frozen": frozen, "rate": rate}
        body = {name: value for name, value in given.items() if value is not None}
        return datetime.fromisoformat(self._control.call("PUT", self._address, body)["now"])

    def advance(self, by: timedelta | float) -> list[dict[str, Any]]:
        """Move it ahead by a span or by seconds; what changed by it (jobs, caches, sessions, tokens)."""
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        answer = self._control.call("POST", f"{self._address}/advance", {"seconds": seconds})
        return list(answer["changed"])

    def release(self) -> None:
        """Run as it did at the start; a project's follows the server's again."""
        self._control.call("DELETE", self._address)


class RefreshHandle:
    """How background queries run: on the server, or in a project."""

    def __init__(self, control: Control, place: str) -> None:
        self._control = control
        self._address = f"{place}/refresh"

    def set(self, mode: str = "time", **policy: object) -> dict[str, Any]:
        """Set the policy: `instant`, `time`, `polls` or `manual`, with its numbers; the policy in force."""
        return dict(self._control.call("PUT", self._address, {"mode": mode, **policy}))

    def release(self) -> None:
        """Fall back to the policy of the place above."""
        self._control.call("DELETE", self._address)


class FaultsHandle:
    """Failures on purpose; those of a project's handle strike that project alone."""

    def __init__(self, control: Control, project_id: int | None = None) -> None:
        self._control = control
        self._project_id = project_id

    def add(
        self,
        effect: Mapping[str, object],
        *,
        match: Mapping[str, object] | None = None,
        times: int | None = None,
        probability: float | None = None,
    ) -> dict[str, Any]:
        """Add a rule, such as `add({"status": 503}, match={"operation_id": "insights_list"}, times=1)`."""
        own = {} if self._project_id is None else {"project_id": self._project_id}
        body: dict[str, object] = {"match": {**own, **(match or {})}, "effect": dict(effect)}
        if times is not None:
            body["times"] = times
        if probability is not None:
            body["probability"] = probability
        return dict(self._control.call("POST", "/faults", body))

    def remove(self, fault_id: int) -> None:
        """Drop a rule."""
        self._control.call("DELETE", f"/faults/{fault_id}")
