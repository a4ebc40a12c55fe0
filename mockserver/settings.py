"""Settings: flags over environment over file over defaults, all from one table."""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from .errors import StartError

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Setting:
    """One row: a name, how its text is read, its default, and what it is for."""

    name: str
    read: Callable[[str], Value]
    default: Value
    help: str
    choices: tuple[str, ...] = ()

    @property
    def flag(self) -> str:
        """The command line's spelling."""
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """The environment's spelling."""
        return "MOCKSERVER_" + self.name.upper()


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError("a port is from 0 to 65535")
    return port


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 86_400:
        raise ValueError("seconds are from 0 to 86400")
    return seconds


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= 1_000_000:
        raise ValueError("a number is from 1 to 1000000")
    return count


def _workers(text: str) -> int:
    count = int(text)
    if not 1 <= count <= 64:
        raise ValueError("workers are from 1 to 64")
    return count


def _moment(text: str) -> str:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def _switch(text: str) -> bool:
    values = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False}
    try:
        return values[text.lower()]
    except KeyError:
        raise ValueError("a switch is true or false") from None


def _text(text: str) -> str:
    return text


SETTINGS: Final = (
    Setting("host", _text, "127.0.0.1", "address to listen on"),
    Setting("port", _port, 8129, "port to listen on; 0 picks a free one"),
    Setting("profile", _text, "docs", "which generation of PostHog to be", ("docs", "current")),
    Setting("fixture", _text, "demo", "name of a fixture, or the path of a YAML file"),
    Setting("seed", _text, "1", "seed of every id, token and draw"),
    Setting("watch", _switch, False, "lay projects out again when their fixture's file changes"),
    Setting("data", _text, None, "folder that keeps the state over restarts; in memory without it"),
    Setting("durability", _text, "os", "when a change counts as kept in --data", ("fsync", "os", "none")),
    Setting(
        "store",
        _text,
        None,
        "database that several servers share their state in: `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`",
    ),
    Setting("workers", _workers, 1, "how many processes answer; more than one needs --store"),
    Setting(
        "events",
        _text,
        "duckdb",
        "where events are kept: `duckdb` in memory, `clickhouse://USER:PASSWORD@HOST:PORT/DATABASE`, or "
        "`chdb://FOLDER` for ClickHouse's engine in this process",
    ),
    Setting("auth", _text, "keys", "`keys` checks credentials; `open` lets anyone in", ("keys", "open")),
    Setting("queue_seconds", _seconds, 1.0, "how long an asynchronous query stays queued"),
    Setting("run_seconds", _seconds, 3.0, "how long an asynchronous query runs"),
    Setting("now", _moment, None, "time to start at, in ISO 8601; the real one without it"),
    Setting("frozen", _switch, False, "start with a clock that stands still"),
    Setting("journal_size", _count, 1000, "how many requests the journal keeps for each project"),
    Setting("control_token", _text, None, "what /_mock asks for beyond loopback; made up without it"),
    Setting("cors", _text, "*", "origins that may call /api from a browser, separated by commas; or `off`"),
    Setting("strict", _switch, False, "answer 500 where an answer would break the contract"),
    Setting("log_format", _text, "human", "how a request's line looks", ("human", "json")),
    Setting("log_requests", _switch, True, "write one line a request"),
    Setting("metrics", _switch, False, "measure requests for Prometheus at /_mock/metrics; needs [metrics]"),
    Setting("traces", _switch, False, "send a span a request by OpenTelemetry; needs [otel]"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one server; each field is a row of `SETTINGS`."""

    host: str = "127.0.0.1"
    port: int = 8129
    profile: str = "docs"
    fixture: str = "demo"
    seed: str = "1"
    watch: bool = False
    data: str | None = None
    durability: str = "os"
    store: str | None = field(default=None, repr=False)
    workers: int = 1
    events: str = field(default="duckdb", repr=False)
    auth: str = "keys"
    queue_seconds: float = 1.0
    run_seconds: float = 3.0
    now: str | None = None
    frozen: bool = False
    journal_size: int = 1000
    control_token: str | None = None
    cors: str = "*"
    strict: bool = False
    log_format: str = "human"
    log_requests: bool = True
    metrics: bool = False
    traces: bool = False


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _read(setting: Setting, raw: object, source: str) -> Value:
    text = str(raw).lower() if isinstance(raw, bool) else str(raw)
    try:
        value = setting.read(text)
    except ValueError as error:
        raise StartError(f"{source}: {setting.name} cannot be {text!r}: {error}") from None
    if setting.choices and value not in setting.choices:
        choices = " or ".join(setting.choices)
        raise StartError(f"{source}: {setting.name} cannot be {text!r}; choose {choices}")
    return value


def _file_values(path: Path) -> dict[str, object]:
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise StartError(f"cannot read settings file {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StartError(f"settings file {path} is not valid TOML: {error}") from None
    known = {setting.name for setting in SETTINGS}
    for name in document:
        if name.replace("-", "_") not in known:
            raise StartError(f"settings file {path}: unknown setting {name!r}")
    return {name.replace("-", "_"): value for name, value in document.items()}


def load_settings(
    flags: Mapping[str, object] | None = None,
    environment: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> Settings:
    """Settings from flags, environment and a TOML file, in that order of precedence.

    Raises StartError naming the source and the value for one that can't be used.
    """
    flags = flags or {}
    environment = os.environ if environment is None else environment
    from_file = _file_values(file) if file else {}
    values: dict[str, Value] = {}
    for setting in SETTINGS:
        if flags.get(setting.name) is not None:
            values[setting.name] = _read(setting, flags[setting.name], setting.flag)
        elif environment.get(setting.variable):
            values[setting.name] = _read(setting, environment[setting.variable], setting.variable)
        elif setting.name in from_file:
            values[setting.name] = _read(setting, from_file[setting.name], str(file))
    return Settings(**values)  # type: ignore[arg-type]
