"""`/api/users/@me`: who the caller is."""

from __future__ import annotations

from ..errors import api_error
from ..resources import accounts
from .call import Answer, Call


def users_me_retrieve(call: Call) -> Answer:
    """The caller, with their current project and organisation; clients check a key with it."""
    user = call.caller.user
    if user is None:
        raise api_error("not_authenticated")
    return Answer(accounts.me_shape(call.services.store, user, call.caller.key))
