"""Whatever the policy and however the clock moves, a query status never contradicts itself."""

from __future__ import annotations

from typing import Any, ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mockserver.refresh.jobs import EDGES, State
from tests.conftest import Running, start_server
from tests.control.conftest import Steered

SECONDS = st.floats(0, 40, allow_nan=False).map(lambda value: round(value, 3))
POLICIES = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(["instant", "time", "polls", "manual"]),
        "queue_seconds": SECONDS,
        "run_seconds": SECONDS,
        "polls": st.integers(1, 4),
        "jitter": st.sampled_from([0, 0.5, 1]),
        "outcome": st.sampled_from(["complete", "error"]),
        "progress": st.sampled_from([0, 0.3, 1]),
    }
)
GROWING = ("bytes_read", "rows_read", "time_elapsed", "active_cpu_time")
ORDER = tuple(State)


class QueryLives(RuleBasedStateMachine):
    """Jobs under random policies, moves of the clock and moves by hand."""

    running: ClassVar[Running]

    def __init__(self) -> None:
        super().__init__()
        self.mock = Steered(self.running)
        self.shown: dict[str, dict[str, Any]] = {}

    @initialize()
    def begin(self) -> None:
        self.tenant = self.mock.project()
        self.clock = f"projects/{self.tenant.id}/clock"
        self.mock.put(self.clock, {"frozen": True})

    @rule(policy=POLICIES)
    def queue(self, policy: dict[str, Any]) -> None:
        if len(self.shown) < 3:
            self.mock.put(f"projects/{self.tenant.id}/refresh", policy)
            name = f"q{len(self.shown)}"
            fails_at_once = policy["mode"] == "instant" and policy["outcome"] == "error"
            headers = {"X-Mock-Refresh": "manual"} if fails_at_once else {}
            self.tenant.queue(name, **headers)
            self.shown[name] = {}

    @rule(seconds=SECONDS)
    def advance(self, seconds: float) -> None:
        self.mock.post(f"{self.clock}/advance", {"seconds": seconds})

    @rule(day=st.integers(15, 18))
    def jump(self, day: int) -> None:
        self.mock.put(self.clock, {"now": f"2026-06-{day}T12:00:00Z"})

    @rule()
    def follow_the_server(self) -> None:
        self.mock.delete(self.clock)

    @rule(number=st.integers(0, 2), wanted=st.sampled_from(ORDER[1:]))
    def move(self, number: int, wanted: State) -> None:
        name = f"q{number}"
        if name in self.shown:
            legal = wanted in EDGES[State(self.mock.get(f"jobs/{name}")["state"])]
            self.mock.post(f"jobs/{name}/transition", {"to": str(wanted)}, 200 if legal else 409)

    @invariant()
    def every_status_agrees_with_itself_and_with_what_was_shown(self) -> None:
        for name, before in self.shown.items():
            url = f"{self.tenant.url}/query/{name}"
            answer = self.tenant.http.get(url, params={"show_progress": "true"})
            job = self.mock.get(f"jobs/{name}")
            if answer.status_code == 404:
                assert job["state"] == "expired"
                continue
            status = answer.json()["query_status"]
            check_status(status, job, answer.status_code)
            if before:
                check_growth(before, status)
            self.shown[name] = status

    def teardown(self) -> None:
        self.mock.post("reset")


def check_status(status: dict[str, Any], job: dict[str, Any], code: int) -> None:
    state = job["state"]
    start, pickup, end = status["start_time"], status["pickup_time"], status["end_time"]
    assert (end is not None) == status["complete"] == (state in ("complete", "error", "cancelled"))
    assert status["error"] == (state in ("error", "cancelled"))
    assert (status["error_message"] is not None) == status["error"]
    assert (status["results"] is not None) == (state == "complete")
    assert code == {"queued": 202, "running": 202, "complete": 200}.get(state, 400)
    assert (pickup is None) == (state == "queued") or state == "cancelled"
    times = [moment(each) for each in (start, pickup, end, status["expiration_time"]) if each]
    assert times == sorted(times)
    assert (status["query_progress"] is None) == (pickup is None)
    if state == "complete":
        assert status["query_progress"]["rows_read"] == status["query_progress"]["estimated_rows_total"]


def check_growth(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert after["complete"] or not before["complete"]
    assert before["pickup_time"] in (None, after["pickup_time"])
    assert before["end_time"] in (None, after["end_time"])
    if before["query_progress"]:
        for key in GROWING:
            assert after["query_progress"][key] >= before["query_progress"][key], key


def moment(text: str) -> str:
    return text if "." in text else text.replace("Z", ".000000Z")


class TestQueryLives(QueryLives.TestCase):  # type: ignore[misc, name-defined]
    """The machine, run against one server that is reset after each life."""

    settings = settings(max_examples=25, stateful_step_count=12, deadline=None, derandomize=True)

    @classmethod
    def setUpClass(cls) -> None:
        QueryLives.running = start_server()

    @classmethod
    def tearDownClass(cls) -> None:
        QueryLives.running.server.close()
