"""Servers behind a proxy that do as a test tells them, byte by byte, behind a socket of 127.0.0.1."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@dataclass(slots=True)
class Connection:
    """One connection to a scripted server."""

    socket: socket.socket
    stop: threading.Event
    held: bytes = b""

    def head(self) -> bytes:
        """The next request's line and headers."""
        return self.until(b"\r\n\r\n")

    def until(self, end: bytes) -> bytes:
        """Bytes up to and with `end`; what came by then, where the connection ends."""
        while end not in self.held:
            chunk = self.socket.recv(65536)
            if not chunk:
                break
            self.held += chunk
        found, _, self.held = self.held.partition(end)
        return found + end

    def read(self, size: int) -> bytes:
        """So many bytes."""
        while len(self.held) < size:
            chunk = self.socket.recv(65536)
            if not chunk:
                break
            self.held += chunk
        found, self.held = self.held[:size], self.held[size:]
        return found

    def send(self, *parts: bytes) -> None:
        """Send bytes as they are."""
        for part in parts:
            self.socket.sendall(part)

    def is_ended(self) -> bool:
        """Wait for the other end to close; whether it did."""
        try:
            return self.socket.recv(65536) == b""
        except OSError:
            return True


Script = Callable[[Connection], None]


@dataclass(slots=True)
class Scripted:
    """A scripted server: its address, and the requests that came, as they came."""

    url: str
    connections: int = 0
    heads: list[bytes] = field(default_factory=list)


@contextmanager
def scripted(script: Script) -> Iterator[Scripted]:
    """A server that runs a script for each connection."""
    stop = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    server = Scripted(f"http://127.0.0.1:{listener.getsockname()[1]}")

    def serve(connected: socket.socket) -> None:
        with connected:
            connected.settimeout(10)
            try:
                script(Connection(connected, stop))
            except OSError:
                return

    def accept() -> None:
        while not stop.is_set():
            try:
                connected, _ = listener.accept()
            except OSError:
                return
            server.connections += 1
            threading.Thread(target=serve, args=(connected,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        stop.set()
        listener.close()


@contextmanager
def answering(*answers: bytes, connections: bool = True) -> Iterator[Scripted]:
    """A server that gives each request on a connection the next answer, and keeps what was asked."""
    heads: list[bytes] = []

    def script(connection: Connection) -> None:
        for answer in answers:
            heads.append(connection.head())
            connection.send(answer)
        if connections:
            connection.stop.wait(10)

    with scripted(script) as server:
        server.heads = heads
        yield server


def json_answer(body: bytes = b"{}", *headers: bytes) -> bytes:
    """An answer of JSON."""
    lines = b"".join(header + b"\r\n" for header in headers)
    return HEAD + lines + b"Content-Length: %d\r\n\r\n" % len(body) + body
