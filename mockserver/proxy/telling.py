"""What a proxy says on a terminal, or as JSON lines to a script."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from ..store import JSONObject
from ..traffic import Severity
from .options import ProxyOptions
from .tally import Noted

BANNER: Final = """
  PostHog Insights, proxied

  Base URL    {url}
  Upstream    {upstream}
  Passes      {passes}
  Page        {url}/_mock/proxy
{token_line}
"""
TOKEN_LINE: Final = "  Token       {token}   (for /_mock/proxy; shown this once)\n"  # noqa: S105
LEVELS: Final[Mapping[Severity, int]] = MappingProxyType(
    {Severity.ERROR: logging.ERROR, Severity.WARNING: logging.WARNING, Severity.NOTE: logging.INFO}
)
CONTRACT: Final = "spec/openapi.yaml"

logger = logging.getLogger("mockserver.proxy")


def banner(
    options: ProxyOptions, url: str, *, as_json: bool, token: str | None, recording: str | None
) -> str:
    """What a person reads at the start; as one JSON line for scripts. `token` is one that was made up."""
    if as_json:
        made: dict[str, object] = {"event": "started", "url": url, "upstream": options.upstream.url}
        made |= {"enforce": options.enforce, "read_only": options.read_only, "recording": recording}
        return json.dumps(made | ({"control_token": token} if token else {})) + "\n"
    line = TOKEN_LINE.format(token=token) if token else ""
    return BANNER.format(
        url=url, upstream=options.upstream.url, passes=_passes(options, recording), token_line=line
    )


def _passes(options: ProxyOptions, recording: str | None) -> str:
    words = ["reads alone" if options.read_only else "everything"]
    words += ["that keeps to the contract"] if options.enforce else []
    return " ".join(words) + (f", and records {recording}" if recording else "")


def tell_new(noted: Noted, *, notes: bool) -> None:
    """Log a violation when it is seen for the first time."""
    violation = noted.violation
    if violation.severity is Severity.NOTE and not notes:
        return
    where = f" ({CONTRACT}:{violation.contract_line})" if violation.contract_line else ""
    name = violation.operation_id or f"{noted.method} {noted.path}"
    logger.log(
        LEVELS[violation.severity],
        "%s: %s%s",
        name,
        violation.message,
        where,
        extra={"request": {"event": "violation", **noted.shape()}},
    )


def summary(shape: JSONObject, violations: Sequence[Any], *, left: int) -> str:
    """The end of a run in words."""
    lines: list[str] = []
    for one in violations:
        where = f"  {CONTRACT}:{one['contract_line']}" if one["contract_line"] else ""
        times = f" ({one['times']} times)" if one["times"] > 1 else ""
        lines.append(
            f"{one['severity']:8}{one['operation_id'] or one['path']}: {one['message']}{times}{where}"
        )
    if lines:
        lines.append("")
    lines += _table(shape["operations"])
    lines += [f"{number:6} not looked at: {reason}" for reason, number in _items(shape["unchecked"])]
    lines += [f"{number:6} failed: {reason}" for reason, number in _items(shape["failures"])]
    if left:
        lines.append(f"{left:6} not looked at: there was no time left")
    calls, found = dict(_items(shape["calls"])), dict(_items(shape["violations"]))
    lines.append(
        f"{calls['passed']} calls passed on, {calls['failed']} failed, {calls['abandoned']} abandoned; "
        f"{found['errors']} errors, {found['warnings']} warnings, {found['notes']} notes"
    )
    return "\n".join(lines) + "\n"


def _table(operations: Any) -> list[str]:
    if not operations:
        return []
    width = max(len(name) for name in operations)
    head = f"{'operation':{width}} {'calls':>7} {'errors':>7} {'warnings':>9} {'notes':>7}"
    rows = [
        f"{name:{width}} {one['calls']:7} {one['errors']:7} {one['warnings']:9} {one['notes']:7}"
        for name, one in operations.items()
    ]
    return [head, *rows, ""]


def _items(shape: Any) -> list[tuple[str, int]]:
    return sorted(shape.items())
