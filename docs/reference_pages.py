"""The reference pages: settings, commands, errors and the control plane, each from its own table."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mockserver.cli import build_parser
from mockserver.commands.client import TOKEN_VARIABLE, URL_VARIABLE
from mockserver.control.explanations import EXPLAIN_HEADER
from mockserver.control.fault_header import DELAY_HEADER, FAULT_HEADER
from mockserver.control.habits import HABITS
from mockserver.control.problems import PROBLEMS, TYPE_PREFIX
from mockserver.control.throttle import PRESETS
from mockserver.errors import CATALOGUE, HAND_MADE, PLAIN
from mockserver.http.contract import read_document
from mockserver.http.contract_faults import contract_faults
from mockserver.refresh.diagram import mermaid
from mockserver.refresh.policy_header import NAME as REFRESH_HEADER
from mockserver.resource_files import bundled
from mockserver.settings import SETTINGS

MADE: Final = "<!-- Made by docs/generate.py; edit the tables in the code instead. -->"
METHODS: Final = ("get", "post", "put", "patch", "delete")

HEADERS: Final = (
    (DELAY_HEADER, "request", "`250`", "Wait so many milliseconds before the request is worked on."),
    (
        REFRESH_HEADER,
        "request",
        "`time; queue=1; run=3`",
        "The refresh policy of the jobs that this request makes: a mode, then `queue`, `run`, `polls`, "
        "`jitter`, `outcome`, `message`, `code`, `progress`.",
    ),
    (
        FAULT_HEADER,
        "request",
        "`status=503; retry_after=2`",
        "A fault of this request alone: `status`, `retry_after`, `throttle` (a minute), `delay` (ms), "
        "`connection`, `contract`.",
    ),
    (
        EXPLAIN_HEADER,
        "request",
        "`1`",
        "Ask for an explanation; a 4xx answer then has the same header with its address.",
    ),
    (
        "X-Request-Id",
        "both",
        "any text",
        "Names the request in log, journal and explanations; made up where none is sent.",
    ),
    ("X-Mock-Operation", "answer", "`insights_list`", "The operation of the contract that answered."),
    ("Retry-After", "answer", "`7`", "Seconds to wait, with 429 and 503."),
)

ENVIRONMENT: Final = (
    (URL_VARIABLE, "The running server that commands call; http://127.0.0.1:8129 without it."),
    ("MOCKSERVER_PORT", "The port of that server where no address is given."),
    (TOKEN_VARIABLE, "The control token that commands send, and that the server asks for beyond loopback."),
)


def table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> list[str]:
    """A Markdown table."""
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    return [*lines, *(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)]


def settings() -> str:
    """Every setting with its flag and variable."""
    rows = (
        (
            f"`{one.flag}`",
            f"`{one.variable}`",
            f"`{one.name}`",
            _default(one.default),
            _meaning(one.help, one.choices),
        )
        for one in SETTINGS
    )
    lines = [
        "# Settings",
        "",
        MADE,
        "",
        "A flag wins over an environment variable, that over the TOML file named by `--config`, that over",
        "the default.",
        "",
        *table(("Flag", "Environment", "In the file", "Default", "Meaning"), rows),
    ]
    return "\n".join(lines) + "\n"


def _default(value: object) -> str:
    return "none" if value is None else f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _meaning(text: str, choices: tuple[str, ...]) -> str:
    return f"{text} ({', '.join(f'`{each}`' for each in choices)})" if choices else text


def commands() -> str:
    """Every command with its arguments."""
    lines = [
        "# The command line",
        "",
        MADE,
        "",
        "`mockserver` without a command is `mockserver serve`. Exit status: 0 fine, 1 the command could not",
        "do its work (`snapshot diff`: there is a difference), 2 a usage error or a server that can't start.",
        "",
        *table(("Environment", "Meaning"), ((f"`{name}`", text) for name, text in ENVIRONMENT)),
    ]
    for name, parser in _subparsers(build_parser()):
        lines += ["", f"## `mockserver {name}`", "", f"{parser.description or ''}."]
        lines += _arguments(name, parser)
        for action, inner in _subparsers(parser):
            lines += ["", f"### `mockserver {name} {action}`", ""]
            lines += _arguments(f"{name} {action}", inner)
    return "\n".join(lines) + "\n"


def _subparsers(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def _arguments(name: str, parser: argparse.ArgumentParser) -> list[str]:
    if name in ("serve", "exec"):
        extra = "A flag for each of the [settings](settings.md)"
        return ["", f"{extra}; what follows `--` is the command." if name == "exec" else f"{extra}."]
    rows = [
        (f"`{', '.join(action.option_strings) or action.dest}`", _choices(action), action.help or "")
        for action in parser._actions
        if not isinstance(action, argparse._HelpAction | argparse._SubParsersAction)
    ]
    kept = [(flag, choices, _steady(text)) for flag, choices, text in rows if not _is_setting(name, flag)]
    return ["", *table(("Argument", "Values", "Meaning"), iter(kept))] if kept else []


def _is_setting(name: str, flag: str) -> bool:
    return name == "doctor" and flag.strip("`") in {one.flag for one in SETTINGS}


def _steady(text: str) -> str:
    return text.replace("%(default)s", "the default")


def _choices(action: argparse.Action) -> str:
    return ", ".join(f"`{each}`" for each in action.choices) if action.choices else ""


def errors() -> str:
    """Every error of both dialects."""
    lines = [
        "# Errors",
        "",
        MADE,
        "",
        "## Under `/api`: PostHog's envelope",
        "",
        "`{type, code, detail, attr}`. What stands in braces is filled in.",
        "",
        *table(
            ("Name", "Status", "Type", "Code", "Attr", "Detail"),
            (
                (f"`{name}`", str(kind.status), kind.type, f"`{kind.code}`", kind.attr or "", kind.detail)
                for name, kind in CATALOGUE.items()
            ),
        ),
        "",
        "## Under `/api`: answers that PostHog makes by hand",
        "",
        *table(
            ("Name", "Status", "Body"),
            (
                (f"`{name}`", str(made.status), str(dict(made.body)) if made.body else "empty")
                for name, made in HAND_MADE.items()
            ),
        ),
        "",
        "## Where events are sent: a line of text",
        "",
        *table(
            ("Name", "Status", "Text"),
            ((f"`{name}`", str(status), text) for name, (status, text) in PLAIN.items()),
        ),
        "",
        "## Under `/_mock`, and what a proxy answers itself: problem details (RFC 9457)",
        "",
        f"`type` is `{TYPE_PREFIX}` and the name; `field` names the parameter or key at fault.",
        "",
        *table(
            ("Name", "Status", "Title"),
            ((f"`{name}`", str(kind.status), kind.title) for name, kind in PROBLEMS.items()),
        ),
    ]
    return "\n".join(lines) + "\n"


def control() -> str:
    """Every call of the control plane, its bodies, and what it steers."""
    document = read_document(bundled("spec/control.yaml"))
    lines = [
        "# The control plane",
        "",
        MADE,
        "",
        "Its contract is [spec/control.yaml](../../spec/control.yaml), served at `/_mock/openapi.json`, with",
        "a page to try it at `/_mock/docs/`. On a loopback address anyone local may call; elsewhere send",
        "`Authorization: Bearer` and the control token.",
    ]
    for tag in document["tags"]:
        rows = [row for row in _operations(document) if row[0] == tag["name"]]
        if rows:
            lines += ["", f"## {tag['name'].capitalize()}", "", tag["description"], ""]
            lines += table(("Call", "Body", "Answer", "Meaning"), (row[1:] for row in rows))
    lines += ["", "## Bodies", ""]
    for name in dict.fromkeys(_bodies(document)):
        lines += [f"### `{name}`", "", *table(("Key", "Type", "Meaning"), _keys(document, name)), ""]
    lines += ["## Headers of single requests", ""]
    lines += table(
        ("Header", "Of", "Example", "Meaning"),
        ((f"`{name}`", where, example, text) for name, where, example, text in HEADERS),
    )
    lines += ["", "## States of a background query", "", "```mermaid", mermaid(), "```"]
    lines += ["", "## Presets of throttles", ""]
    lines += table(
        ("Preset", "Limits"),
        (
            (f"`{name}`", ", ".join(f"{number} {span.replace('_', ' ')}" for span, number in limits.items()))
            for name, limits in PRESETS.items()
        ),
    )
    lines += ["", "## Contract violations", ""]
    lines += table(
        ("Name", "Group", "What it does", "The rule it breaks"),
        ((f"`{one.name}`", one.group, one.description, one.rule) for one in contract_faults().values()),
    )
    lines += ["", "## Habits", ""]
    lines += table(("Rule", "Advice"), ((f"`{name}`", habit.advice) for name, habit in HABITS.items()))
    lines += ["", "## Of a proxy", "", "`mockserver proxy` answers these itself"]
    lines += ["([spec/proxy.yaml](../../spec/proxy.yaml)), and passes everything else on.", ""]
    own = read_document(bundled("spec/proxy.yaml"))
    lines += table(("Call", "Body", "Answer", "Meaning"), (row[1:] for row in _operations(own)))
    return "\n".join(lines) + "\n"


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str, str]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                node = item[method]
                body = _body_name(node)
                status, answer = next(
                    (code, found) for code, found in node["responses"].items() if code.startswith("2")
                )
                yield (
                    node["tags"][0],
                    f"`{method.upper()} {path}`",
                    f"[{body}](#{body.lower()})" if body else "",
                    f"{status} {_schema_name(answer)}".strip(),
                    f"{node['summary']}. {node.get('description', '')}".strip(),
                )


def _body_name(node: Mapping[str, Any]) -> str:
    content = node.get("requestBody", {}).get("content", {})
    schema = next(iter(content.values()), {}).get("schema", {})
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _schema_name(answer: Mapping[str, Any]) -> str:
    schema = next(iter(answer.get("content", {}).values()), {}).get("schema", {})
    if schema.get("type") == "array":
        inner = str(schema["items"].get("$ref", "")).rpartition("/")[2]
        return f"[{inner}]" if inner else ""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _bodies(document: Mapping[str, Any]) -> Iterator[str]:
    for item in document["paths"].values():
        for method in METHODS:
            name = _body_name(item.get(method, {}))
            if name:
                yield name


def _keys(document: Mapping[str, Any], name: str, prefix: str = "") -> Iterator[tuple[str, str, str]]:
    schema = document["components"]["schemas"][name]
    for key, node in schema.get("properties", {}).items():
        found = document["components"]["schemas"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
        required = " (required)" if key in schema.get("required", ()) else ""
        yield f"`{prefix}{key}`{required}", _type(found), found.get("description", "")


def _type(node: Mapping[str, Any]) -> str:
    if "enum" in node:
        return ", ".join(f"`{each}`" for each in node["enum"])
    if "oneOf" in node:
        return " or ".join(each["type"] for each in node["oneOf"])
    return str(node.get("type", "any"))


PAGES: Final = {
    "reference/settings.md": settings,
    "reference/cli.md": commands,
    "reference/errors.md": errors,
    "reference/control.md": control,
}
