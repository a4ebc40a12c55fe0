"""The command as a user starts it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.cli import main
from mockserver.errors import StartError
from mockserver.proxy.options import read_upstream
from mockserver.seeding.reading import load_fixture
from tests.proxy.upstreams import answering, json_answer

WRONG = json_answer(b'{"count":"many","next":null,"previous":null,"results":[]}')


@dataclass(slots=True)
class Command:
    """A proxy in a process of its own; `out` and `status` are known after its end."""

    process: subprocess.Popen[str]
    url: str
    begin: str
    out: str = ""
    err: str = ""
    status: int | None = None
    further: dict[str, Any] = field(default_factory=dict)

    def end(self, number: int = signal.SIGTERM) -> None:
        """Stop it."""
        self.process.send_signal(number)
        self.out, self.err = self.process.communicate(timeout=30)
        self.status = self.process.returncode


@contextmanager
def command(upstream: str, *flags: str) -> Iterator[Command]:
    """Start `mockserver proxy` and read how it begins; stopped afterwards, if it still runs."""
    line = [sys.executable, "-m", "mockserver", "proxy", "--upstream", upstream, "--port", "0", *flags]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        if "json" in flags:
            begin = process.stdout.readline()
            url = json.loads(begin)["url"]
        else:
            begin = "".join(process.stdout.readline() for _ in range(8))
            url = next(word for word in begin.split() if word.startswith("http://127.0.0.1"))
        yield Command(process, url, begin)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_a_summary(number: int) -> None:
    with answering(WRONG) as upstream, command(upstream.url) as proxy:
        assert f"Upstream    {upstream.url}" in proxy.begin
        httpx.get(f"{proxy.url}/api/projects/1/insights")
        proxy.end(number)
    assert (proxy.status, proxy.err.count("\n")) == (0, 1)
    assert "ERROR insights_list: response body /count: expected integer, saw" in proxy.err
    assert "insights_list       1       1" in proxy.out
    assert proxy.out.endswith("1 calls passed on, 0 failed, 0 abandoned; 1 errors, 0 warnings, 0 notes\n")


@pytest.mark.parametrize(
    ("level", "answer", "status"),
    [("error", WRONG, 1), ("note", json_answer(), 1), ("error", json_answer(), 1), ("never", WRONG, 0)],
)
def test_the_status_says_what_was_seen_where_that_is_asked_for(
    level: str, answer: bytes, status: int, tmp_path: Path
) -> None:
    report = tmp_path / "summary.json"
    flags = ("--fail-on", level, "--json", str(report), "--log-format", "json")
    with answering(answer) as upstream, command(upstream.url, *flags) as proxy:
        httpx.get(f"{proxy.url}/api/projects/1/insights")
        proxy.end()
    assert proxy.status == status
    told = json.loads(proxy.out)
    assert json.loads(report.read_text()) == told
    assert (told["event"], told["calls"]["passed"], told["not_looked_at"]) == ("ended", 1, 0)
    assert all(json.loads(line)["logger"] == "mockserver.proxy" for line in proxy.err.splitlines())
    assert [path.name for path in tmp_path.iterdir()] == ["summary.json"]


def test_nothing_wrong_is_status_0_whatever_it_fails_on() -> None:
    right = json_answer(b'{"count":0,"next":null,"previous":null,"results":[]}')
    with answering(right) as upstream, command(upstream.url, "--fail-on", "note") as proxy:
        httpx.get(f"{proxy.url}/api/projects/1/dashboards")
        proxy.end()
    assert (proxy.status, proxy.err) == (0, "")


def test_an_open_page_does_not_keep_it_from_ending() -> None:
    with (
        answering() as upstream,
        command(upstream.url) as proxy,
        httpx.stream("GET", f"{proxy.url}/_mock/proxy/events") as events,
    ):
        next(events.iter_raw())
        proxy.end()
    assert proxy.status == 0


@pytest.mark.parametrize("form", ["human", "json"])
def test_a_recording_is_written_at_the_end_and_can_be_served(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    insight = b'{"id": 7, "short_id": "abcd1234", "name": "Acme", "query": {"kind": "TraceQuery"}}'
    page = (
        b'{"count":2,"next":null,"previous":null,"results":[%s,{"id":8,"name":"B","query":null}]}' % insight
    )
    with (
        answering(json_answer(page)) as upstream,
        command(upstream.url, "--record", "mine", "--log-format", form) as proxy,
    ):
        httpx.get(f"{proxy.url}/api/projects/1/insights")
        assert "mine" in proxy.begin
        assert not Path("mine.yaml").exists()
        proxy.end()
    assert proxy.status == 0
    last = proxy.out.splitlines()[-1]
    if form == "human":
        assert "left out: insight 7: TraceQuery is no kind that is known here" in proxy.out
        assert last == "serve it with: mockserver serve --fixture mine"
    else:
        told = json.loads(last)
        assert (told["event"], told["insights"], len(told["left_out"])) == ("recorded", 2, 1)
    text = Path("mine.yaml").read_text("utf-8")
    assert "Acme" not in text
    assert load_fixture("mine").content["insights"][0]["id"] == 8
    assert sorted(each.name for each in tmp_path.iterdir()) == ["fixture.schema.json", "mine.yaml"]


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--upstream", "http://x.example", "--port", "0", "--record", "demo"], "that comes along"),
        (["--upstream", "http://x.example", "--port", "0", "--record", "no/such.yaml"], "there is no folder"),
        (["--upstream", "eu.posthog.com"], "expected an address such as https://eu.posthog.com"),
        (["--upstream", "ftp://eu.posthog.com"], "expected an address"),
        (["--upstream", "http://127.0.0.1:99999"], "Port out of range"),
        (["--upstream", "https://a:b@eu.posthog.com"], "holds credentials"),
        (["--upstream", "https://eu.posthog.com/?a=1"], "ends before ?"),
        (["--upstream", "http://127.0.0.1:8130"], "is the proxy itself"),
        (["--upstream", "http://x.example", "--json", "/nowhere/at/all.json"], "there is no folder"),
        (["--upstream", "http://x.example", "--port", "70000"], "a port is from 0 to 65535"),
        (["--upstream", "http://x.example", "--host", "192.0.2.1", "--port", "0"], "cannot listen on"),
        (["--upstream", "https://x.example", "--ca-file", "/nowhere.pem", "--port", "0"], "certificates"),
    ],
)
def test_what_cannot_be_is_said_in_one_line_with_status_2(
    flags: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["proxy", *flags]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("flag", ["--timeout=0", "--timeout=x", "--body-limit=0", "--memory-limit=-1"])
def test_numbers_out_of_range_are_usage_errors(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["proxy", "--upstream", "http://x.example", flag])
    assert ended.value.code == 2
    assert flag.partition("=")[0] in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "url", "authority"),
    [
        ("https://eu.posthog.com", "https://eu.posthog.com", "eu.posthog.com"),
        ("http://localhost:8000/posthog/", "http://localhost:8000/posthog", "localhost:8000"),
        ("http://[::1]:9000", "http://[::1]:9000", "[::1]:9000"),
        ("HTTPS://EU.posthog.com:443", "https://eu.posthog.com", "eu.posthog.com"),
    ],
)
def test_addresses_are_read_as_people_write_them(text: str, url: str, authority: str) -> None:
    upstream = read_upstream(text)
    assert (upstream.url, upstream.authority) == (url, authority)


def test_an_address_that_is_none_names_the_flag() -> None:
    with pytest.raises(StartError, match="--upstream"):
        read_upstream("")
