"""The app that passes calls on: request and answer as they come, a chunk at a time."""

from __future__ import annotations

import logging
from typing import Any, Final, cast

from ..clock import perf_seconds
from ..control.problems import Problem
from ..http.connections import TRANSPORT, Breakable
from ..http.control_guard import send_problem
from ..traffic import Request, TrafficChecker
from .bodies import Budget, Copy
from .call import Call, Receive, Scope, Send
from .checking import CheckDesk
from .failures import failure_of
from .headers import end_to_end, for_upstream, has_body, value_of, wants_websocket
from .holding import hold
from .inflow import ClientGone, Inflow
from .options import ProxyOptions
from .reads import only_reads, refusal
from .tally import Tally
from .upstream import UpstreamClient

STATUSES: Final = range(100, 600)

logger = logging.getLogger("mockserver.proxy")


class BrokenOff(Exception):
    """The upstream has failed after its answer had begun."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


class Forwarder:
    """Passes every call to the upstream and has it looked at afterwards, or before with `enforce`."""

    def __init__(
        self,
        options: ProxyOptions,
        client: UpstreamClient,
        checker: TrafficChecker,
        desk: CheckDesk,
        tally: Tally,
    ) -> None:
        self._options = options
        self._client = client
        self._checker = checker
        self._desk = desk
        self._tally = tally
        self._budget = Budget(options.memory_limit)
        self._authority = options.upstream.authority.encode("idna")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        call = self._call(scope)
        problem = self._refused(call) or await self._try(call, scope, receive, send)
        if problem is not None:
            call.release()
            call.status = problem.status
            self._tell(call, problem)
            await send_problem(send, problem, call.shown)
        if self._options.log_requests:
            logger.info(
                "%s %s %d %.1f ms %s", call.method, call.shown, call.status, call.seconds * 1000, call.name
            )

    def _call(self, scope: Scope) -> Call:
        path = cast("bytes", scope["raw_path"]).decode("latin-1")
        query = cast("bytes", scope["query_string"]).decode("latin-1")
        target = f"{path}?{query}" if query else path
        return Call(
            method=scope["method"],
            target=target,
            headers=list(scope["headers"]),
            address=self._checker.address(Request(scope["method"], target)),
            sent=Copy(self._budget, self._options.body_limit),
            received=Copy(self._budget, self._options.body_limit),
            started=perf_seconds(),
        )

    def _refused(self, call: Call) -> Problem | None:
        if wants_websocket(call.headers):
            return Problem("websocket", "Connect to the upstream itself, or ask without Upgrade.")
        path = call.target.partition("?")[0]
        if self._options.read_only and not only_reads(call.method, call.address.operation, path):
            return refusal(call.method, call.address, call.shown)
        return None

    async def _try(self, call: Call, scope: Scope, receive: Receive, send: Send) -> Problem | None:
        """Pass a call on; the problem to answer with instead, if any."""
        try:
            async with Inflow(receive) as inflow:
                problem = await self._exchange(call, inflow, send)
                if problem is None:
                    inflow.answered()
                    await send({"type": "http.response.body", "body": b""})
                    self._tally.count_passed(call.address.place)
                    self._have_looked_at(call)
        except ClientGone:
            self._tally.count_abandoned()
            call.release()
            return None
        except BrokenOff as error:
            call.release()
            self._tell(call, error.problem)
            await _break_off(scope, receive)
            return None
        except Problem as failed:
            return failed
        return problem

    async def _exchange(self, call: Call, inflow: Inflow, send: Send) -> Problem | None:
        """Ask the upstream and pass on what it answers, but for the end of it."""
        copy = call.sent if call.is_of_contract else None
        body = inflow.chunks(copy) if has_body(call.headers) else None
        headers = for_upstream(call.headers, self._host(call))
        try:
            async with self._client.request(call.method, call.target, headers, body) as answer:
                problem = await self._answer(call, answer, send)
        except Problem:
            raise
        except Exception as error:
            failed = failure_of(error, self._options.upstream)
            raise (BrokenOff(failed) if call.has_begun else failed) from error
        return problem

    async def _answer(self, call: Call, answer: Any, send: Send) -> Problem | None:
        if answer.status not in STATUSES:
            raise Problem("upstream_broken", f"The upstream answered with status {answer.status}.")
        call.status = answer.status
        call.answer_headers = end_to_end(answer.raw_headers)
        if self._options.enforce and call.is_of_contract:
            return await hold(call, answer.content.iter_any(), self._desk, send)
        await call.begin(send)
        async for chunk in answer.content.iter_any():
            await call.pass_on(chunk, send)
        return None

    def _have_looked_at(self, call: Call) -> None:
        if call.is_of_contract and not call.was_judged:
            self._desk.offer(call.passed())
        else:
            call.release()

    def _host(self, call: Call) -> bytes:
        given = value_of(call.headers, b"host") if self._options.keep_host else None
        return given or self._authority

    def _tell(self, call: Call, problem: Problem) -> None:
        self._tally.count_failure(problem.name)
        if problem.name != "contract_broken":
            how = "broken off" if call.has_begun else str(problem.status)
            logger.warning("%s %s %s %s: %s", call.method, call.shown, how, problem.name, problem.detail)


async def _break_off(scope: Scope, receive: Receive) -> None:
    """End the connection, so that the client sees that the answer is not whole."""
    connection = cast("Breakable | None", scope.get("extensions", {}).get(TRANSPORT))
    if connection is None:
        raise ConnectionResetError("the upstream failed in the middle of its answer")
    connection.close()
    while (await receive())["type"] != "http.disconnect":
        continue
