"""Bad use ends with one clear line and exit status 2."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from contract_tests import commands
from contract_tests.cli import main
from contract_tests.errors import Misuse
from contract_tests.target import Target
from tests.contract_suite import hostile
from tests.contract_suite.conftest import run_suite, wsgi_target

CLOSED = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def no_key_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONTRACT_API_KEY", raising=False)


def complaint(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.startswith("contract-tests: ")
    return said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "nonsense", "--api-key", "x"), "is not a URL"),
        (("run", "http://key:secret@127.0.0.1", "--api-key", "x"), "must not carry credentials"),
        (("run", CLOSED), "an API key is needed"),
        (("run", CLOSED, "--api-key", "x"), "cannot reach"),
        (("run", CLOSED, "--api-key", "x", "--project", "one"), "--project takes a number"),
        (("run", CLOSED, "--api-key", "x", "--header", "nonsense"), "--header takes NAME:VALUE"),
        (("run", CLOSED, "--api-key", "x", "--baseline", "/no/such/file"), "cannot read the baseline"),
        (("run", CLOSED, "--api-key", "x", "--html", "/no/such/folder/r.html"), "there is no folder"),
        (("run", "https://eu.example.com", "--api-key", "x", "--mode", "full"), "--i-own-this-project"),
        (("run", CLOSED, "--api-key", "x", "--login", "a@b.c"), "CONTRACT_PASSWORD"),
        (("clean", CLOSED, "--api-key", "x", "--mode", "read-only"), "cleaning deletes objects"),
        (("mutants", "--only", "no such mutant"), "no mutant is called"),
    ],
)
def test_a_call_that_cannot_work_says_why(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    assert words in complaint(capsys, *arguments)


def test_a_key_is_never_echoed(capsys: pytest.CaptureFixture[str]) -> None:
    assert "phx_very_secret" not in complaint(capsys, "run", CLOSED, "--api-key", "phx_very_secret")


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ("known: [", "is no YAML"),
        ("[]", "must have a list under `known`"),
        ("known: [{rule: x}]", "entry 1 needs a reason"),
        ("known: [{rule: x, reason: y}]", "needs a date in `expires`"),
        ("known: [{rule: x, reason: y, expires: soon}]", "needs a date in `expires`"),
        ("known: [{rule: x, reason: y, expires: 2027-01-01, color: red}]", "unknown key 'color'"),
    ],
)
def test_a_broken_baseline_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, known: str, words: str
) -> None:
    path = tmp_path / "known.yaml"
    path.write_text(known, "utf-8")

    assert words in complaint(capsys, "run", CLOSED, "--api-key", "x", "--baseline", str(path))


def test_wrong_keys_and_unknown_projects_are_told_apart(bench: Callable[..., Any]) -> None:
    known: Target = bench("current").target()

    def refusal(**fields: Any) -> str:
        from dataclasses import replace

        with pytest.raises(Misuse) as misuse:
            run_suite(replace(known, **fields))
        return str(misuse.value)

    assert "is not accepted" in refusal(api_key="phx_wrong")
    assert "403" in refusal(api_key="phx_wrong")
    assert "there is no project 99999" in refusal(project="99999")


def test_a_401_is_told_as_one() -> None:
    app = Flask("picky")
    app.add_url_rule("/<path:anything>", view_func=lambda **_: ({"detail": "Who are you?"}, 401))

    with pytest.raises(Misuse, match=r"401: Who are you\?"):
        run_suite(wsgi_target(app))


def test_another_kind_of_server_is_told_as_one() -> None:
    app = Flask("shop")
    app.add_url_rule("/<path:anything>", view_func=lambda **_: "<h1>Welcome to our shop</h1>")

    with pytest.raises(Misuse, match="not as PostHog's API does"):
        run_suite(wsgi_target(app))


def test_a_server_that_hangs_is_no_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    flags = ("--timeout", "0.2", "--retries", "0", "--no-generated", "--only", "lists.up_and*", "--quiet")
    with hostile.serving(hostile.hangs) as url:
        assert main(("run", url, "--api-key", "x", *flags)) == 1

    assert capsys.readouterr().out.endswith("FAILED\n")


def test_every_command_has_a_function() -> None:
    assert all(hasattr(commands, f"{name}_command") for name in ("run", "probe", "clean", "list", "mutants"))
