"""`mockserver proxy`: pass calls on to a real server, and say where they break the contract."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..errors import StartError
from .client import TOKEN_VARIABLE

if TYPE_CHECKING:
    from ..proxy.app import ProxyApp
    from ..proxy.options import ProxyOptions
    from ..proxy.recorder import Recorder, RecordOptions

HELP = "pass calls on to a real server, and say where they break the contract"
USUAL_PORT: Final = 8130
SEVERITIES: Final = ("never", "error", "warning", "note")
MEBIBYTE: Final = 1024 * 1024


def add_arguments(parser: ArgumentParser) -> None:
    """The proxy's flags."""
    parser.add_argument(
        "--upstream",
        required=True,
        metavar="URL",
        help="the server behind it, such as https://eu.posthog.com",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument(
        "--port",
        type=int,
        default=USUAL_PORT,
        help=f"port to listen on; 0 picks a free one (default {USUAL_PORT})",
    )
    _add_passing(parser)
    _add_telling(parser)
    _add_recording(parser)


def _add_recording(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("recording a fixture")
    group.add_argument(
        "--record",
        metavar="NAME",
        help="make a fixture of what passes by: NAME.yaml in the folder fixtures, if there is one, or here",
    )
    group.add_argument("--project", metavar="ID", help="its project (default: the one most is seen of)")
    group.add_argument("--name", help="what to call the project (default: made up, or as it is called)")
    group.add_argument("--keep-titles", action="store_true", help="keep titles and descriptions")
    group.add_argument(
        "--keep-names",
        action="store_true",
        help="keep all names and values as they are; secrets are dropped all the same",
    )
    group.add_argument("--seed", default="1", help="what made-up texts are drawn from (default 1)")
    group.add_argument("--locale", default="en_US", help="Faker's locale (default en_US)")
    group.add_argument("--force", action="store_true", help="write over a fixture that is there")


def _add_passing(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--enforce", action="store_true", help="answer 502 in the place of a call that breaks the contract"
    )
    parser.add_argument(
        "--read-only", action="store_true", help="answer 403 to writes instead of passing them on"
    )
    parser.add_argument(
        "--host-header",
        choices=("client", "upstream"),
        help="whose name the upstream is called by (default: the client's for one on this machine)",
    )
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=300.0,
        help="seconds that the upstream may be silent (default 300)",
    )
    parser.add_argument("--ca-file", type=Path, metavar="FILE", help="certificates to trust, in PEM")
    parser.add_argument(
        "--body-limit",
        type=_mebibytes,
        default=8 * MEBIBYTE,
        metavar="MIB",
        help="larger bodies are passed on without being looked at (default 8)",
    )
    parser.add_argument(
        "--memory-limit",
        type=_mebibytes,
        default=256 * MEBIBYTE,
        metavar="MIB",
        help="for bodies that are being looked at, together (default 256)",
    )


def _add_telling(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--fail-on",
        choices=SEVERITIES,
        default="never",
        help="end with status 1 where a violation was as bad as this, or worse (default never)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the summary as JSON at the end")
    parser.add_argument("--notes", action="store_true", help="show notes on the terminal too")
    parser.add_argument("--log-requests", action="store_true", help="write one line a call")
    parser.add_argument(
        "--log-format", choices=("human", "json"), default="human", help="how the log looks (default human)"
    )
    parser.add_argument(
        "--token",
        default=os.environ.get(TOKEN_VARIABLE),
        help=f"what /_mock/proxy asks for beyond loopback; made up without it (environment {TOKEN_VARIABLE})",
    )


def run(options: Namespace) -> int:
    """Pass calls on until stopped."""
    _check(options)
    from ..serving import open_socket, set_up_logging, shown_host
    from ..settings import load_settings

    flags = {"host": options.host, "port": options.port, "log_format": options.log_format}
    settings = load_settings(flags, environment={})
    chosen = _chosen(options)
    listener = open_socket(settings)
    try:
        set_up_logging(settings)
        app, made_up = _made(options, chosen)
    except BaseException:
        listener.close()
        raise
    url = f"http://{shown_host(settings.host)}:{listener.getsockname()[1]}"
    from ..proxy.running import run_proxy
    from ..proxy.telling import banner

    as_json = options.log_format == "json"
    _say(banner(chosen, url, as_json=as_json, token=made_up, recording=app.state.recording))
    return _end(options, app, run_proxy(app, listener))


def _check(options: Namespace) -> None:
    """Raise StartError, before any work is done, for what can't be."""
    if options.json is not None and not options.json.absolute().parent.is_dir():
        raise StartError(
            f"there is no folder {options.json.absolute().parent} to write {options.json.name} to"
        )
    try:
        import aiohttp  # noqa: F401
    except ImportError:
        raise StartError(
            "the proxy needs aiohttp; install it with: pip install 'posthog-insights-mock[proxy]'"
        ) from None


def _chosen(options: Namespace) -> ProxyOptions:
    from ..proxy.options import ProxyOptions, read_upstream

    upstream = read_upstream(options.upstream)
    if upstream.is_local and upstream.port == options.port and options.host in ("127.0.0.1", upstream.host):
        raise StartError(f"--upstream {options.upstream} is the proxy itself; choose another --port")
    whose = options.host_header or ("client" if upstream.is_local else "upstream")
    return ProxyOptions(
        upstream=upstream,
        enforce=options.enforce,
        read_only=options.read_only,
        keep_host=whose == "client",
        timeout=options.timeout,
        body_limit=options.body_limit,
        memory_limit=options.memory_limit,
        ca_file=options.ca_file,
        log_requests=options.log_requests,
    )


def _made(options: Namespace, chosen: ProxyOptions) -> tuple[ProxyApp, str | None]:
    """The proxy, and the token that was made up for it, if one was."""
    from ..proxy.app import ProxyApp
    from ..proxy.telling import tell_new
    from ..randomness import unpredictable_token
    from ..settings import is_loopback

    is_open = is_loopback(options.host)
    made_up = None if is_open or options.token else unpredictable_token()
    app = ProxyApp(
        chosen,
        on_new=partial(tell_new, notes=options.notes),
        token=None if is_open else options.token or made_up,
        record=_record_options(options),
    )
    return app, made_up


def _record_options(options: Namespace) -> RecordOptions | None:
    if options.record is None:
        return None
    from ..proxy.recorder import RecordOptions
    from ..seeding.reading import path_for

    return RecordOptions(
        path=path_for(options.record),
        name=options.name,
        project=options.project,
        keep_titles=options.keep_titles,
        keep_names=options.keep_names,
        seed=options.seed,
        locale=options.locale,
        replace=options.force,
    )


def _end(options: Namespace, app: ProxyApp, left: int) -> int:
    """Say what was seen, and whether that is good enough."""
    from ..proxy.telling import summary

    shape = app.state.shape()
    violations = app.tally.violations()
    report = {"event": "ended", **shape, "not_looked_at": left, "seen": violations}
    if options.json is not None:
        from ..whole_files import write_whole

        try:
            write_whole(options.json, json.dumps(report, indent=2) + "\n")
        except OSError as error:
            raise StartError(f"cannot write {options.json}: {error.strerror}") from None
    _say(json.dumps(report) + "\n" if options.log_format == "json" else summary(shape, violations, left=left))
    if app.state.recorder is not None:
        _say(_recorded(app.state.recorder, as_json=options.log_format == "json"))
    worst = app.tally.worst()
    # from the worst to the mildest, as `Severity` has them
    bad = SEVERITIES[1 : SEVERITIES.index(options.fail_on) + 1]
    return 1 if worst is not None and worst.value in bad else 0


def _recorded(recorder: Recorder, *, as_json: bool) -> str:
    """Write the fixture, and say what it holds."""
    from ..seeding.checking import summary

    made = recorder.write()
    path = recorder.options.path
    if as_json:
        shape = {**recorder.shape(), "left_out": list(made.left_out)}
        return json.dumps({"event": "recorded", **shape}) + "\n"
    lines = [f"left out: {line}" for line in made.left_out]
    lines.append(f"wrote {path}: {summary(made.content)}")
    lines.append(f"serve it with: mockserver serve --fixture {recorder.options.shown}")
    return "\n".join(lines) + "\n"


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= 86_400:
        raise ArgumentTypeError("seconds are more than 0 and at most 86400")
    return seconds


def _mebibytes(text: str) -> int:
    number = float(text)
    if not 0 < number <= 65_536:
        raise ArgumentTypeError("a limit is more than 0 and at most 65536 MiB")
    return int(number * MEBIBYTE)


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
