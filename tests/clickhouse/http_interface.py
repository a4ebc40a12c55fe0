"""ClickHouse's HTTP interface in front of chDB, as far as its client library speaks it.

No server's binary is to be had as a package, so the way over the network is tested against this.
"""

from __future__ import annotations

import base64
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

NOT_SETTINGS = frozenset(
    {"query", "database", "user", "default_format", "query_id", "session_id", "client_protocol_version",
     "compress", "enable_http_compression", "http_headers_progress_interval_ms", "wait_end_of_query",
     "send_progress_in_http_headers", "session_timeout", "http_response_headers"}
)  # fmt: skip
FORMAT = re.compile(r"\s+FORMAT\s+(\w+)\s*$", re.IGNORECASE)
INPUT = re.compile(r"input\('((?:[^'\\]|\\.)*)'\)")
USER, PASSWORD = "mock", "pa:ss/word"


class Engine:
    """One chDB handle for all requests; remembers what it was asked."""

    def __init__(self) -> None:
        import chdb

        self._handle = chdb.connect(":memory:")
        self._lock = threading.Lock()
        self.asked: list[tuple[str, dict[str, str]]] = []

    def run(self, statement: str, settings: dict[str, str], form: str, data: bytes) -> bytes:
        """A statement's answer; raises with ClickHouse's message."""
        self.asked.append((statement, settings))
        with self._lock, tempfile.NamedTemporaryFile(suffix=".parquet") as file:
            if data:
                file.write(data)
                file.flush()
                statement = INPUT.sub(
                    lambda found: f"file('{file.name}', 'Parquet', '{found[1]}')", FORMAT.sub("", statement)
                )
            given = ", ".join(f"{name} = '{value}'" for name, value in settings.items())
            if given and statement.lstrip()[:6].upper() in ("SELECT", 'WITH "', "WITH `"):
                found = FORMAT.search(statement)
                form = found[1] if found else form
                statement = f"{FORMAT.sub('', statement)} SETTINGS {given}"
            try:
                return bytes(self._handle.query(statement, form).bytes() or b"")
            except Exception:
                self._handle.query("SELECT 1", "Null")  # chDB keeps what a stopped query had written
                raise

    def close(self) -> None:
        self._handle.close()


class Handler(BaseHTTPRequestHandler):
    """One request: the query in the address or the body, credentials in the header."""

    engine: Engine
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _answer(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/ping":
            self._send(200, b"Ok.\n")
            return
        given = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        wanted = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        by_key = (self.headers.get("X-ClickHouse-User"), self.headers.get("X-ClickHouse-Key"))
        if self.headers.get("Authorization") != f"Basic {wanted}" and by_key != (USER, PASSWORD):
            self._send(
                403,
                b"Code: 516. DB::Exception: mock: Authentication failed: password is incorrect, or there is "
                b"no user with such name. (AUTHENTICATION_FAILED)\n",
                516,
            )
            return
        statement = given.get("query") or body.decode()
        data = body if "query" in given else b""
        settings = {name: value for name, value in given.items() if name not in NOT_SETTINGS}
        settings.pop("readonly", None)  # it would outlive the query in the embedded engine
        try:
            made = self.engine.run(statement, settings, given.get("default_format", "TabSeparated"), data)
        except Exception as error:
            code = re.search(r"Code: (\d+)", str(error))
            self._send(500, str(error).encode(), int(code[1]) if code else 1)
            return
        self._send(200, made)

    def _send(self, status: int, body: bytes, code: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-ClickHouse-Summary", "{}")
        if code is not None:
            self.send_header("X-ClickHouse-Exception-Code", str(code))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def http_interface(folder: Path | None = None) -> Iterator[tuple[int, Engine]]:
    """A server on a free port of this machine, and its engine."""
    engine = Engine()
    handler = type("Bound", (Handler,), {"engine": engine})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1], engine
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        engine.close()
