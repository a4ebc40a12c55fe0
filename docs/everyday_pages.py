"""Reference pages of everyday use: the routes, the pytest plugin, and the format of fixtures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mockserver.http.contract import read_document
from mockserver.resource_files import bundled
from mockserver.testing.plugin_options import OPTIONS
from mockserver.testing.session import CHOICES, STEERING

MADE: Final = "<!-- Made by docs/generate.py; edit the tables in the code instead. -->"
METHODS: Final = ("get", "post", "put", "patch", "delete")

FIXTURES: Final = (
    (
        "insights_server",
        "session",
        "A fake for the session: `url`, `project`, `create_project()`, `clock`, ...",
    ),
    (
        "insights_project",
        "function",
        "A project of the test's own, deleted afterwards: `url`, `api_key`, ...",
    ),
    ("insights_client", "function", "An `httpx.Client` that sends the project's API key."),
    ("insights_clock", "function", "The project's clock: `freeze()`, `set()`, `advance()`, `now`."),
    (
        "insights_environment",
        "function",
        "`POSTHOG_HOST`, `POSTHOG_PROJECT_ID` and `POSTHOG_PERSONAL_API_KEY`, set for the test.",
    ),
)
STEERED: Final = {
    "now": "freezes the project's clock at that moment",
    "refresh": "a mode (`instant`, `time`, `polls`, `manual`), or a whole policy",
    "faults": "a list of effects such as `{'status': 503}`, or of rules with `effect`, `match`, `times`",
}


def routes() -> str:
    """Every operation of the contract."""
    document = read_document(bundled("spec/openapi.yaml"))
    lines = [
        "# Routes",
        "",
        MADE,
        "",
        "What the contract names, and nothing else, is answered. A trailing slash makes no difference;",
        "`/api/environments/` is another name for `/api/projects/`; `@current` is the caller's project.",
    ]
    for tag in document["tags"]:
        lines += ["", f"## {tag['name'].replace('_', ' ').capitalize()}", "", tag.get("description", ""), ""]
        lines += ["| Call | Operation | Scope | Meaning |", "| --- | --- | --- | --- |"]
        lines += _route_rows(document, tag["name"])
    return "\n".join(lines) + "\n"


def _route_rows(document: Mapping[str, Any], tag: str) -> Iterator[str]:
    for path, item in document["paths"].items():
        for method in METHODS:
            operation = item.get(method)
            if operation is None or tag not in operation["tags"]:
                continue
            scopes = " ".join(f"`{scope}`" for scope in operation.get("x-required-scopes") or ())
            yield (
                f"| `{method.upper()} {path}` | `{operation['operationId']}` | {scopes} "
                f"| {operation.get('summary', '')} |"
            )


def pytest_plugin() -> str:
    """Fixtures, marker and options of the plugin."""
    lines = [
        "# The pytest plugin",
        "",
        MADE,
        "",
        "It comes with `pip install 'posthog-insights-mock[pytest]'` and needs no import.",
        "",
        "## Fixtures",
        "",
        "| Fixture | Scope | Gives |",
        "| --- | --- | --- |",
        *(f"| `{name}` | {scope} | {gives} |" for name, scope, gives in FIXTURES),
        "",
        "## Marker",
        "",
        "`@pytest.mark.insights(...)` on a test, a class or a module says what the test's project is like.",
        "",
        "| Argument | Meaning |",
        "| --- | --- |",
        *(f"| `{name}` | as `POST /_mock/projects` takes it |" for name in CHOICES),
        *(f"| `{name}` | {STEERED[name]} |" for name in STEERING),
        "",
        "## Options",
        "",
        "| Flag | Ini key | Default | Environment | Meaning |",
        "| --- | --- | --- | --- | --- |",
    ]
    for row in OPTIONS:
        variable = f"`{row.variable}`" if row.variable else ""
        default = f"`{row.default}`" if row.default else ""
        choices = f": {' or '.join(f'`{each}`' for each in row.choices)}" if row.choices else ""
        lines.append(f"| `{row.flag}` | `{row.name}` | {default} | {variable} | {row.help}{choices} |")
    return "\n".join(lines) + "\n"


def fixture_format() -> str:
    """Each part of the format, from its JSON Schema."""
    schema = json.loads(bundled("fixtures/fixture.schema.json").read_bytes())
    lines = [
        "# The format of fixtures",
        "",
        MADE,
        "",
        "Made from the JSON Schema that editors use; [Fixtures](../fixtures.md) explains it by examples.",
        "",
        "## The file",
        "",
        *_property_rows(schema),
    ]
    for name, part in schema["$defs"].items():
        if "properties" in part:
            described = [part["description"], ""] if "description" in part else []
            lines += ["", f"## {name}", "", *described, *_property_rows(part)]
    return "\n".join(lines) + "\n"


def _property_rows(part: Mapping[str, Any]) -> list[str]:
    required = part.get("required", ())
    rows = ["| Field | Needed | Is | Meaning |", "| --- | --- | --- | --- |"]
    for name, schema in part["properties"].items():
        needed = "yes" if name in required else ""
        rows.append(f"| `{name}` | {needed} | {_kind(schema)} | {schema.get('description', '')} |")
    return rows


def _kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})" if name not in ("ago", "key", "personKey") else name
    if "enum" in schema:
        return ", ".join(f"`{json.dumps(value)}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    for word in ("oneOf", "anyOf"):
        if word in schema:
            return " or ".join(_kind(each) for each in schema[word])
    kind = schema.get("type", "anything")
    kinds = [kind] if isinstance(kind, str) else kind
    if "items" in schema and "array" in kinds:
        return f"list of {_kind(schema['items'])}"
    return " or ".join(kinds)


PAGES: Final = {
    "reference/routes.md": routes,
    "reference/pytest.md": pytest_plugin,
    "reference/fixture-format.md": fixture_format,
}
