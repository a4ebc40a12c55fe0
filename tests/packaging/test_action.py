"""The steps of action.yml, as a runner runs them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import yaml

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def values(path: Path) -> dict[str, str]:
    """What a step wrote for the following ones."""
    return dict(line.split("=", 1) for line in path.read_text("utf-8").splitlines())


def run_serve(folder: Path, **choices: str) -> subprocess.CompletedProcess[str]:
    """Run the step that starts the fake; its output goes to files, since the fake holds on to it."""
    given = {"PORT": "0", "FIXTURE": "empty", "PROFILE": "current", "ARGUMENTS": "", **choices}
    files = {"GITHUB_ENV": folder / "env", "GITHUB_OUTPUT": folder / "output", "RUNNER_TEMP": folder}
    environment = {**os.environ, **given, **{name: str(path) for name, path in files.items()}}
    return subprocess.run(
        ["bash", str(ROOT / ".ci" / "action-serve"), str(BIN)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_fake_outlives_its_step_and_names_itself_to_the_next(tmp_path: Path) -> None:
    found = run_serve(tmp_path, ARGUMENTS="--seed 7 --frozen true")
    assert found.returncode == 0, found.stderr
    outputs, environment = values(tmp_path / "output"), values(tmp_path / "env")
    try:
        headers = {"Authorization": f"Bearer {outputs['api-key']}"}
        address = f"{environment['POSTHOG_HOST']}/api/projects/{outputs['project-id']}/insights"
        assert httpx.get(address, headers=headers, trust_env=False).json()["count"] == 0
        info = httpx.get(f"{outputs['url']}/_mock/info", trust_env=False).json()
        assert (info["profile"], str(info["seed"]), info["clock"]["frozen"]) == ("current", "7", True)
    finally:
        os.kill(int(environment["MOCKSERVER_PID"]), signal.SIGTERM)


def test_a_fake_that_cannot_start_fails_the_step_with_its_reason(tmp_path: Path) -> None:
    found = run_serve(tmp_path, FIXTURE="nowhere")
    assert found.returncode == 1
    assert "unknown fixture 'nowhere'" in found.stdout


def test_every_variable_that_a_step_reads_is_handed_to_it() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    given = {"PATH", "GITHUB_ENV", "GITHUB_OUTPUT", "RUNNER_TEMP", "CONTRACT_API_KEY", "POSTHOG_HOST"}
    steps = [step for step in action["runs"]["steps"] if "/.ci/" in step.get("run", "")]
    assert len(steps) == 2
    for step in steps:
        script = (ROOT / re.search(r"\.ci/[a-z-]+", step["run"]).group()).read_text("utf-8")  # type: ignore[union-attr]
        read = set(re.findall(r"\$\{?([A-Z_]{3,})", script)) - {"POSTHOG_PERSONAL_API_KEY"}
        assert read - given <= set(step["env"]), step["name"]


def test_inputs_reach_the_shell_as_variables_alone() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    for step in action["runs"]["steps"]:
        assert "${{" not in step.get("run", ""), "an input in a script is an injection"
