"""Several processes that answer on one socket, over one shared store: `--workers N`."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import FrameType
from typing import Final

from .errors import StartError
from .settings import Settings

START_SECONDS: Final = 60.0
# uvicorn lets requests in flight go on for ten
END_SECONDS: Final = 15.0

logger = logging.getLogger("mockserver")


@dataclass(slots=True)
class Worker:
    """A process that answers, and the pipe that it tells over how its start went.

    The process ends when the pipe does.
    """

    process: SpawnProcess
    pipe: Connection

    def started(self) -> dict[str, object]:
        """What it tells of its seed once it can answer; raises StartError where it never will."""
        try:
            told = self.pipe.recv() if self.pipe.poll(START_SECONDS) else "it did not start"
        except EOFError:
            told = f"it ended with exit status {self.process.exitcode} before it could answer"
        if isinstance(told, str):
            raise StartError(told)
        return dict(told)


class Workers:
    """The processes of one server, each of which is replaced when it dies."""

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        self._settings = settings
        self._listener = listener
        self._spawn = multiprocessing.get_context("spawn")
        self._workers: list[Worker] = []
        self._end_read, self._end_write = os.pipe()
        self._is_ending = False

    @property
    def is_ending(self) -> bool:
        """Whether it was told to end."""
        return self._is_ending

    def start(self) -> dict[str, object]:
        """Start all of them; gives what the first tells of its seed. Raises StartError."""
        for number in range(self._settings.workers):
            self._workers.append(self._begin(number))
        told = [worker.started() for worker in self._workers]
        return told[0]

    def _begin(self, number: int) -> Worker:
        ours, theirs = self._spawn.Pipe()
        settings = replace(self._settings, watch=self._settings.watch and number == 0)
        process = self._spawn.Process(
            target=work, args=(settings, self._listener, theirs), name=f"worker {number + 1}", daemon=True
        )
        process.start()
        theirs.close()
        return Worker(process, ours)

    def watch(self) -> None:
        """Replace those that die, until `end_soon`; raises StartError where one can't be replaced."""
        while not self.is_ending:
            dead = wait([self._end_read, *(worker.process.sentinel for worker in self._workers)])
            if self._end_read in dead:
                return
            for number, worker in enumerate(self._workers):
                if worker.process.sentinel in dead:
                    logger.error(
                        "%s died (exit status %s); another takes its place",
                        worker.process.name,
                        worker.process.exitcode,
                    )
                    worker.pipe.close()
                    self._workers[number] = self._begin(number)
                    self._workers[number].started()

    def end_soon(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        """Let `watch` return; a signal may ask for it."""
        self._is_ending = True
        os.write(self._end_write, b"!")

    def end(self) -> None:
        """Let all of them finish what they are at, and end."""
        for worker in self._workers:
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join(END_SECONDS)
            worker.process.kill()
            worker.process.join()
            worker.pipe.close()
        os.close(self._end_read)
        os.close(self._end_write)


def work(settings: Settings, listener: socket.socket, pipe: Connection) -> None:
    """What a worker does: answer until told to end, or until whoever started it is gone."""
    from .app import create_app
    from .serving import answer, end_on_signals, seed_shown, set_up_logging

    set_up_logging(settings)
    try:
        server = create_app(settings)
    except StartError as error:
        pipe.send(str(error))
        sys.exit(2)
    end_on_signals(server)
    pipe.send(seed_shown(server))
    threading.Thread(target=_end_with, args=(pipe,), name="parent watch", daemon=True).start()
    try:
        answer(server, listener)
    finally:
        server.close()


def _end_with(pipe: Connection) -> None:
    with suppress(EOFError, OSError):
        pipe.recv()
    os.kill(os.getpid(), signal.SIGTERM)
