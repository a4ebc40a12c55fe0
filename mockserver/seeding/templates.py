"""Templates in a fixture: what Faker fills in.

`{{ first_name }}`       a text provider of Faker; the same value wherever one entry says it again
`{{ last_name | slug }}` made lower case with hyphens; also `lower`, `upper` and `title`
`{{ people.anna.email }}` the field of another entry, by section and key
`{{ organization.name }}` a field of the organisation or of the project
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final, Protocol, cast

from ..store import JSON, JSONObject

TEMPLATE: Final = re.compile(
    r"\{\{\s*([a-z_]+(?:\.[a-z0-9_-]+)*)\s*(?:\|\s*(slug|lower|upper|title)\s*)?\}\}"
)
MOST_HOPS: Final = 5
NAMES_NOTHING: Final = (
    "names nothing; expected a text provider of Faker such as {{ first_name }}, "
    "or a field such as {{ people.KEY.email }}"
)


class TemplateError(Exception):
    """A template that names nothing; `text` is the template."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Names(Protocol):
    """Who makes the texts."""

    def make(self, provider: str, scope: str) -> str:
        """The text of a provider for one entry; the same for the same arguments."""
        ...


def without_templates(value: JSON) -> JSON:
    """JSON whose texts are no templates, though they may look like them."""
    if isinstance(value, str):
        return TEMPLATE.sub(lambda found: "{ " + found[0][1:], value)
    if isinstance(value, list):
        return [without_templates(each) for each in value]
    if isinstance(value, dict):
        return {name: without_templates(each) for name, each in value.items()}
    return value


def slug(text: str) -> str:
    """Lower-case ASCII letters and digits, joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain)) or "x"


def _filter(name: str | None) -> Callable[[str], str]:
    filters: dict[str, Callable[[str], str]] = {
        "slug": slug,
        "lower": str.lower,
        "upper": str.upper,
        "title": str.title,
    }
    return filters[name] if name else str


class Templates:
    """Fills in the templates of one tenant."""

    def __init__(self, tenant: Mapping[str, JSON], names: Names, prefix: str = "") -> None:
        self._tenant = tenant
        self._names = names
        self._prefix = prefix

    def fill(self) -> JSONObject:
        """The tenant with every template filled in; raises TemplateError."""
        return {section: self._section(section, value) for section, value in self._tenant.items()}

    def _section(self, section: str, value: JSON) -> JSON:
        if not isinstance(value, list):
            return self._walk(value, section)
        return [self._walk(entry, f"{section}/{_key_of(entry, place)}") for place, entry in enumerate(value)]

    def _walk(self, value: JSON, scope: str) -> JSON:
        if isinstance(value, str):
            return self.text(value, scope) if "{{" in value else value
        if isinstance(value, dict):
            return {key: self._walk(each, scope) for key, each in value.items()}
        if isinstance(value, list):
            return [self._walk(each, scope) for each in value]
        return value

    def text(self, text: str, scope: str, hops: int = 0) -> str:
        """One text with its templates filled in, for the entry `scope`."""
        if hops > MOST_HOPS:
            raise TemplateError(text)

        def one(match: re.Match[str]) -> str:
            name, chosen = match.groups()
            made = self._field(name, hops) if "." in name else self._make(name, scope, match[0])
            return _filter(chosen)(made)

        return TEMPLATE.sub(one, text)

    def _make(self, provider: str, scope: str, text: str) -> str:
        try:
            return self._names.make(provider, self._prefix + scope)
        except (AttributeError, KeyError, TypeError):
            raise TemplateError(text) from None

    def _field(self, path: str, hops: int) -> str:
        section, *rest = path.split(".")
        found = self._tenant.get(section)
        scope = section
        if isinstance(found, list) and rest:
            scope = f"{section}/{rest[0]}"
            found = next((each for each in found if cast("JSONObject", each).get("key") == rest[0]), None)
            rest = rest[1:]
        value = found.get(rest[0]) if isinstance(found, dict) and len(rest) == 1 else None
        if not isinstance(value, str):
            raise TemplateError("{{ " + path + " }}")
        return self.text(value, scope, hops + 1)


def _key_of(entry: JSON, place: int) -> str:
    key = entry.get("key") if isinstance(entry, dict) else None
    return key if isinstance(key, str) else str(place)
