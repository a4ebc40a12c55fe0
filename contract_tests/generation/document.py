"""The contract as Schemathesis generates from it.

The union of all queries is what generating takes its time for: a hundred schemas deep, and most of what
comes out is refused for the same reason. Bodies are generated over sample queries of every kind instead, and
ids over the pool of the run; what answers must be like is left as it is.
"""

from __future__ import annotations

import copy
from typing import Any, Final

from ..contract import Contract
from .pool import QUERY_PREFIX, UNKNOWN, Pool, sample_queries

EXCLUDED: Final = frozenset(
    (
        "login_create",
        "logout_create",
        "personal_api_keys_create",
        "health_retrieve",
        "livez_retrieve",
        "readyz_retrieve",
    )
)
# what is sent there stays in a project's charts for good
SENDS_EVENTS: Final = "capture"
METHODS: Final = ("get", "put", "post", "patch", "delete")


def generation_document(contract: Contract, pool: Pool, *, reads_only: bool) -> dict[str, Any]:
    """A document with the same answers, and requests that make sense."""
    document = copy.deepcopy(contract.document)
    document["servers"] = [{"url": "/"}]
    _drop_operations(document, reads_only=reads_only)
    schemas = document["components"]["schemas"]
    queries = sample_queries()
    schemas["SampleQuery"] = {"type": "object", "enum": queries}
    schemas["SampleSource"] = {"type": "object", "enum": [query["source"] for query in queries]}
    schemas["QueryWrite"] = {"$ref": "#/components/schemas/SampleQuery"}
    for name, sample in (("QueryRequest", "SampleSource"), ("GenerateMetadata", "SampleQuery")):
        schemas[name]["properties"]["query"] = {"$ref": f"#/components/schemas/{sample}"}
    schemas["RefreshInBody"] = _refresh_words()
    schemas["BulkIdList"] = _ids(pool.insights)
    schemas["InsightsViewed"]["properties"]["insight_ids"] = _ids(pool.insights)
    for name in ("InsightWrite", "InsightCancel"):
        schemas[name]["properties"]["dashboards"] = {**_ids(pool.dashboards), "minItems": 0}
        schemas[name]["properties"].pop("filters", None)
    schemas["ClientQueryId"] = {"type": "string", "enum": [f"{QUERY_PREFIX}1", f"{QUERY_PREFIX}2"]}
    schemas["InsightCancel"]["properties"]["client_query_id"] = {"$ref": "#/components/schemas/ClientQueryId"}
    _drop_query_examples(document)
    _give_parameters(document["components"]["parameters"], pool)
    return document


def _drop_operations(document: dict[str, Any], *, reads_only: bool) -> None:
    for path, item in list(document["paths"].items()):
        for method in METHODS:
            if method in item and (
                item[method]["operationId"] in EXCLUDED
                or SENDS_EVENTS in item[method]["tags"]
                or (reads_only and method != "get")
            ):
                del item[method]
        if not any(method in item for method in METHODS):
            del document["paths"][path]
    kept = {
        item[method]["operationId"]
        for item in document["paths"].values()
        for method in METHODS
        if method in item
    }
    links = document["components"].get("links", {})
    gone = {name for name, link in links.items() if link.get("operationId") not in kept}
    for item in document["paths"].values():
        for method in METHODS:
            for response in item.get(method, {}).get("responses", {}).values():
                for name in gone & set(response.get("links", {})):
                    del response["links"][name]
    for name in gone:
        del links[name]


def _drop_query_examples(document: dict[str, Any]) -> None:
    """Examples of bodies show queries that are not among the samples."""
    for item in document["paths"].values():
        for method in METHODS:
            body = item.get(method, {}).get("requestBody")
            if not isinstance(body, dict):
                continue
            for media in body.get("content", {}).values():
                if "query" in str(media.get("schema", {})).lower() or "InsightWrite" in str(media):
                    media.pop("example", None)
                    media.pop("examples", None)


def _ids(known: list[int]) -> dict[str, Any]:
    items = {"type": "integer", "enum": [*known, UNKNOWN]}
    return {"type": "array", "minItems": 1, "maxItems": 1000, "items": items}


def _refresh_words() -> dict[str, Any]:
    words = ["force_cache", "blocking", "async", "lazy_async", "force_blocking", "force_async", True, False]
    return {"enum": words}


def _give_parameters(parameters: dict[str, Any], pool: Pool) -> None:
    insights = [*map(str, pool.insights), str(UNKNOWN)]
    dashboards = [*pool.dashboards, UNKNOWN]
    chosen: dict[str, list[Any]] = {
        "ProjectId": [pool.project],
        "ProjectLookup": [pool.project, "@current"],
        "InsightId": insights,
        "SharedInsightId": insights,
        "DashboardId": dashboards,
        "SharedDashboardId": dashboards,
        "PasswordId": [*map(str, pool.passwords), str(UNKNOWN)],
        "QueryId": [f"{QUERY_PREFIX}1", f"{QUERY_PREFIX}2", f"{QUERY_PREFIX}none"],
        "OrganizationLookup": ["@current"],
        "OrganizationId": ["@current"],
        "AccessToken": [*pool.tokens, "x" * 30],
        "ClientQueryId": [f"{QUERY_PREFIX}1"],
    }
    for name, values in chosen.items():
        if name in parameters:
            kind = parameters[name]["schema"].get("type", "string")
            parameters[name]["schema"] = {"type": kind, "enum": [_as(kind, value) for value in values]}
            parameters[name].pop("example", None)
            parameters[name].pop("examples", None)


def _as(kind: str, value: Any) -> Any:
    return int(value) if kind == "integer" else str(value)
