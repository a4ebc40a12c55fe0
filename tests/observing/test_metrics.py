"""Prometheus' page, read as Prometheus reads it."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from mockserver.errors import StartError
from mockserver.testing import MockServer, Server


@pytest.fixture(scope="module")
def measured() -> Iterator[Server]:
    with MockServer(fixture="empty", in_process=True, metrics=True) as server:
        yield server


def numbers(server: Server) -> dict[tuple[str, ...], float]:
    """Each number by its name and the values of its labels, in order of the labels' names."""
    with server.client() as client:
        answer = client.get("/_mock/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, *[sample.labels[label] for label in sorted(sample.labels)]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_requests_are_counted_by_operation_method_and_status(measured: Server) -> None:
    before = numbers(measured)
    with measured.project.client() as client:
        for _ in range(3):
            client.get(f"{measured.project.url}/insights/")
        client.get(f"{measured.project.url}/insights/4711/")
        client.request("BREW", "/coffee")
    after = numbers(measured)

    def grown(*name: str) -> float:
        return after[name] - before.get(name, 0)

    assert grown("mockserver_requests_total", "GET", "insights_list", "200") == 3
    assert grown("mockserver_requests_total", "GET", "insights_retrieve", "404") == 1
    assert any(name[:3] == ("mockserver_requests_total", "other", "-") for name in after)
    assert grown("mockserver_request_seconds_count", "insights_list") == 3
    assert grown("mockserver_request_seconds_bucket", "+Inf", "insights_list") == 3
    assert not any(name[0].endswith("_created") for name in after)


def test_the_state_is_what_it_is_now(measured: Server) -> None:
    project = measured.create_project()
    with project.client() as client:
        made = client.post(
            f"{project.url}/insights/", json={"name": "One", "query": None, "saved": True}
        ).json()
        project.refresh.set(mode="manual")
        query = {"kind": "HogQLQuery", "query": "SELECT 1"}
        client.post(f"{project.url}/query/", json={"query": query, "refresh": "force_async"})
        found = numbers(measured)
        assert found[("mockserver_insights",)] == 1
        assert found[("mockserver_projects",)] == 2
        assert found[("mockserver_jobs", "queued")] == 1
        assert found[("mockserver_info", "docs", _version(measured))] == 1
        client.patch(f"{project.url}/insights/{made['id']}/", json={"deleted": True})
    assert numbers(measured)[("mockserver_insights",)] == 0
    project.delete()
    assert numbers(measured)[("mockserver_projects",)] == 1


def _version(server: Server) -> str:
    return str(server.info["version"])


def test_the_page_asks_for_the_token_where_others_can_reach_it() -> None:
    with MockServer(
        fixture="empty", host="0.0.0.0", in_process=True, metrics=True, control_token="t"
    ) as server:
        with server.client() as client:
            assert client.get("/_mock/metrics").status_code == 401
        with server.client(Authorization="Bearer t") as client:
            assert "mockserver_requests_total" in client.get("/_mock/metrics").text


def test_nothing_is_measured_unless_that_was_asked_for() -> None:
    with MockServer(fixture="empty", in_process=True) as server, server.client() as client:
        answer: httpx.Response = client.get("/_mock/metrics")
        assert answer.status_code == 404
        assert answer.json()["type"] == "urn:mockserver:problem:metrics_off"
        assert "--metrics true" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("setting", "library"), [("metrics", "prometheus_client"), ("traces", "opentelemetry")]
)
def test_a_library_that_is_missing_is_named_with_its_extra(
    setting: str, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *more: Any, **others: Any) -> Any:
        if name.startswith(library):
            raise ImportError(name)
        return real(name, *more, **others)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(StartError, match=rf"--{setting} needs .*pip install 'posthog-insights-mock\["):
        MockServer(fixture="empty", in_process=True, **{setting: True}).start()
