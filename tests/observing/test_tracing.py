"""Spans as a collector of OpenTelemetry receives them."""

from __future__ import annotations

import gzip
import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from mockserver.serving import JsonLines
from mockserver.testing import MockServer

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"


class Collector:
    """What was sent to an OTLP endpoint."""

    def __init__(self) -> None:
        self.services: list[dict[str, Any]] = []
        self.spans: list[Any] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                collector.take(ExportTraceServiceRequest.FromString(body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def take(self, sent: Any) -> None:
        """Keep what came."""
        for resource in sent.resource_spans:
            self.services.append(_values(resource.resource.attributes))
            self.spans += [span for scope in resource.scope_spans for span in scope.spans]


def _values(attributes: Any) -> dict[str, Any]:
    return {each.key: each.value.string_value or each.value.int_value for each in attributes}


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    opened = Collector()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", opened.url)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    yield opened
    opened.server.shutdown()
    opened.server.server_close()


def test_each_request_is_a_span_of_its_operation_in_the_callers_trace(collector: Collector) -> None:
    with MockServer(fixture="empty", in_process=True, traces=True) as server:
        with server.project.client(traceparent=f"00-{TRACE}-{PARENT}-01") as client:
            client.get(f"{server.project.url}/insights/")
        with server.client() as client:
            client.get("/nowhere")
    assert collector.services[0]["service.name"] == "posthog-insights-mock"
    spans = {span.name: span for span in collector.spans}
    assert set(spans) == {"mock_info", "insights_list", "GET /nowhere"}
    listed = spans["insights_list"]
    assert listed.trace_id.hex() == TRACE
    assert listed.parent_span_id.hex() == PARENT
    told = _values(listed.attributes)
    assert told["http.route"] == "/api/projects/{project_id}/insights"
    assert told["http.status_code"] == 200
    assert told["mockserver.request_id"]


@pytest.mark.parametrize("convention", ["", "http", "http/dup"])
def test_no_span_tells_a_secret(
    collector: Collector, convention: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from opentelemetry.instrumentation._semconv import _OpenTelemetrySemanticConventionStability as Chosen

    monkeypatch.setenv("OTEL_SEMCONV_STABILITY_OPT_IN", convention)
    monkeypatch.setattr(Chosen, "_initialized", False)
    with (
        MockServer(fixture="empty", in_process=True, traces=True) as server,
        server.client(Authorization="Bearer phx_hidden") as client,
    ):
        client.get("/shared/hidden-token?sharing_access_token=hidden")
        client.get("/api/projects/1/insights?personal_api_key=phx_hidden&limit=1")
    assert len(collector.spans) == 2
    text = str(collector.spans)
    assert "hidden" not in text
    assert "limit=1" in text


def test_the_service_is_called_as_its_variable_says(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "mine")
    with MockServer(fixture="empty", in_process=True, traces=True) as server, server.client() as client:
        client.get("/_health")
    assert collector.services[0]["service.name"] == "mine"


def test_a_line_of_the_log_names_its_trace(collector: Collector) -> None:
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(JsonLines().format(record))

    handler = Kept()
    logging.getLogger("mockserver.requests").addHandler(handler)
    logging.getLogger("mockserver.requests").setLevel(logging.INFO)
    try:
        with (
            MockServer(fixture="empty", in_process=True, traces=True, log_requests=True) as server,
            server.client(traceparent=f"00-{TRACE}-{PARENT}-01") as client,
        ):
            client.get("/shared/hidden")
    finally:
        logging.getLogger("mockserver.requests").removeHandler(handler)
    line = json.loads(lines[-1])
    assert line["trace_id"] == TRACE
    assert line["path"] == "/shared/[redacted]"
    assert line["operation_id"] == "shared_page_retrieve"
