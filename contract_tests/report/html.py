"""The run as one HTML file that needs nothing else: filterable findings, rules, coverage and timings."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import Any

from ..contract import SHOWN_PATH
from ..verdict import Verdict
from .account import Account
from .json_report import report_shape


def html(account: Account, verdict: Verdict) -> str:
    """The page."""
    shape = report_shape(account, verdict)
    template = files(__package__).joinpath("page.html").read_text("utf-8")
    parts = {
        "verdict": "passed" if verdict.passed else "failed",
        "title": escape(account.title),
        "target": escape(account.subject),
        "facts": _facts(account, shape),
        "findings": "".join(_finding(one) for one in (*shape["findings"], *shape["known"]))
        or "<p>No findings.</p>",
        "rules": "".join(_rule(one) for one in shape["rules"]),
        "coverage": "".join(_operation(one) for one in shape["coverage"])
        or '<tr><td colspan="7">No calls were made.</td></tr>',
    }
    for name, text in parts.items():
        template = template.replace(f"<!--{name}-->", text)
    return template


def _facts(account: Account, shape: dict[str, Any]) -> str:
    facts = {
        **account.facts,
        "started": shape["started_at"],
        "seconds": shape["seconds"],
        "requests": shape["requests"],
        "findings": len(shape["findings"]),
    }
    return "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in facts.items())


def _finding(one: dict[str, Any]) -> str:
    line = f"{SHOWN_PATH}:{one['contract_line']}" if one["contract_line"] else ""
    known = f"<p>Known: {escape(one['known'])}</p>" if one["known"] else ""
    head = f"<b>{escape(one['rule_id'])}</b> {escape(one['operation_id'] or '')}"
    return (
        f'<details class="item {escape(one["severity"])}">'
        f"<summary>{head} <span>{escape(one['message'])}</span></summary>"
        f"<p>{escape(one['title'])} <i>{escape(line)}</i></p>{known}"
        f"<pre>{escape(one['request'])}</pre><pre>{escape(one['response'])}</pre></details>"
    )


def _rule(one: dict[str, Any]) -> str:
    cells = (
        one["outcome"],
        one["rule"],
        one["title"],
        one["reason"],
        one["requests"],
        f"{one['seconds']:.2f}",
    )
    return f'<tr class="item {escape(one["outcome"])}">{"".join(map(_cell, cells))}</tr>'


def _operation(one: dict[str, Any]) -> str:
    cells = (one["requests"], one["median_ms"], one["slowest_ms"])
    return (
        f'<tr class="item">{_cell(one["method"])}'
        f"<td>{escape(one['path'])}<br><i>{escape(one['operation_id'])}</i></td>"
        f"<td>{_chips(one['statuses'])}</td><td>{_chips(one['parameters'])}</td>"
        f"{''.join(map(_cell, cells))}</tr>"
    )


def _cell(value: object) -> str:
    return f"<td>{escape(str(value))}</td>"


def _chips(counts: dict[str, int]) -> str:
    return " ".join(
        f'<span class="{"seen" if number else "unseen"}" title="{number}">{escape(name)}</span>'
        for name, number in counts.items()
    )
