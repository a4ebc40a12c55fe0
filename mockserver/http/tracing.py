"""A span a request, by OpenTelemetry's own instrumentation; its `OTEL_` variables say where spans go."""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode

from ..control.redaction import redact_path, redact_query
from ..errors import StartError
from .contract import Contract
from .exchange import Exchange

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span

SERVICE: Final = "posthog-insights-mock"


class Tracing:
    """Where the spans of one server go; `exporter` takes the place of the one that sends them by OTLP.

    Raises StartError where the libraries are missing.
    """

    def __init__(self, exporter: SpanExporter | None = None) -> None:
        try:
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor

            if exporter is None:
                from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

                exporter = OTLPSpanExporter()
            import opentelemetry.instrumentation.asgi  # noqa: F401
        except ImportError:
            raise StartError(
                "--traces needs OpenTelemetry; pip install 'posthog-insights-mock[otel]'"
            ) from None
        about = {"service.version": version("posthog-insights-mock")}
        if "OTEL_SERVICE_NAME" not in os.environ:
            about["service.name"] = SERVICE
        self._provider: TracerProvider = TracerProvider(resource=Resource.create(about))
        self._provider.add_span_processor(BatchSpanProcessor(exporter))

    def around(self, app: Any, *contracts: Contract) -> Any:
        """An app whose requests are spans, and part of the caller's trace where it sends `traceparent`."""
        from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware

        routes = {name: each.path for contract in contracts for name, each in contract.operations.items()}
        return OpenTelemetryMiddleware(
            partial(_named, app, routes),
            tracer_provider=self._provider,
            server_request_hook=_redact,
            exclude_spans=["receive", "send"],
        )

    def note(self, exchange: Exchange, _status: int, _seconds: float) -> None:
        """Tell the log which trace a request is part of."""
        from opentelemetry.trace import format_trace_id, get_current_span

        exchange.notes["trace_id"] = format_trace_id(get_current_span().get_span_context().trace_id)

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()


def _redact(span: Span, scope: MutableMapping[str, Any]) -> None:
    """Put a span's address without secrets in the place of the one that the instrumentation took."""
    path = redact_path(scope["path"])
    query = urlencode(redact_query(dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))))
    span.update_name(f"{scope['method']} {path}")
    whole = f"{path}?{query}" if query else path
    told = {"http.target": path, "http.url": whole, "url.path": path, "url.query": query, "url.full": whole}
    taken = getattr(span, "attributes", None) or {}
    span.set_attributes({name: value for name, value in told.items() if name in taken})


async def _named(
    app: Any, routes: Mapping[str, str], scope: MutableMapping[str, Any], receive: Any, send: Any
) -> None:
    """Call the running span by its operation, once an answer begins and says which it is."""
    from opentelemetry.trace import get_current_span

    span = get_current_span()

    async def name(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = {key: value.decode("latin-1") for key, value in message["headers"]}
            operation = headers.get(b"x-mock-operation")
            if operation is not None:
                span.update_name(operation)
                span.set_attribute("http.route", routes.get(operation, ""))
            span.set_attribute("mockserver.request_id", headers.get(b"x-request-id", ""))
        await send(message)

    await app(scope, receive, name)
