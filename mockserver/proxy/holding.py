"""Answers that are held back until they were looked at: what `--enforce` does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from ..control.problems import Problem
from ..traffic import Checked, Severity
from .call import Call, Send
from .checking import CheckDesk
from .headers import value_of

ENDLESS: Final = b"text/event-stream"
MOST_SHOWN: Final = 20


async def hold(call: Call, chunks: AsyncIterator[bytes], desk: CheckDesk, send: Send) -> Problem | None:
    """Pass an answer on once it is whole and keeps to the contract; else the problem to answer with.

    One that is too large to be kept, or never ends by its nature, goes on as it comes.
    """
    held: list[bytes] = []
    if (value_of(call.answer_headers, b"content-type") or b"").startswith(ENDLESS):
        await call.begin(send)
    async for chunk in chunks:
        if call.has_begun:
            await call.pass_on(chunk, send)
            continue
        call.received.add(chunk)
        held.append(chunk)
        if call.received.lost is not None:
            await _let_go(call, held, send)
    if call.has_begun:
        return None
    call.was_judged = True
    checked = await asyncio.to_thread(desk.judge, call.passed())
    problem = broken_contract(checked) if checked is not None else None
    if problem is None:
        await _let_go(call, held, send)
    return problem


async def _let_go(call: Call, held: list[bytes], send: Send) -> None:
    await call.begin(send)
    for chunk in held:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    held.clear()


def broken_contract(checked: Checked) -> Problem | None:
    """What to answer in the place of a call that breaks the contract; None for one that keeps to it."""
    broken = [one for one in checked.violations if one.severity is Severity.ERROR]
    if not broken:
        return None
    name = checked.operation_id or "a call without an operation"
    others = f", and {len(broken) - 1} more" if len(broken) > 1 else ""
    return Problem(
        "contract_broken",
        f"{name}: {broken[0].message}{others}.",
        errors=[(one.pointer or one.where.value, one.message) for one in broken[:MOST_SHOWN]],
    )
