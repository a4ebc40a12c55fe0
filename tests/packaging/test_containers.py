"""What the Dockerfile and the compose file say, held against what there is."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from mockserver.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
VARIABLES = {setting.variable for setting in SETTINGS}


def test_every_variable_is_a_setting_and_every_folder_is_there() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    compose = (ROOT / "compose.yaml").read_text("utf-8")
    assert set(re.findall(r"MOCKSERVER_[A-Z_]+", dockerfile + compose)) <= VARIABLES
    service = yaml.safe_load(compose)["services"]["insights"]
    mounted = {
        volume.rsplit(":", 2)[1] if volume.endswith(":ro") else volume.split(":")[1]
        for volume in service["volumes"]
    }
    made = set(re.search(r"mkdir ([/a-z ]+) &&", dockerfile)[1].split())  # type: ignore[index]
    assert mounted == made


def test_compose_listens_on_this_machine_alone_and_waits_for_health() -> None:
    service = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["insights"]
    assert service["ports"] == ["127.0.0.1:8129:8129"]
    assert "/_readyz" in service["healthcheck"]["test"][-1]


def test_the_image_runs_as_a_user_without_rights() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    user = re.search(r"^USER (\d+)$", dockerfile, re.M)
    assert user is not None
    assert int(user[1]) > 0
    assert dockerfile.index("USER ") < dockerfile.index("ENTRYPOINT")


def test_the_bake_file_names_both_kinds_of_machine() -> None:
    text = (ROOT / "docker-bake.hcl").read_text("utf-8")
    assert re.search(r'platforms = \["linux/amd64", "linux/arm64"\]', text)
