"""Actions, cohorts and variables made up for the queries that refer to them by number."""

from __future__ import annotations

from ..store import JSON
from .anonymous import Anonymiser
from .anonymous_queries import References, action_key, cohort_key, variable_key
from .shapes import ActionEntry, CohortEntry, VariableEntry


def made_actions(
    references: References, anonymiser: Anonymiser, *, with_ids: bool = False
) -> list[ActionEntry]:
    """Each action that is referred to, as one event that is called as it is."""
    made: list[ActionEntry] = []
    for number, known in sorted(references.actions.items()):
        name = anonymiser.title(known) or f"Action {number}"
        entry: ActionEntry = {"key": action_key(number), "name": name, "steps": [{"event": name.lower()}]}
        made.append({**entry, "id": number} if with_ids else entry)
    return made


def made_cohorts(
    references: References, anonymiser: Anonymiser, *, with_ids: bool = False
) -> list[CohortEntry]:
    """Each cohort that is referred to, as every second person, every third, and so on."""
    made: list[CohortEntry] = []
    for place, (number, name) in enumerate(sorted(references.cohorts.items())):
        entry: CohortEntry = {
            "key": cohort_key(number),
            "name": anonymiser.title(name) or f"Cohort {number}",
            "people": {"every": 2 + place % 5},
        }
        made.append({**entry, "id": number} if with_ids else entry)
    return made


def made_variables(references: References) -> list[VariableEntry]:
    """Each variable that is referred to, with the stand-in of a value that was used."""
    made: dict[str, VariableEntry] = {}
    for code_name, used in references.variables.values():
        key = variable_key(code_name)
        value = 1 if used is None and code_name in references.numeric else used
        made.setdefault(
            key,
            {
                "key": key,
                "name": code_name.replace("_", " ").capitalize(),
                "code_name": code_name,
                "type": _type_of(value),
                "default": value,
            },
        )
    return list(made.values())


def _type_of(value: JSON) -> str:
    if isinstance(value, bool):
        return "Boolean"
    return "Number" if isinstance(value, int | float) else "String"
