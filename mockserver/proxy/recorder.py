"""Makes a fixture of what passes by: the state that answers tell of, not a tape of the calls."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from ..clock import Clock
from ..errors import StartError
from ..seeding.anonymous import Anonymiser
from ..seeding.fixture_writer import refuse_existing, write_fixture
from ..seeding.harvest import Harvest
from ..seeding.harvested import Harvested, harvested_fixture
from ..seeding.mending import mended
from ..seeding.reading import OWN_FOLDERS
from ..seeding.real_names import RealNames
from ..seeding.secret_texts import without_secrets
from ..seeding.shapes import FixtureContent
from ..store import JSON, JSONObject
from ..traffic import Checked, Exchange, TrafficChecker
from ..traffic.bodies import Unreadable, is_json_type, media_type_of, parsed, plain
from .sightings import READERS, Sight

CURRENT: Final = "@current"
OF_CALLER: Final = frozenset(("users_me_retrieve", "organizations_retrieve"))
COMMENT: Final = "Recorded by `mockserver proxy --record`. Look through it before you pass it on."


@dataclass(frozen=True, slots=True)
class RecordOptions:
    """What is recorded where: `seed` and `locale` are what made-up texts are drawn from."""

    path: Path
    name: str | None = None
    project: str | None = None
    keep_titles: bool = False
    keep_names: bool = False
    seed: str = "1"
    locale: str = "en_US"
    replace: bool = False

    @property
    def shown(self) -> str:
        """What the fixture is asked for by."""
        return self.path.stem if self.path.parent in OWN_FOLDERS else str(self.path)


@dataclass(slots=True)
class Recorder:
    """Hears of calls after they were looked at; safe to use from several threads.

    Each project of the traffic is kept apart; the fixture is of the one that is asked for, or else of the
    one that most was seen of.
    """

    options: RecordOptions
    checker: TrafficChecker
    clock: Clock
    seen: Counter[str] = field(default_factory=Counter)
    unread: int = 0
    _harvests: dict[str, Harvest] = field(default_factory=dict)
    _asked: dict[str, JSONObject] = field(default_factory=dict)
    _me: JSONObject = field(default_factory=dict)
    _organization: JSONObject = field(default_factory=dict)
    _is_written: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Raise StartError where nothing could be written at the end."""
        refuse_existing(self.options.path, replace=self.options.replace)
        folder = self.options.path.absolute().parent
        if not folder.is_dir():
            raise StartError(f"there is no folder {folder} to record {self.options.path.name} in")

    def __call__(self, exchange: Exchange, checked: Checked) -> None:
        """Take in a call; one that failed, or whose answer has no JSON, tells nothing."""
        response = exchange.response
        if response is None or not 200 <= response.status < 300 or checked.operation_id is None:
            return
        name = checked.operation_id
        if name not in READERS and name not in OF_CALLER:
            return
        if response.body == b"" or not is_json_type(media_type_of(response.headers.get("content-type", ""))):
            return
        if response.body is None:
            self.unread += 1
            return
        try:
            body = parsed(plain(response.body, response.headers))
        except Unreadable:
            self.unread += 1
            return
        with self._lock:
            if name in OF_CALLER:
                self._caller(name, body)
            else:
                self._read(name, exchange, body)

    def _caller(self, name: str, body: JSON) -> None:
        if not isinstance(body, dict):
            return
        if name == "organizations_retrieve":
            self._organization = body
            return
        self._me = body
        if isinstance(body.get("organization"), dict):
            self._organization = cast("JSONObject", body["organization"])

    def _read(self, name: str, exchange: Exchange, body: JSON) -> None:
        path = dict(self.checker.address(exchange.request).path_params or {})
        project = path.get("project_id") or (path.get("id") if name == "projects_retrieve" else None)
        if project is None:
            project = next(iter(self._harvests), CURRENT)
        self.seen[project] += 1
        harvest = self._harvests.setdefault(project, Harvest())
        sight = Sight(harvest, path, exchange.request.query, _sent(exchange), body, self._asked)
        try:
            READERS[name](sight)
        except (TypeError, ValueError, AttributeError, KeyError):
            # an answer that is not at all as it should be; what is wrong with it is told elsewhere
            self.unread += 1

    def fixture(self) -> Harvested:
        """The fixture of what was seen so far."""
        with self._lock:
            chosen, others = self._chosen()
            harvest = Harvest(me=self._me, organization=self._organization)
            for each in chosen:
                harvest.take_in(each)
            made = self._made(harvest)
        left_out = [f"project {each}: a fixture is of one project" for each in others]
        if self.unread:
            left_out.append(f"{self.unread} answers: their bodies are too large, or cannot be read")
        content = cast("FixtureContent", without_secrets(cast("JSON", made.content)))
        content, wrong = mended(content)
        return Harvested(content, (*made.left_out, *wrong, *left_out))

    def _made(self, harvest: Harvest) -> Harvested:
        options = self.options
        anonymiser = (
            RealNames(options.seed, options.locale)
            if options.keep_names
            else Anonymiser(options.seed, options.locale, keep_titles=options.keep_titles)
        )
        real = str(harvest.project.get("name") or "My company")
        name = options.name or str(anonymiser.text(real, key="company"))
        return harvested_fixture(harvest, anonymiser, now=self.clock.now(), name=name, recorded=True)

    def _chosen(self) -> tuple[list[Harvest], list[str]]:
        """What was seen of the project that is recorded, under all its names; and the names of others."""
        team = self._me.get("team")
        current = str(team["id"]) if isinstance(team, dict) and "id" in team else None
        at_current = self._harvests.get(CURRENT)
        if current is None and at_current is not None and at_current.project.get("id"):
            current = str(at_current.project["id"])
        counts = Counter({name: self.seen[name] for name in self._harvests})
        if at_current is not None:
            others = [name for name in self._harvests if name != CURRENT]
            current = current or (others[0] if len(others) == 1 else None)
            if current is not None:
                counts[current] += counts.pop(CURRENT)
        wanted = self.options.project or next((name for name, _ in counts.most_common(1)), CURRENT)
        names = (wanted, *((CURRENT,) if wanted == current else ()))
        chosen = [self._harvests[name] for name in names if name in self._harvests]
        return chosen, sorted(name for name in counts if name != wanted)

    def write(self) -> Harvested:
        """Write the fixture, whole or not at all; raises StartError."""
        made = self.fixture()
        replace = self.options.replace or self._is_written
        write_fixture(self.options.path, made.content, comment=COMMENT, replace=replace)
        self._is_written = True
        return made

    def shape(self) -> JSONObject:
        """How much was seen of the project that is recorded."""
        with self._lock:
            chosen, _ = self._chosen()
            insights = {number for each in chosen for number in each.insights}
            dashboards = {number for each in chosen for number in each.dashboards}
            results = {key for each in chosen for key in each.results}
        return {
            "file": str(self.options.path),
            "insights": len(insights),
            "dashboards": len(dashboards),
            "results": len(results),
            "unread": self.unread,
            "left_out": [],
            "written": self._is_written,
        }


def _sent(exchange: Exchange) -> JSONObject:
    """What a request has sent, if it is a JSON object."""
    request = exchange.request
    if not request.body:
        return {}
    try:
        found = parsed(plain(request.body, request.headers))
    except Unreadable:
        return {}
    return found if isinstance(found, dict) else {}
