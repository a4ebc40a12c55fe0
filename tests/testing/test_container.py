"""`MockServerContainer`, by testcontainers and docker-py, against a stand-in for an engine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from testcontainers.core.config import testcontainers_config

from mockserver.errors import StartError
from mockserver.testing import MockServerContainer

from .docker_engine import DockerEngine


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[DockerEngine]:
    opened = DockerEngine()
    monkeypatch.setenv("DOCKER_HOST", opened.address)
    monkeypatch.setattr(testcontainers_config, "_ryuk_disabled", True)
    monkeypatch.setattr(testcontainers_config, "_docker_auth_config", None)
    yield opened
    opened.close()


def test_a_container_gives_the_handle_of_the_server_in_it(engine: DockerEngine, tmp_path: Path) -> None:
    fixture = tmp_path / "mine.yaml"
    fixture.write_text(
        "format: 1\norganization: {name: A}\nproject: {name: Mounted}\n"
        "people: [{key: me, first_name: B, email: b@example.com}]\n",
        "utf-8",
    )
    with MockServerContainer(fixture=str(fixture), profile="current", frozen=True) as container:
        asked = engine.containers["abc123"].asked
        assert asked["Image"] == "insights-mock"
        assert {"MOCKSERVER_FIXTURE=/fixtures/mine.yaml", "MOCKSERVER_FROZEN=true"} <= set(asked["Env"])
        assert asked["HostConfig"]["Binds"] == [f"{tmp_path}:/fixtures:ro"]
        info = container.server.info
        assert (info["profile"], info["clock"]["frozen"]) == ("current", True)
        assert info["projects"][0]["name"] == "Mounted"
        project = container.server.create_project()
        with project.client() as client:
            assert client.get(f"{project.url}/insights/").json()["count"] == 0
    assert engine.containers == {}
    with pytest.raises(StartError, match="not running"):
        _ = container.server


def test_a_container_that_ends_at_once_shows_its_log(engine: DockerEngine) -> None:
    with pytest.raises(StartError, match="unknown fixture 'nowhere'"):
        MockServerContainer("other-image", fixture="nowhere").start()
    assert engine.containers == {}


@pytest.mark.usefixtures("engine")
def test_a_setting_that_is_not_one_is_refused_before_anything_starts() -> None:
    with pytest.raises(TypeError, match="no setting is called 'port'"):
        MockServerContainer(port=80)
    with pytest.raises(StartError, match="profile cannot be 'old'"):
        MockServerContainer(profile="old")


def test_without_testcontainers_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "testcontainers.core.container", None)
    monkeypatch.delitem(sys.modules, "mockserver.testing.container")
    with pytest.raises(ImportError, match=r"posthog-insights-mock\[containers\]"):
        import mockserver.testing.container  # noqa: F401
