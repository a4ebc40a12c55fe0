"""What the documentation of fixtures shows works."""

from __future__ import annotations

import re
from pathlib import Path

from mockserver.analytics.events import EventStore
from mockserver.seeding.loader import seed_events

from .conftest import NOW, fill

PAGE = Path(__file__).parents[2] / "docs" / "fixtures.md"


def test_the_fixture_in_the_documentation_makes_a_living_project(tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    path = tmp_path / "mine.yaml"
    path.write_text("\n".join(blocks), "utf-8")
    filled = fill(str(path))
    project = filled.store.projects.fetch(filled.seeded.primary.project_id)
    assert project is not None
    assert [one["name"] for one in filled.store.insights.documents().values()] == ["Views of Mine"]
    events = EventStore()
    assert seed_events(events, filled.fixture, seed="1", now=NOW, project=project).events > 500
    events.close()
