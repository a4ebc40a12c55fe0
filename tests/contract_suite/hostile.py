"""Servers that answer in ways that should end in a finding, behind a socket of 127.0.0.1."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
Answer = Callable[[socket.socket, threading.Event], None]


def hangs(_: socket.socket, stop: threading.Event) -> None:
    stop.wait(20)


def streams(connection: socket.socket, stop: threading.Event) -> None:
    connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while not stop.wait(0.02):
        connection.sendall(b"1\r\n \r\n")


def floods(connection: socket.socket, _: threading.Event) -> None:
    connection.sendall(HEAD + b"Content-Length: 104857600\r\n\r\n")
    for _chunk in range(1600):
        connection.sendall(b" " * 65536)


def talks_garbage(connection: socket.socket, _: threading.Event) -> None:
    connection.sendall(b"\x00\xff\x13 not HTTP at all \r\n\r\n")


def sends_broken_json(connection: socket.socket, _: threading.Event) -> None:
    connection.sendall(HEAD + b'Content-Length: 12\r\nConnection: close\r\n\r\n{"count": 1,')


def throttles(connection: socket.socket, _: threading.Event) -> None:
    head = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Type: application/json\r\n"
    body = b'{"type":"throttled_error","code":"throttled","detail":"Request was throttled.","attr":null}'
    connection.sendall(head + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """A server that gives every connection the same answer; its address."""
    stop = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket) -> None:
        with connection:
            try:
                connection.recv(65536)
                answer(connection, stop)
            except OSError:
                return

    def accept() -> None:
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stop.set()
        listener.close()
