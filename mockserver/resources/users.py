"""Users as other objects name them."""

from __future__ import annotations

from ..store import JSONObject, Store
from ..store.documents import UserDocument


def user_basic(store: Store, user_id: int | None) -> JSONObject | None:
    """The user whom an object names as its maker or editor; None where there is none."""
    user = store.users.fetch(user_id) if user_id is not None else None
    return None if user is None else basic_shape(user)


def basic_shape(user: UserDocument) -> JSONObject:
    """A user in the shape of PostHog's `UserBasic`, in the server's key order."""
    return {
        "id": user["id"],
        "uuid": user["uuid"],
        "distinct_id": user["distinct_id"],
        "first_name": user["first_name"],
        "last_name": user["last_name"],
        "email": user["email"],
        "is_email_verified": user["is_email_verified"],
        "hedgehog_config": user["hedgehog_config"],
        "role_at_organization": user["role_at_organization"],
    }
