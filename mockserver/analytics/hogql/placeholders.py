"""Values for what stands in braces: `{filters}`, `{variables.x}` and the query's own `{values}`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from mockserver.analytics.hogql.errors import HogQLError
from mockserver.analytics.model import JSON, JSONObject
from mockserver.analytics.reading import mapping, member, optional_text

FILTERS = "filters"


def _nothing() -> Mapping[str, JSON]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Placeholders:
    """What a query may name in braces; `filters` is None where the query has none."""

    filters: JSONObject | None = None
    variables: JSONObject = field(default_factory=_nothing)
    values: JSONObject = field(default_factory=_nothing)

    def value(self, name: str) -> JSON:
        """The value of `variables.x` or of a name among the query's values.

        Raises HogQLError when unknown.
        """
        if name.startswith("variables."):
            code_name = name.removeprefix("variables.")
            if code_name not in self.variables:
                raise HogQLError(f"Variable {code_name} is missing from query")
            return self.variables[code_name]
        if name not in self.values:
            raise HogQLError(f"Unresolved placeholder: {{{name}}}")
        return self.values[name]


def placeholders_of(query: JSONObject, variables: JSONObject) -> Placeholders:
    """A HogQLQuery's placeholders; its own variables come before the project's."""
    own: dict[str, JSON] = {}
    for key, given in member(query, "variables").items():
        variable = mapping(given, "variables")
        code_name = optional_text(variable, "code_name") or key
        if variable.get("isNull") is True:
            own[code_name] = None
        elif "value" in variable:
            own[code_name] = variable["value"]
    filters = query.get("filters")
    return Placeholders(
        filters=mapping(filters, "filters"), variables={**variables, **own}, values=member(query, "values")
    )
