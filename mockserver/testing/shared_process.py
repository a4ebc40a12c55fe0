"""`python -m mockserver.testing.shared_process PID SETTINGS`: a fake that lives as long as a process does.

Its first and only line of output is a JSON object with `url`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from typing import Final

from .local import MockServer

LOOK_SECONDS: Final = 1.0


def is_alive(process_id: int) -> bool:
    """Whether a process is there; on Windows, where asking would end it, always."""
    if sys.platform == "win32":
        return True
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def main(arguments: Sequence[str]) -> int:
    """Serve until told to stop, or until the process is gone."""
    owner = int(arguments[0])
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    with MockServer(**json.loads(arguments[1])) as server:
        sys.stdout.write(json.dumps({"url": server.url}) + "\n")
        sys.stdout.flush()
        while not stop.wait(LOOK_SECONDS) and is_alive(owner):
            pass
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
