"""What a rule is given: parties that call the server, things to make, and the clean-up after them."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final, TypeVar

from .companion import OwnProject
from .core.caller import Caller
from .core.reply import Reply
from .errors import Breach, Skip
from .ledger import Ledger
from .probe import Probe
from .queries import trends
from .rules import Need
from .sessions import log_in
from .target import Target

Found = TypeVar("Found")

TAG: Final = "contract-tests"
BAD_KEY: Final = "phx_contractTestsNoSuchKey0000000000000000000"
PATIENCE: Final = 60.0
LETTERS: Final = "abcdefghjkmnpqrstuvwxyz"


@dataclass
class World:
    """One rule's view of the target; whatever it makes is noted and deleted after it."""

    target: Target
    probe: Probe
    api: Caller
    ledger: Ledger
    label: str
    random: random.Random
    own: OwnProject | None = None
    _sessions: dict[str, Caller] = field(default_factory=dict)

    # -- who calls ---------------------------------------------------------------------------------------

    @property
    def profile(self) -> str:
        """The generation of the server: docs, current or unknown."""
        return self.probe.profile

    @property
    def anonymous(self) -> Caller:
        """A caller without credentials."""
        kept = {name: value for name, value in self.api.headers.items() if name != "Authorization"}
        return replace(self.api, headers=kept)

    def keyed(self, key: str) -> Caller:
        """A caller with another API key."""
        return replace(self.anonymous, headers={**self.anonymous.headers, "Authorization": f"Bearer {key}"})

    @property
    def intruder(self) -> Caller:
        """A caller whose API key does not exist."""
        return self.keyed(BAD_KEY)

    def scoped(self, *scopes: str) -> Caller:
        """A caller whose new key has these scopes alone."""
        return self.keyed(self.key(*scopes))

    def key(self, *scopes: str, **limits: list[Any]) -> str:
        """A new API key of the same user; raises Skip where none can be made."""
        if self.probe.companion is not None:
            return self.probe.companion.key(self.api.project, list(scopes), **limits)
        if self.target.bare_key is not None and not scopes:
            return self.target.bare_key
        body = {"label": self.name("key")[:40], "scopes": list(scopes), **limits}
        made = self.session.post("/api/personal_api_keys", body)
        if made.status != 201:
            raise Skip(f"this session may not make API keys ({made.status})")
        return str(made.object(201)["value"])

    @property
    def session(self) -> Caller:
        """A caller that has logged in, as the owner of the key where there is a choice."""
        if "session" not in self._sessions:
            self._sessions["session"] = replace(
                self.anonymous, headers={**self.anonymous.headers, **self._session_headers()}
            )
        return self._sessions["session"]

    def _session_headers(self) -> Mapping[str, str]:
        if self.probe.companion is not None:
            return self.probe.companion.session(self.api.project)
        if self.target.login is None:
            raise Skip(f"the target has no {Need.SESSION.value}")
        return log_in(self.anonymous, self.target.login, self.target.base_url)

    @property
    def second_project(self) -> Caller:
        """A caller that is at home in another project."""
        if "second" not in self._sessions:
            if self.target.second_project is not None:
                self._sessions["second"] = self.api.within(self.target.second_project)
            elif self.probe.companion is not None:
                made = self.probe.companion.project(profile=_profile(self.profile))
                self.ledger.project(made.id)
                self._sessions["second"] = self.keyed(made.api_key).within(str(made.id))
            else:
                raise Skip(f"the target has no {Need.SECOND_PROJECT.value}")
        return self._sessions["second"]

    # -- what is made ------------------------------------------------------------------------------------

    def name(self, text: str = "insight") -> str:
        """A name that is this rule's alone, and says where it comes from."""
        return f"{TAG} {self.label} {text}"

    def unique(self) -> str:
        """A word that nothing else holds, on this server and in this run."""
        drawn = sha256(f"{self.label}/{self.random.random()}".encode()).digest()
        return "ct" + "".join(LETTERS[byte % len(LETTERS)] for byte in drawn[:12])

    def insight(self, caller: Caller | None = None, /, **fields: Any) -> dict[str, Any]:
        """A new insight with a query, a name and the suite's tag, unless the fields say otherwise."""
        return self.attempt_insight(caller, **fields).object(201)

    def attempt_insight(self, caller: Caller | None = None, /, **fields: Any) -> Reply:
        """Try to make an insight; whatever is made is deleted after the rule."""
        caller = caller or self.api
        body = {"name": self.name(), "query": trends(), "tags": [TAG], **fields}
        reply = caller.post(
            "insights", {name: value for name, value in body.items() if value is not LEAVE_OUT}
        )
        self.keep(caller, "insights", reply)
        return reply

    def dashboard(self, caller: Caller | None = None, /, **fields: Any) -> dict[str, Any]:
        """A new dashboard."""
        caller = caller or self.api
        reply = caller.post("dashboards", {"name": self.name("dashboard"), **fields})
        self.keep(caller, "dashboards", reply)
        return reply.object(201)

    def keep(self, caller: Caller, kind: str, reply: Reply) -> None:
        """Note what an answer says was made, so that it is deleted after the rule."""
        if 200 <= reply.status < 300 and isinstance(reply.json, dict) and "id" in reply.json:
            known = caller.headers.keys() & {"Authorization", "Cookie"}
            self.ledger.made(self.target, caller if known else self.api, kind, reply.json["id"])

    # -- time --------------------------------------------------------------------------------------------

    def wait(self, seconds: float) -> None:
        """Let time pass: on the target's clock where the rule has a project of its own, else here."""
        if self.own is not None and self.probe.companion is not None:
            self.probe.companion.advance(self.api.project, seconds)
        else:
            time.sleep(seconds)

    def until(self, look: Callable[[], Found | None], what: str, *, within: float = PATIENCE) -> Found:
        """Look again and again until there is something; raises Breach after `within` seconds."""
        passed, pause = 0.0, 0.5
        while True:
            found = look()
            if found is not None:
                return found
            if passed >= within:
                raise Breach(f"{what}: not within {within:g} s")
            self.wait(pause)
            passed += pause
            pause = min(4.0, pause * 1.5)

    # -- differences between the generations -------------------------------------------------------------

    def either(self, *, docs: Any, current: Any) -> tuple[Any, ...]:
        """What is allowed on this server: the value of its generation, both where that is unknown."""
        known = {"docs": (docs,), "current": (current,)}
        return known.get(self.profile, (docs, current))


class _LeaveOut:
    """Marks a field that is not sent."""


LEAVE_OUT: Final = _LeaveOut()


def _profile(name: str) -> str | None:
    return name if name in ("docs", "current") else None


def as_json(value: Any) -> str:
    """A value as JSON text, for query parameters that take JSON."""
    return json.dumps(value)
