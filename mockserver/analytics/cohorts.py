"""Who belongs to a cohort."""

from __future__ import annotations

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.model import JSON, QueryError
from mockserver.analytics.scope import PERSON, Scope
from mockserver.analytics.sql import Sql


def cohort_id(value: JSON) -> int:
    """The id that a cohort filter names: a number, its text, or an object's `id`; raises QueryError."""
    given = value.get("id") if isinstance(value, dict) else value
    if isinstance(given, int | str) and not isinstance(given, bool):
        try:
            return int(given)
        except ValueError:
            pass
    raise QueryError("Input should be a cohort id", attr="value")


def in_cohort(identifier: int, scope: Scope, actor: Sql | None = None) -> Sql:
    """Whether an actor, the event's unless another is given, is in a cohort.

    Raises QueryError when the project has no cohort of that id.
    """
    definition = scope.context.cohorts.get(identifier)
    if definition is None:
        raise QueryError(f"Cohort matching query does not exist: {identifier}", attr="value")
    ways: list[exp.Select] = []
    if definition.distinct_ids:
        ids = [sql.text(each) for each in definition.distinct_ids]
        among = exp.In(this=sql.column("distinct_id"), expressions=ids)
        ways.append(exp.select(sql.column("actor")).from_("distinct_ids").where(among))
    if definition.person_ids:
        wanted = [sql.text(each) for each in definition.person_ids]
        among = exp.In(this=sql.as_text(sql.column("uuid")), expressions=wanted)
        ways.append(exp.select(sql.column("number")).from_("persons").where(among))
    if definition.properties is not None:
        from mockserver.analytics.filters import property_group

        # Read from the people alone, under the name a scope joins them by.
        condition = property_group(definition.properties, Scope(scope.events, scope.context))
        people = exp.to_table("persons").as_(PERSON)
        ways.append(exp.select(sql.column("number", PERSON)).from_(people).where(condition))
    whose = actor if actor is not None else scope.column("actor")
    return exp.Paren(this=sql.any_of(exp.In(this=whose.copy(), query=each.subquery()) for each in ways))


def cohort_name(identifier: int, scope: Scope) -> str:
    """A cohort's name, its number when the project has none of that id."""
    definition = scope.context.cohorts.get(identifier)
    return definition.name if definition is not None else str(identifier)
