"""A PostgreSQL of the tests' own: on a free port, in a folder of its own, thrown away afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

USER, PASSWORD = "fake", "not:a@secret"
QUOTED = "not%3Aa%40secret"
# what is thrown away need not be on the device
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "200"}


def find_programs() -> Path | None:
    """Where `initdb` is, None where it is not."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: int(each.parts[-3]))
    return kept[-1].parent if kept else None


def as_somebody() -> dict[str, Any]:
    """For subprocess: who to run as, as PostgreSQL does not run as root."""
    if os.geteuid() != 0:
        return {}
    known = {each.pw_name: each for each in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@dataclass(slots=True)
class Cluster:
    """A running cluster: `address` gives that of a database in it."""

    programs: Path
    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    databases: int = 0
    environment: dict[str, str] = field(default_factory=lambda: {**os.environ, "LC_ALL": "C"})

    def address(self, database: str = "postgres", *, password: str = QUOTED, user: str = USER) -> str:
        """How `--store` names a database."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str, database: str = "postgres") -> list[Any]:
        """Run a statement as its owner."""
        import psycopg

        with psycopg.connect(self.address(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def new_database(self) -> str:
        """The address of an empty database."""
        self.databases += 1
        name = f"test_{self.databases}"
        self.run(f"create database {name}")
        return self.address(name)

    def end_connections(self, database: str) -> None:
        """End those to a database, as an administrator or a restart does."""
        self.run(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}'")

    def start(self) -> None:
        """Run the server and wait until it takes connections."""
        settings = [part for name, value in FAST.items() for part in ("-c", f"{name}={value}")]
        place = ["-p", str(self.port), "-k", str(self.folder), "-h", "127.0.0.1"]
        self.process = subprocess.Popen(
            [self.programs / "postgres", "-D", self.folder / "data", *place, *settings],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            env=self.environment,
            **as_somebody(),
        )
        deadline = time.monotonic() + 30
        while subprocess.run(
            [self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False
        ).returncode:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("PostgreSQL did not start")
            time.sleep(0.05)

    def stop(self) -> None:
        """End it at once, connections and all."""
        if self.process is not None:
            self.process.send_signal(3)
            self.process.wait(30)
            self.process = None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A cluster for all tests that need one."""
    if find_programs() is None:
        pytest.skip("PostgreSQL's initdb is not there; on Debian: apt-get install postgresql")
    pytest.importorskip("psycopg", reason="psycopg is not there; the extra [postgres] brings it")
    with running_cluster() as started:
        yield started


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """A new cluster, ended and removed afterwards; needs PostgreSQL's programs."""
    programs = find_programs()
    if programs is None:
        raise LookupError("initdb is not there")
    folder = Path(tempfile.mkdtemp(prefix="fake-postgres-"))
    who = as_somebody()
    if who:
        os.chown(folder, who["user"], who["group"])
    cluster = Cluster(programs, folder, free_port())
    password = folder / "password"
    password.write_text(PASSWORD)
    password.chmod(0o644)
    try:
        subprocess.run(
            [
                programs / "initdb",
                *("-D", folder / "data"),
                *("-U", USER),
                *("--auth", "scram-sha-256"),
                *("--pwfile", password),
                *("--encoding", "UTF8"),
                "--no-sync",
            ],
            check=True,
            capture_output=True,
            cwd=folder,
            env=cluster.environment,
            **who,
        )
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
