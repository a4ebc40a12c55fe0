"""One of the two servers: who calls it, what steps have kept there, and the calls as they went."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from mockserver.traffic import Exchange, Request, Response

from ..companion import Companion
from ..core import exchange as core
from ..core.caller import Caller
from ..errors import Breach, Skip
from ..ledger import Ledger
from ..probe import Probe
from ..target import Target
from .step import Party, Step, at, filled


@dataclass
class Side:
    """A server in the story. `kept` are the values that steps name, by their names."""

    name: str
    target: Target
    probe: Probe
    caller: Caller
    ledger: Ledger
    kept: dict[str, Any] = field(default_factory=dict)
    _parties: dict[Party, Caller] = field(default_factory=dict)

    def tell(self, step: Step) -> core.Exchange:
        """Make the call of a step; raises Skip where this server cannot."""
        caller = self._party(step.party)
        try:
            path, query, body = (filled(part, self.kept) for part in (step.path, step.query, step.body))
        except KeyError as error:
            raise Skip(f"there is no {str(error.args[0]).replace('_', ' ')} on the {self.name}") from None
        for _ in range(step.times):
            try:
                caller.request(step.method, path, json_body=body, query=query)
            except Breach:
                break
        exchange = caller.tape.last
        if exchange is None:
            raise Skip(f"the {self.name} was not asked")
        made = at(exchange.json, "/id") if 200 <= exchange.status < 300 else None
        if step.makes and made is not None:
            self.ledger.made(self.target, caller, step.makes, made)
        return exchange

    def keep(self, step: Step, exchange: core.Exchange) -> None:
        """Keep what a step asks for, under its names; after comparing, which goes by the old ones."""
        for name, pointer in step.keeps.items():
            found = at(exchange.json, pointer) if 200 <= exchange.status < 300 else None
            if found is not None:
                self.kept[name] = found

    def _party(self, party: Party) -> Caller:
        if party not in self._parties:
            self._parties[party] = self._make_party(party)
        return self._parties[party]

    def _make_party(self, party: Party) -> Caller:
        if party is Party.KEY:
            return self.caller
        nobody = {name: value for name, value in self.caller.headers.items() if name != "Authorization"}
        if party is Party.ANYONE:
            return replace(self.caller, headers=nobody)
        companion = self.probe.companion
        if party is Party.SESSION:
            return replace(self.caller, headers={**nobody, **self._session(companion)})
        if companion is None:
            raise Skip(f"the {self.name} has no control plane to make {party.value}")
        made = companion.project(features=[])
        self.ledger.project(made.id)
        headers = {**nobody, "Authorization": f"Bearer {made.api_key}"}
        return replace(self.caller.within(str(made.id)), headers=headers)

    def _session(self, companion: Companion | None) -> dict[str, str]:
        if companion is not None:
            return companion.session(self.caller.project)
        if self.target.login is None:
            raise Skip(f"the {self.name} has no session (--{self.name}-login)")
        from ..sessions import log_in

        anonymous = self._party(Party.ANYONE)
        return log_in(anonymous, self.target.login, self.target.base_url)


def recorded(exchange: core.Exchange) -> Exchange:
    """A call as the traffic checker takes it."""
    response = Response(exchange.status, exchange.headers, exchange.body) if exchange.status else None
    return Exchange(
        Request(exchange.method, exchange.url, exchange.request_headers, exchange.request_body),
        response,
        exchange.seconds,
    )
