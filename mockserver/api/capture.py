"""Taking in events, as PostHog's capture service does, and what its libraries ask for when they begin."""

from __future__ import annotations

from ..analytics.model import QueryError
from ..errors import api_error
from ..resources import capture
from ..store import JSON, JSONObject
from ..store.documents import ProjectDocument
from .call import Answer, Call


def capture_batch_create(call: Call) -> Answer:
    """Take in events."""
    _require_readable(call)
    sent = capture.read_sent(call.parsed_body, call.query)
    project = _project(call, sent.token)
    now = call.services.clock_of(project["id"]).now()
    try:
        call.services.refresh.calculator.events.take_in(project, now, rows=capture.rows_of(sent, now))
    except QueryError as error:
        raise api_error("capture_unparsable", reason=error.detail) from None
    return Answer({"status": "Ok"})


capture_create = capture_e_create = capture_event_create = capture_batch_create


def capture_flags_create(call: Call) -> Answer:
    """The feature flags of someone: there are none here, which is what PostHog says of a project without."""
    _require_readable(call)
    _project(call, capture.token_of(call.parsed_body, call.query))
    return Answer(
        {
            "config": {"enable_collect_everything": True},
            "toolbarParams": {},
            "errorsWhileComputingFlags": False,
            "isAuthenticated": False,
            "supportedCompression": ["gzip", "gzip-js"],
            "featureFlags": {},
            "featureFlagPayloads": {},
            "flags": {},
            "sessionRecording": False,
            "requestId": call.services.random.uuid(),
        }
    )


capture_decide_create = capture_flags_create


def capture_config_retrieve(call: Call) -> Answer:
    """How posthog-js is to behave: it sends events, and nothing else is switched on."""
    _project(call, call.path["token"])
    made: JSONObject = {
        "token": call.path["token"],
        "supportedCompression": ["gzip", "gzip-js"],
        "hasFeatureFlags": False,
        "captureDeadClicks": False,
        "capturePerformance": False,
        "autocapture_opt_out": False,
        "autocaptureExceptions": False,
        "analytics": {"endpoint": "/i/v0/e/"},
        "elementsChainAsString": True,
        "sessionRecording": False,
        "heatmaps": False,
        "surveys": False,
        "defaultIdentifiedOnly": True,
        "siteApps": [],
    }
    return Answer(made)


def _require_readable(call: Call) -> None:
    # what the contract's schema alone refuses is told below, in the capture service's own words
    if call.violation is not None and call.violation.text is not None:
        raise call.violation


def _project(call: Call, token: JSON) -> ProjectDocument:
    if not isinstance(token, str) or not token:
        raise api_error("capture_without_token")
    found = call.services.store.projects.find_one("api_token", token)
    if found is None:
        raise api_error("capture_unknown_token")
    return found
