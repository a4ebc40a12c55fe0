"""What plain `schemathesis run` sees of the same mutants, for comparison."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from .trial import Bench

START: Final = 10.0
LONGEST: Final = 60


def plain_kills(bench: Bench, mutant: str, examples: int) -> bool:
    """Whether `schemathesis run` with its default checks and phases fails on a mutant and not without it.

    It is given the contract, the key, and what the contract's tests tolerate of the vendor; nothing else.
    """
    bench.become(mutant)
    with TemporaryDirectory() as folder, _Served(bench.server.asgi) as url:
        return _run(bench, url, Path(folder), examples) == 1


def _run(bench: Bench, url: str, folder: Path, examples: int) -> int:
    import json

    from ..contract import Contract
    from ..generation.document import EXCLUDED, SENDS_EVENTS
    from ..generation.settings import tolerances

    left_out = [word for name in sorted(EXCLUDED) for word in ("--exclude-operation-id", name)]
    config = folder / "schemathesis.toml"
    config.write_text(_toml(tolerances()), "utf-8")
    document = folder / "openapi.json"
    document.write_text(json.dumps(Contract().document), "utf-8")
    key = bench.target().api_key
    command = [
        str(Path(sys.executable).parent / "schemathesis"),
        *("--config-file", str(config), "run", str(document), "--url", url),
        *("-H", f"Authorization: Bearer {key}", "-n", str(examples), "--seed", "1", "--max-failures", "1"),
        *("--phases", "fuzzing,stateful", "--request-timeout", "10", "--generation-database", "none"),
        *("--max-time", str(LONGEST), "--no-color", "--exclude-tag", SENDS_EVENTS, *left_out),
    ]
    return subprocess.run(command, check=False, capture_output=True, cwd=folder).returncode  # noqa: S603


def _toml(operations: list[dict[str, Any]]) -> str:
    lines: list[str] = []
    for row in operations:
        lines.append("[[operations]]")
        lines.append(f"include-operation-id = {row['include-operation-id']!r}".replace("'", '"'))
        for check, settings in row["checks"].items():
            lines.append(f"[operations.checks.{check}]")
            for name, value in settings.items():
                shown = str(value).lower() if isinstance(value, bool) else repr(value).replace("'", '"')
                lines.append(f"{name} = {shown}")
    return "\n".join(lines) + "\n"


class _Served:
    """An app behind a socket of 127.0.0.1 for as long as the block lasts."""

    def __init__(self, app: Any) -> None:
        import uvicorn

        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listener]}, daemon=True
        )

    def __enter__(self) -> str:
        self._thread.start()
        deadline = time.monotonic() + START
        while not self._server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(START)
        self._listener.close()
