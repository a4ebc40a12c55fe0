"""Who is compared, and what each is asked: the nearest that it has to reading and changing an insight."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from .servers import PEERS, ROOT, TOOLS, Contender, Running, ask

QUERY = {
    "kind": "InsightVizNode",
    "source": {"kind": "TrendsQuery", "series": [{"kind": "EventsNode", "event": "$pageview"}]},
}
INSIGHTS = "/api/projects/1/insights"
HELD = 100
AWS_JSON = {"Content-Type": "application/x-amz-json-1.0"}
MOTO = PEERS / ".venv" / "bin" / "moto_server"
# moto tells by it which service is meant; it checks no signature
SCOPE = "key/20260101/us-east-1/dynamodb/aws4_request"
CREDENTIAL = f"AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders=host, Signature=0"


@dataclass(frozen=True, slots=True)
class Call:
    """One request, sent again and again."""

    name: str
    method: str
    path: str
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compared:
    """A server, the path that tells that it is up, and its calls once it is filled.

    `closes` says that it closes the connection after each answer.
    """

    contender: Contender
    first: str
    calls: Callable[[Running], tuple[Call, ...]]
    note: str
    closes: bool = False

    @property
    def name(self) -> str:
        """How tables name it."""
        return self.contender.name


def install_peers() -> None:
    """Install the peers by npm and pip; quick when they are there."""
    if not all((TOOLS / each).exists() for each in ("prism", "mockoon-cli", "json-server", "autocannon")):
        npm = ["npm", "install", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(npm, cwd=PEERS, check=True, timeout=600)
    if not MOTO.exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEERS / ".venv")], check=True)
        pip = [
            str(PEERS / ".venv" / "bin" / "pip"),
            "install",
            "--quiet",
            "-r",
            str(PEERS / "requirements.txt"),
        ]
        subprocess.run(pip, check=True, timeout=600)


def compared(api_key: str, folder: Path) -> tuple[Compared, ...]:
    """Ours and the peers; `folder` is for the files of those that keep some."""
    spec = str(ROOT / "spec" / "openapi.yaml")
    key = {"Authorization": f"Bearer {api_key}"}
    serve = (sys.executable, "-m", "mockserver", "serve", "--log-requests", "false", "--port", "{port}")
    prism = (str(TOOLS / "prism"), "mock", spec, "-p", "{port}", "-v", "fatal")
    mockoon = (
        str(TOOLS / "mockoon-cli"),
        "start",
        "--data",
        spec,
        "--port",
        "{port}",
        "--disable-log-to-file",
    )
    json_server = (str(TOOLS / "json-server"), "--quiet", "--port", "{port}", str(folder / "db.json"))
    moto = (str(MOTO), "-H", "127.0.0.1", "-p", "{port}")
    first = f"{INSIGHTS}?limit=1"
    static = partial(_calls, insight=1)
    return (
        Compared(Contender("this fake", serve, key), first, _filled, "state, both validations"),
        Compared(
            Contender("this fake, --data", (*serve, "--data", "{fresh}"), key),
            first,
            _filled,
            "the same, journaled",
        ),
        Compared(Contender("Prism static", prism, key), first, static, "examples of the contract"),
        Compared(Contender("Prism dynamic", (*prism, "-d"), key), first, static, "answers made of schemas"),
        Compared(Contender("Mockoon", mockoon, key), first, static, "templates made of the contract"),
        Compared(
            Contender("json-server", json_server),
            "/insights/1",
            _json_server,
            "state, no validation, rows of ours",
        ),
        Compared(
            Contender("moto server", moto),
            "/moto-api/data.json",
            _moto,
            "DynamoDB, the same row as an item",
            closes=True,
        ),
    )


def rows() -> list[dict[str, Any]]:
    """Rows as our lists show them, for those that answer whatever they are given."""
    import httpx

    from contract_tests.mutants.in_process import LOCAL, InProcess
    from mockserver.app import create_app
    from mockserver.settings import Settings

    server = create_app(Settings(fixture="empty", log_requests=False, auth="open"))
    try:
        client = httpx.Client(base_url=LOCAL, transport=InProcess(server.asgi))
        for number in range(HELD):
            client.post(INSIGHTS, json={"name": f"Insight {number}", "query": QUERY}).raise_for_status()
        found: list[dict[str, Any]] = client.get(f"{INSIGHTS}?limit={HELD}").json()["results"]
        return found
    finally:
        server.close()


def write_json_server_file(folder: Path) -> None:
    """The file that json-server serves and writes."""
    numbered = [{**row, "id": number} for number, row in enumerate(rows(), 1)]
    (folder / "db.json").write_text(json.dumps({"insights": numbered}))


def _calls(_running: Running, insight: int) -> tuple[Call, ...]:
    return (
        Call("retrieve", "GET", f"{INSIGHTS}/{insight}"),
        Call("list 10", "GET", f"{INSIGHTS}?limit=10"),
        Call("list 100", "GET", f"{INSIGHTS}?limit=100"),
        Call("create", "POST", INSIGHTS, {"name": "made", "query": QUERY}),
        Call("patch", "PATCH", f"{INSIGHTS}/{insight}", {"name": "patched"}),
    )


def _filled(running: Running) -> tuple[Call, ...]:
    made = []
    for number in range(HELD):
        body = {"name": f"Insight {number}", "query": QUERY}
        made.append(ask(running.url + INSIGHTS, running.contender.headers, body=body, method="POST"))
    return _calls(running, made[0]["id"])


def _json_server(_running: Running) -> tuple[Call, ...]:
    return (
        Call("retrieve", "GET", "/insights/1"),
        Call("list 10", "GET", "/insights?_limit=10"),
        Call("list 100", "GET", "/insights?_limit=100"),
        Call("create", "POST", "/insights", {"name": "made", "query": QUERY}),
        Call("patch", "PATCH", "/insights/1", {"name": "patched"}),
    )


def _moto(running: Running) -> tuple[Call, ...]:
    def call(name: str, action: str, **body: object) -> Call:
        headers = {"X-Amz-Target": f"DynamoDB_20120810.{action}", "Authorization": CREDENTIAL, **AWS_JSON}
        return Call(name, "POST", "/", {"TableName": "insights", **body}, headers)

    def send(made: Call) -> None:
        ask(running.url + made.path, made.headers, body=made.body, method=made.method)

    document = {"S": json.dumps(rows()[0])}
    names = {"#p": "project"}
    of_project = {":p": {"S": "1"}}
    attributes = [{"AttributeName": name, "AttributeType": "S"} for name in ("project", "id")]
    keys = [
        {"AttributeName": "project", "KeyType": "HASH"},
        {"AttributeName": "id", "KeyType": "RANGE"},
    ]
    send(
        call(
            "",
            "CreateTable",
            AttributeDefinitions=attributes,
            KeySchema=keys,
            BillingMode="PAY_PER_REQUEST",
        )
    )
    for number in range(1, HELD + 1):
        item = {"project": {"S": "1"}, "id": {"S": str(number)}, "document": document}
        send(call("", "PutItem", Item=item))
    one = {"project": {"S": "1"}, "id": {"S": "1"}}
    listed = {
        "KeyConditionExpression": "#p = :p",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": of_project,
    }
    return (
        call("retrieve", "GetItem", Key=one),
        call("list 10", "Query", Limit=10, **listed),
        call("list 100", "Query", Limit=100, **listed),
        call("create", "PutItem", Item={"project": {"S": "2"}, "id": {"S": "[<id>]"}, "document": document}),
        call(
            "patch",
            "UpdateItem",
            Key=one,
            UpdateExpression="SET #n = :n",
            ExpressionAttributeNames={"#n": "name"},
            ExpressionAttributeValues={":n": {"S": "patched"}},
        ),
    )
