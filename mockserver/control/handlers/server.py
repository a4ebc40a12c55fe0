"""The server as a whole: health, what is served, back to the seed, explanations."""

from __future__ import annotations

from importlib.metadata import version
from typing import cast

from ...api.call import Answer
from ...errors import StartError
from ...store import JSON, JSONObject
from ..call import ControlCall
from ..clock_shapes import clock_shape
from ..problems import Problem, invalid
from ..seeds import seed_document, start_over
from ..snapshots import counts


def mock_health(_call: ControlCall) -> Answer:
    """The server answers."""
    return Answer({"status": "ok", "version": version("posthog-insights-mock")})


def mock_info(call: ControlCall) -> Answer:
    """What is being served."""
    return Answer(info(call))


def mock_metrics(call: ControlCall) -> Answer:
    """What was done, in numbers."""
    metrics = call.control.metrics
    if metrics is None:
        raise Problem("metrics_off", "Start the server with --metrics true to have its work measured.")
    return Answer(metrics.page(call.services), content_type=metrics.content_type)


def mock_reset(call: ControlCall) -> Answer:
    """Back to the seed, or to another."""
    seed = call.body.get("seed")
    try:
        start_over(
            call.services,
            cast("str | None", call.body.get("fixture")),
            None if seed is None else str(seed),
        )
    except StartError as error:
        raise invalid("fixture", str(error)) from None
    return Answer(info(call))


def mock_explain_retrieve(call: ControlCall) -> Answer:
    """Why a request was refused."""
    request_id = call.path["request_id"]
    found = call.control.explanations.find(request_id)
    if found is None:
        raise Problem(
            "unknown_explanation",
            f"No refusal of a request {request_id!r} is kept.",
            field="request_id",
        )
    return Answer(found)


def info(call: ControlCall) -> JSONObject:
    """The server as `mock_info` answers it."""
    services = call.services
    seed = seed_document(services.store)
    projects: list[JSON] = [
        {"id": project["id"], "name": project["name"]}
        for project in services.store.projects.documents().values()
    ]
    return {
        "version": version("posthog-insights-mock"),
        "profile": services.settings.profile,
        "seed": plain_seed(str(seed["seed"])),
        "fixture": seed["fixture"],
        "digest": seed["digest"],
        "clock": clock_shape(services, None),
        "projects": projects,
        "counts": counts(services.store.contents()),
        "urls": {
            "api": f"{call.base_url}/api/projects/{seed['project_id']}",
            "api_docs": f"{call.base_url}/docs/",
            "openapi": f"{call.base_url}/openapi.json",
            "control": f"{call.base_url}/_mock",
            "control_docs": f"{call.base_url}/_mock/docs/",
            "control_openapi": f"{call.base_url}/_mock/openapi.json",
            "console": f"{call.base_url}/_mock/",
        },
        "credentials": {name: seed[name] for name in ("project_id", "api_key", "email", "password")},
    }


def plain_seed(text: str) -> JSON:
    """A seed as a number where it is one."""
    return int(text) if text.isascii() and text.isdigit() and str(int(text)) == text else text
