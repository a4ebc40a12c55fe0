"""A stand-in for a Docker engine: its HTTP API, with a process of the fake in place of each container."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import IO, Any

CONTAINER = re.compile(r"/v[\d.]+/containers/(?P<id>[0-9a-f]+)(?:/(?P<action>\w+))?")


@dataclass
class Process:
    """What stands for one container."""

    asked: dict[str, Any]
    port: int
    log: IO[bytes] = field(default_factory=tempfile.TemporaryFile)
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Run what the image would, with the variables and mounts that were asked for."""
        variables = dict(each.split("=", 1) for each in self.asked["Env"])
        for mount in self.asked["HostConfig"].get("Binds") or []:
            here, there, _ = mount.split(":")
            variables = {name: value.replace(there, here) for name, value in variables.items()}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MOCKSERVER")}
        self.running = subprocess.Popen(
            [sys.executable, "-m", "mockserver", "serve", "--host", "0.0.0.0", "--port", str(self.port)],
            env={**kept, **variables},
            stdout=self.log,
            stderr=self.log,
        )

    def stop(self) -> None:
        """End it."""
        if self.running is not None:
            self.running.terminate()
            self.running.wait()

    def listed(self) -> dict[str, Any]:
        """What a list of containers has of it."""
        return {
            "Id": "abc123",
            "HostConfig": {"NetworkMode": "bridge"},
            "NetworkSettings": {"Networks": {"bridge": {"Gateway": "127.0.0.1"}}},
        }

    def state(self) -> dict[str, Any]:
        """What inspecting it answers."""
        ended = self.running is not None and self.running.poll() is not None
        bound = [{"HostIp": "127.0.0.1", "HostPort": str(self.port)}]
        return {
            "Id": "abc123",
            "Image": "sha256:1",
            "Config": {"Image": self.asked["Image"], "Labels": {}, "Tty": False},
            "HostConfig": {"NetworkMode": "bridge"},
            "State": {"Status": "exited" if ended else "running", "Running": not ended},
            "NetworkSettings": {"Ports": {"8129/tcp": bound}, "Networks": {}},
        }


class DockerEngine:
    """Answers what docker-py and testcontainers ask for to run one container at a time."""

    def __init__(self) -> None:
        self.containers: dict[str, Process] = {}
        engine = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length) or b"{}")
                status, content = engine.handle(self.command, self.path.partition("?")[0], body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = answer  # noqa: N815
            do_POST = answer  # noqa: N815
            do_DELETE = answer  # noqa: N815

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"tcp://127.0.0.1:{self.server.server_port}"

    def handle(self, method: str, path: str, body: Mapping[str, Any]) -> tuple[int, bytes]:
        """One call."""
        if path.endswith("/version"):
            return 200, json.dumps({"ApiVersion": "1.44", "Version": "27.0.0"}).encode()
        if "/images/" in path:
            return 200, json.dumps({"Id": "sha256:1", "RepoTags": []}).encode()
        if path.endswith("/containers/create"):
            self.containers["abc123"] = Process(dict(body), _free_port())
            return 201, json.dumps({"Id": "abc123", "Warnings": []}).encode()
        if path.endswith("/containers/json"):
            return 200, json.dumps([each.listed() for each in self.containers.values()]).encode()
        found = CONTAINER.fullmatch(path)
        container = self.containers.get(found["id"]) if found else None
        if found is None or container is None:
            return 404, json.dumps({"message": f"no {method} {path}"}).encode()
        if method == "DELETE":
            self.containers.pop(found["id"]).stop()
            return 204, b""
        if found["action"] == "start":
            container.start()
            return 204, b""
        if found["action"] == "logs":
            container.log.seek(0)
            said = container.log.read()
            return 200, b"\x01\0\0\0" + len(said).to_bytes(4, "big") + said
        return 200, json.dumps(container.state()).encode()

    def close(self) -> None:
        """End everything."""
        for container in self.containers.values():
            container.stop()
        self.server.shutdown()
        self.server.server_close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
