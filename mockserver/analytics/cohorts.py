"""Who belongs to a cohort."""

from __future__ import annotations

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.model import QueryError
from mockserver.analytics.scope import Scope
from mockserver.analytics.sql import Sql


def in_cohort(identifier: int, scope: Scope) -> Sql:
    """Whether the event's actor is in a cohort; raises QueryError when the project has none of that id."""
    definition = scope.context.cohorts.get(identifier)
    if definition is None:
        raise QueryError(f"Cohort matching query does not exist: {identifier}", attr="value")
    ways: list[Sql] = []
    actor = scope.column("actor")
    if definition.distinct_ids:
        ids = exp.In(
            this=sql.column("distinct_id"), expressions=[sql.text(each) for each in definition.distinct_ids]
        )
        ways.append(
            _among(
                actor,
                exp.select(sql.column("actor")).from_("distinct_ids", copy=False).where(ids, copy=False),
            )
        )
    if definition.person_ids:
        wanted = exp.In(
            this=sql.as_text(sql.column("uuid")),
            expressions=[sql.text(each) for each in definition.person_ids],
        )
        ways.append(
            _among(
                actor, exp.select(sql.column("number")).from_("persons", copy=False).where(wanted, copy=False)
            )
        )
    if definition.properties is not None:
        from mockserver.analytics.filters import property_group

        ways.append(exp.Paren(this=property_group(definition.properties, scope)))
    return exp.Paren(this=sql.any_of(ways))


def cohort_name(identifier: int, scope: Scope) -> str:
    """A cohort's name, its number when the project has none of that id."""
    definition = scope.context.cohorts.get(identifier)
    return definition.name if definition is not None else str(identifier)


def _among(value: Sql, members: exp.Select) -> Sql:
    return exp.In(this=value.copy(), query=members.subquery(copy=False))
