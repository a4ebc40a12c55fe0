"""The pytest plugin, in runs of pytest of its own."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time

import pytest

from mockserver.testing import MockServer

pytest_plugins = ["pytester"]

IN_PROCESS = "--insights-transport=in-process"


def test_a_test_gets_a_client_for_a_project_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        def test_first(insights_client, insights_project):
            insights_client.post(f"{insights_project.url}/insights", json={"name": "Mine"})

        def test_second(insights_client, insights_project):
            assert insights_client.get(f"{insights_project.url}/insights").json()["count"] == 0
    """)
    pytester.runpytest(IN_PROCESS).assert_outcomes(passed=2)


def test_projects_are_deleted_after_their_tests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        def test_one(insights_project):
            pass

        def test_that_it_is_gone(insights_server):
            assert [each["id"] for each in insights_server.info["projects"]] == [1]
    """)
    pytester.runpytest().assert_outcomes(passed=2)


def test_the_marker_says_what_the_project_is_like(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        pytestmark = pytest.mark.insights(profile="current", now="2026-01-01T00:00:00", fixture="demo")

        @pytest.mark.insights(
            fixture="empty",
            refresh="manual",
            faults=[{"status": 503}, {"effect": {"status": 500}, "match": {"method": "PUT"}}],
        )
        def test_it(insights_client, insights_project, insights_clock):
            assert insights_clock.now.isoformat() == "2026-01-01T00:00:00+00:00"
            assert insights_client.get(f"{insights_project.url}/insights").status_code == 503
            assert len(insights_project.requests()) == 1
    """)
    pytester.runpytest(IN_PROCESS).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ("colour='red'", "not colour"),
        ("'demo'", "not a value without a name"),
        ("fixture='nowhere'", "unknown fixture 'nowhere'"),
        ("refresh='never'", "never"),
        ("faults=[{'status': 1}]", "less than the minimum"),
    ],
)
def test_a_marker_that_asks_for_what_cannot_be_is_an_error(
    pytester: pytest.Pytester, marker: str, said: str
) -> None:
    pytester.makepyfile(f"""
        import pytest

        @pytest.mark.insights({marker})
        def test_it(insights_project):
            pass
    """)
    result = pytester.runpytest(IN_PROCESS)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*{said.replace('[', '[[]')}*"])


def test_a_failing_test_shows_the_requests_it_made(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        def test_it(insights_client, insights_project):
            for number in range(3):
                insights_client.get(f"{insights_project.url}/insights", params={"limit": number + 1})
            insights_client.post(f"{insights_project.url}/insights", json={"name": 5})
            assert False
    """)
    result = pytester.runpytest(IN_PROCESS, "--insights-report=3")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*Insights requests*",
            "(1 earlier ones)",
            "GET /api/projects/2/insights[?]limit=2 -> 200 (insights_list, *",
            "GET /api/projects/2/insights[?]limit=3 -> 200 (insights_list, *",
            "POST /api/projects/2/insights -> 400 (insights_create, *",
            '    sent: {"name": 5}',
            "    answered: *",
        ]
    )


def test_a_passing_test_shows_none(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        def test_it(insights_client, insights_project):
            insights_client.get(f"{insights_project.url}/insights")
    """)
    assert "Insights requests" not in pytester.runpytest(IN_PROCESS, "-rA").stdout.str()


def test_the_environment_is_set_for_the_test_alone(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTHOG_HOST", "before")
    pytester.makepyfile("""
        import os

        def test_set(insights_environment, insights_server):
            assert os.environ["POSTHOG_HOST"] == insights_server.url

        def test_unset():
            assert os.environ["POSTHOG_HOST"] == "before"
    """)
    pytester.runpytest(IN_PROCESS).assert_outcomes(passed=2)


def test_ini_keys_are_defaults_and_flags_have_the_last_word(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ninsights_profile = current\ninsights_transport = in-process\n")
    pytester.makepyfile("""
        def test_it(insights_server):
            assert insights_server.url == "http://127.0.0.1"
            assert insights_server.info["profile"] == "current"
    """)
    pytester.runpytest().assert_outcomes(passed=1)
    pytester.runpytest("--insights-profile=docs").assert_outcomes(failed=1)


def test_a_wrong_ini_value_is_named(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ninsights_transport = pigeon\n")
    pytester.makepyfile("def test_it(insights_server): pass")
    pytester.runpytest().stdout.fnmatch_lines(["*insights_transport cannot be 'pigeon'*"])


def test_a_fake_that_runs_already_is_used(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        def test_it(insights_server, insights_client, insights_project, request):
            assert insights_server.url == request.config.getoption("insights_url")
            assert insights_client.get(f"{insights_project.url}/insights").status_code == 200
    """)
    with MockServer(fixture="empty") as server:
        pytester.runpytest(f"--insights-url={server.url}").assert_outcomes(passed=1)
        assert [each["id"] for each in server.info["projects"]] == [1]


def test_the_workers_of_xdist_share_one_server_that_ends_with_them(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import os
        from pathlib import Path
        import pytest

        @pytest.mark.parametrize("number", range(6))
        def test_it(insights_server, insights_client, insights_project, number):
            assert insights_client.get(f"{insights_project.url}/insights").status_code == 200
            worker = os.environ["PYTEST_XDIST_WORKER"]
            Path(f"{worker}.url").write_text(insights_server.url)
    """)
    pytester.runpytest_subprocess("-n", "2", "--dist=load").assert_outcomes(passed=6)
    noted = {path.name: path.read_text() for path in pytester.path.glob("*.url")}
    assert len(noted) == 2
    assert len(set(noted.values())) == 1
    assert ends(noted["gw0.url"]), "the server outlived its session"


def ends(url: str) -> bool:
    """Whether a server that was told to stop, another process, is gone within half a minute."""
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))).close()
        except ConnectionRefusedError:
            return True
        time.sleep(0.1)
    return False


def test_the_workers_server_ends_when_its_owner_is_gone() -> None:
    owner = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    server = subprocess.Popen(
        [sys.executable, "-m", "mockserver.testing.shared_process", str(owner.pid), '{"fixture": "empty"}'],
        stdout=subprocess.PIPE,
    )
    assert server.stdout is not None
    assert json.loads(server.stdout.readline())["url"].startswith("http://127.0.0.1:")
    assert server.poll() is None
    owner.communicate(b"\n")
    assert server.wait(20) == 0
    server.stdout.close()
