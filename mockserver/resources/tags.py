"""Tags: names in lower case, without blanks around them, each once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, cast

from ..store import Store

LONGEST: Final = 255


def normalise(names: Iterable[object]) -> list[str]:
    """Names as they are stored: stripped, lower-cased, each once, none empty, in the order they came."""
    cleaned = (str(name).strip().lower()[:LONGEST] for name in names)
    return list(dict.fromkeys(name for name in cleaned if name))


def names_of_project(store: Store, project_id: int) -> list[str]:
    """The names of all tags that insights and dashboards of a project have, in order of the alphabet."""
    keys = (cast("tuple[int, str]", key) for key in store.insights.keys_of("tag"))
    on_insights = {tag for owner, tag in keys if owner == project_id}
    on_dashboards = {
        tag
        for dashboard in store.dashboards.find("project", project_id)
        if not dashboard["deleted"]
        for tag in dashboard["tags"]
    }
    return sorted(on_insights | on_dashboards)
