"""What the README shows is what a reader gets: each command is run, each output compared."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
ADDRESS = "http://127.0.0.1:8129"
BLOCKS = re.findall(r"```(sh|text)\n(.*?)```", README, re.DOTALL)


def shown_after(kind: str, starts_with: str) -> str:
    """The output block that follows the command block that starts with a text."""
    for place, (language, text) in enumerate(BLOCKS):
        if language == kind and text.startswith(starts_with):
            return str(BLOCKS[place + 1][1])
    raise AssertionError(f"no block starts with {starts_with}")


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, str]]:
    """A fake started as the README starts it, but on a free port: its banner and address."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "mockserver",
            "serve",
            "--port",
            "0",
            "--run-seconds",
            "0.5",
            "--queue-seconds",
            "0",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    lines: list[str] = []
    while not any("curl" in line for line in lines):
        line = process.stdout.readline()
        assert line, "the server stopped"
        lines.append(line)
    banner = "".join(lines)
    found = re.search(r"http://127\.0\.0\.1:\d+", banner)
    assert found is not None
    yield banner, found.group()
    process.terminate()
    assert process.wait(20) == 0
    process.stdout.close()


def run(command: str, address: str) -> str:
    """A curl command of the README, against the server under test."""
    words = shlex.split(command.replace(ADDRESS, address))
    assert words[0] == "curl"
    found = subprocess.run(
        [*words, "-s", "-S", "--max-time", "20"], capture_output=True, text=True, check=True
    )
    return found.stdout.replace(address, ADDRESS)


def test_the_banner_is_as_shown(server: tuple[str, str]) -> None:
    banner, address = server
    for line in shown_after("sh", "make serve").strip("\n").splitlines():
        assert line in banner.replace(address, ADDRESS)


def test_the_first_curl_answers_as_shown(server: tuple[str, str]) -> None:
    command = next(text for kind, text in BLOCKS if kind == "sh" and text.startswith("curl -H"))
    expected = shown_after("sh", "curl -H").strip().removesuffix("...")
    assert run(command.strip(), server[1]).startswith(expected)


def test_the_curl_in_the_banner_works_when_pasted(server: tuple[str, str]) -> None:
    banner, address = server
    command = next(line for line in banner.splitlines() if line.strip().startswith("curl"))
    assert run(command.strip(), address).startswith('{"count":50')


def test_a_query_runs_and_completes_as_shown(server: tuple[str, str]) -> None:
    commands = [text.strip() for kind, text in BLOCKS if kind == "sh" and "/query" in text]
    outputs = [
        text.strip().removesuffix("...") for kind, text in BLOCKS if kind == "text" and "query_status" in text
    ]
    assert run(commands[0], server[1]).startswith(outputs[0])
    for _ in range(100):
        answer = run(commands[1], server[1])
        if '"complete":true' in answer:
            break
        time.sleep(0.05)  # a real server in another process: there is no clock of ours to move
    assert answer.startswith(outputs[1])


def test_the_commands_of_the_control_plane_are_accepted(server: tuple[str, str]) -> None:
    block = next(text for kind, text in BLOCKS if kind == "sh" and "/_mock/clock" in text)
    answers = [run(line, server[1]) for line in block.strip().splitlines()]
    assert '"frozen":true' in answers[0]
    assert '"changed"' in answers[1]
    assert '"hits"' in answers[2]


def test_every_page_that_the_readme_links_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if not target.startswith("http"):
            assert (ROOT / target).exists(), target
