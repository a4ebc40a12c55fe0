"""Shared insights and dashboards with their links and passwords."""

from __future__ import annotations

from .ground import Ground
from .shapes import SharingEntry


def add_sharing(
    ground: Ground, entry: SharingEntry, *, insight_id: int | None = None, dashboard_id: int | None = None
) -> None:
    """Make the sharing configuration of an insight or a dashboard."""
    name = f"insights/{insight_id}" if dashboard_id is None else f"dashboards/{dashboard_id}"
    sharing_id = ground.new_id("sharing", name)
    ground.store.sharing.add(
        {
            "id": sharing_id,
            "project_id": ground.project_id,
            "insight_id": insight_id,
            "dashboard_id": dashboard_id,
            "enabled": entry.get("enabled", True),
            "access_token": ground.stream("sharing", sharing_id, "token/0").token(),
            "rotation": 0,
            "previous_tokens": [],
            "settings": entry.get("settings"),
            "password_required": entry.get("password_required", False),
            "created_at": ground.ago(entry.get("created"), "10d"),
        }
    )
    for password in entry.get("passwords") or []:
        password_id = ground.new_id("share_passwords", name)
        ground.store.share_passwords.add(
            {
                "id": password_id,
                "project_id": ground.project_id,
                "sharing_id": sharing_id,
                "password_hash": ground.hashes.hash(
                    password["password"], ground.stream("share_passwords", password_id, "salt")
                ),
                "note": password.get("note", ""),
                "created_at": ground.ago(password.get("created"), "9d"),
                "created_by": ground.user_id(password.get("by")),
                "is_active": password.get("is_active", True),
            }
        )
