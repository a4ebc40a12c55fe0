"""What stands beside insights and is only read here: alerts, variables, tags."""

from __future__ import annotations

from ..resources.alerts import alert_shape, alerts_of_project
from ..resources.tags import names_of_project
from ..resources.variables import variables_of_project
from ..store import JSON
from .call import Answer, Call
from .paging import whole_page


def alerts_list(call: Call) -> Answer:
    """The project's alerts, of one insight where `insight_id` says so; text there finds none."""
    context = call.context
    asked = call.query.get("insight_id")
    if not asked:
        found = alerts_of_project(context)
    else:
        is_id = asked.isascii() and asked.isdigit() and len(asked) < 19
        found = alerts_of_project(context, int(asked)) if is_id else []
    return Answer(whole_page(call, [alert_shape(context, alert) for alert in found]))


def insight_variables_list(call: Call) -> Answer:
    """The project's insight variables."""
    return Answer(whole_page(call, variables_of_project(call.context)))


def tags_list(call: Call) -> Answer:
    """The names of all tags in the project."""
    context = call.context
    names: list[JSON] = [*names_of_project(context.store, context.project_id)]
    return Answer(names)
