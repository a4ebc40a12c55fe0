"""The contract suite says the same of a fake whether it is called straight or through a proxy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contract_tests.cli import main
from mockserver.testing import MockServer
from tests.proxy.serving import proxying


def verdicts(url: str, key: str, report: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("CONTRACT_API_KEY", key)
    monkeypatch.setenv("XDG_STATE_HOME", str(report.parent / "state"))
    assert main(["run", url, "--depth", "quick", "--no-generated", "--json", str(report), "--quiet"]) == 0
    return {each["rule"]: each["outcome"] for each in json.loads(report.read_text())["rules"]}


@pytest.mark.slow
def test_the_suite_passes_through_a_proxy_with_the_same_verdicts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MockServer() as server:
        key = server.project.api_key
        straight = verdicts(server.url, key, tmp_path / "straight.json", monkeypatch)
    with MockServer() as server, proxying(server.url, keep_host=True, timeout=120.0) as proxied:
        through = verdicts(proxied.url, server.project.api_key, tmp_path / "through.json", monkeypatch)
        counts = proxied.counts()
    assert len(straight) > 100
    assert through == straight
    assert counts["violations"]["errors"] == 0
