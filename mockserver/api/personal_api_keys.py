"""`/api/personal_api_keys`: make keys, and let a key find out what it may do."""

from __future__ import annotations

from ..errors import api_error
from ..resources import keys
from ..resources.key_requests import check_request, texts_or_numbers
from .call import Answer, Call


def personal_api_keys_current_retrieve(call: Call) -> Answer:
    """The key that the call was made with; 404 for a caller without one."""
    if call.caller.key is None:
        raise api_error("not_found")
    return Answer(keys.key_shape(call.caller.key))


def personal_api_keys_create(call: Call) -> Answer:
    """Make a key; this answer alone carries its value."""
    user, body, store = call.caller.user, call.body, call.services.store
    if user is None:
        raise api_error("not_authenticated")
    check_request(store, user, body)
    key, value = keys.create_key(
        store,
        call.services.random,
        call.services.clock.now(),
        user_id=user["id"],
        label=str(body["label"]),
        scopes=[str(scope) for scope in texts_or_numbers(body["scopes"])],
        scoped_teams=[int(team_id) for team_id in texts_or_numbers(body.get("scoped_teams"))],
        scoped_organizations=[str(one) for one in texts_or_numbers(body.get("scoped_organizations"))],
    )
    return Answer(keys.key_shape(key, value), 201)
