"""Which refresh policy a job gets: that of its request, its insight, its project, or the server's."""

from __future__ import annotations

from typing import Literal

from ..resources.context import Context
from ..store import JSONObject, Store
from .policy import RefreshPolicy

Scope = Literal["request", "insight", "project", "global", "default"]


class Policies:
    """The policies that were set, over the server's default."""

    def __init__(self, store: Store, default: RefreshPolicy) -> None:
        self._store = store
        self.default = default

    def for_job(self, context: Context, insight_id: int | None) -> RefreshPolicy:
        """The policy of a job that this request makes."""
        if context.refresh_policy is not None:
            return RefreshPolicy.from_document({**self.default.as_document(), **context.refresh_policy})
        return self.look(context.project_id, insight_id)[0]

    def look(self, project_id: int | None, insight_id: int | None = None) -> tuple[RefreshPolicy, Scope]:
        """The policy in force at a place, and which place it was set for."""
        places: tuple[tuple[Scope, int | None, int | None], ...] = (
            ("insight", project_id, insight_id),
            ("project", project_id, None),
            ("global", None, None),
        )
        for scope, project, insight in places:
            if (scope == "insight" and insight is None) or (scope != "global" and project is None):
                continue
            found = self._store.refresh_policies.find_one("place", (project, insight))
            if found is not None:
                return RefreshPolicy.from_document(found["policy"]), scope
        return self.default, "default"

    def put(self, project_id: int | None, insight_id: int | None, wanted: JSONObject) -> None:
        """Set the policy of a place; what `wanted` leaves out is as in the server's default."""
        policy = RefreshPolicy.from_document({**self.default.as_document(), **wanted}).as_document()
        table = self._store.refresh_policies
        held = table.find_one("place", (project_id, insight_id))
        if held is not None:
            table.amend(held["id"], {"policy": policy})
            return
        table.add(
            {"id": table.new_id(), "project_id": project_id, "insight_id": insight_id, "policy": policy}
        )

    def drop(self, project_id: int | None, insight_id: int | None) -> None:
        """Let a place fall back; no error where it had no policy."""
        held = self._store.refresh_policies.find_one("place", (project_id, insight_id))
        if held is not None:
            self._store.refresh_policies.drop(held["id"])
