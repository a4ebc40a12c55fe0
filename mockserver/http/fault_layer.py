"""Failures on purpose: rules of the control plane and headers of single requests.

It stands outside routing, security and validators, so that what it does is not held against the contract.
Waiting is `asyncio.sleep`: a request that waits holds no thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any, cast

from ..control.fault_header import DELAY_HEADER, FAULT_HEADER, parse_delay, parse_effect
from ..control.faults import Plan, check_effect
from ..control.problems import Problem
from ..control.throttle import Buckets, take_token
from ..errors import ApiError, api_error
from ..services import Services
from ..store import JSON, JSONObject
from .chosen_answers import chosen_answer, send_chosen, throttled
from .connections import BREAKS, Broken
from .contract_runner import run_violation
from .control_answers import is_control
from .exchange import Exchange, exchange_of
from .front import answer_error
from .path_tree import PathTree
from .tenancy import key_value, tenant_of


class FaultLayer:
    """ASGI middleware that delays, breaks or replaces answers."""

    def __init__(self, app: Any, *, services: Services, finder: PathTree) -> None:
        self._app = app
        self._services = services
        self._finder = finder
        self._header_buckets: dict[tuple[int | None, str], Buckets] = {}

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Pass the request on, after whatever was planned for it."""
        if scope["type"] != "http" or is_control(scope["path"]):
            await self._app(scope, receive, send)
            return
        exchange = exchange_of(scope)
        named = exchange.headers.get(FAULT_HEADER.lower())
        delay = exchange.headers.get(DELAY_HEADER.lower())
        if named is None and delay is None and self._services.control.faults.is_empty:
            await self._app(scope, receive, send)
            return
        try:
            plan = self._plan(exchange, named, delay)
        except ApiError as error:
            await answer_error(send, error)
            return
        if plan.delay:
            await asyncio.sleep(plan.delay)
        await self._act(plan, exchange, scope, receive, send)

    def _plan(self, exchange: Exchange, named: str | None, delay: str | None) -> Plan:
        exchange.operation = self._finder.find(exchange.method, exchange.path)
        plan = self._services.store.run(lambda: self._planned(exchange, self._wished(named, delay)))
        if plan.rules:
            exchange.notes["faults"] = ",".join(map(str, plan.rules))
        return plan

    def _planned(self, exchange: Exchange, wished: JSONObject) -> Plan:
        services = self._services
        project_id = tenant_of(services, exchange)
        now = services.clock_of(project_id).now()
        facts: dict[str, JSON] = {
            "operation_id": exchange.operation.operation_id if exchange.operation else None,
            "method": exchange.method,
            "path": exchange.path,
            "project_id": project_id,
            "by_key": key_value(exchange) is not None,
        }
        plan = services.control.faults.plan(facts, now, services.random)
        if "delay" in wished:
            plan.delay += cast("float", cast("JSONObject", wished["delay"])["ms"]) / 1000
        throttle = cast("JSONObject | None", wished.get("throttle"))
        if throttle is not None:
            place = (project_id, str(throttle))
            held, seconds = take_token(throttle, self._header_buckets.get(place, {}), now)
            self._header_buckets[place] = held
            if seconds is not None:
                plan.effect, plan.throttled_seconds = wished, seconds
        elif wished.keys() - {"delay"}:
            plan.effect, plan.throttled_seconds = wished, None
        return plan

    def _wished(self, named: str | None, delay: str | None) -> JSONObject:
        """The effect that the request's own headers ask for; raises ApiError for one that can't be read."""
        wished: JSONObject = {}
        try:
            header = FAULT_HEADER
            if named is not None:
                wished = parse_effect(named)
                check_effect(wished, self._services.control.violations)
            header = DELAY_HEADER
            if delay is not None:
                wished["delay"] = parse_delay(delay)
        except (ValueError, Problem) as error:
            reason = str(error).replace("{", "(").replace("}", ")")
            raise api_error("invalid_value", field=header, reason=reason, code="invalid_input") from None
        return wished

    async def _act(
        self, plan: Plan, exchange: Exchange, scope: MutableMapping[str, Any], receive: Any, send: Any
    ) -> None:
        effect = plan.effect
        if effect is None:
            await self._app(scope, receive, send)
        elif plan.throttled_seconds is not None:
            exchange.notes["error"] = "throttled"
            await send_chosen(send, throttled(plan.throttled_seconds))
        elif "status" in effect:
            await send_chosen(send, chosen_answer(effect))
        elif "connection" in effect:
            random = self._services.random.stream(f"connections/{exchange.request_id}")
            broken = Broken(self._app, scope, receive, send, random)
            await BREAKS[str(effect["connection"])](broken)
        else:
            fault = self._services.control.violations()[str(effect["contract"])]
            await run_violation(self._services, fault, self._app, scope, receive, send)
