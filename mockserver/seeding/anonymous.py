"""Made-up names and values in place of real ones: the same value always gets the same stand-in.

What stands in is drawn in the order in which values are first seen and never from the values themselves, so
that nothing can be worked out from it. Two different values never share a stand-in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from ..randomness import Randomness
from ..store import JSON
from . import anonymous_words as words
from .names import USUAL_SEED, FakerNames
from .templates import slug

MANY: Final = 20
DIGITS: Final = "0123456789"
COMPARING: Final = frozenset(("gt", "gte", "lt", "lte", "between", "not_between", "min", "max"))
PATTERNS: Final = frozenset(("regex", "not_regex"))
PARTS: Final = frozenset(("icontains", "not_icontains", "icontains_multi", "not_icontains_multi"))

Make = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Alias:
    """Who stands in for somebody."""

    first_name: str
    last_name: str
    email: str


class Anonymiser:
    """Stands in for names, e-mail addresses, addresses of pages, numbers and words; one for a run.

    `keep_titles` keeps titles and descriptions, which are made up otherwise. `keep_values` says that all else
    is kept too, as `RealNames` does.
    """

    keep_values = False

    def __init__(
        self, seed: int | str = USUAL_SEED, locale: str = "en_US", *, keep_titles: bool = False
    ) -> None:
        self.keep_titles = keep_titles
        self._names = FakerNames(seed, locale)
        self._random = Randomness(seed).stream("anonymous")
        self._known: dict[tuple[str, str], str] = {}
        self._taken: set[tuple[str, str]] = set()
        self._avoided: set[str] = set()
        self._drawn = 0
        self._shapes: tuple[tuple[re.Pattern[str], Make], ...] = (
            (words.LOCAL, str),
            (words.MOMENT, str),
            (words.UUID, lambda _: self._random.uuid()),
            (words.URL, self._url),
            (words.EMAIL, self._email),
            (words.PART_OF_EMAIL, lambda text: "@" + self._host(text[1:])),
            (words.ADDRESS, lambda _: self._make("ipv4_public")),
            (words.HOST, self._host),
        )

    def avoid(self, names: Iterable[str]) -> None:
        """Never let one of these real names stand in for another."""
        self._avoided.update(name.casefold() for name in names if name)

    def person(self, user: Mapping[str, JSON]) -> Alias:
        """Who stands in for a user of the API, told apart by e-mail address (or id where there is none)."""
        identity = str(user.get("email") or user.get("uuid") or user.get("id"))
        first, last = str(user.get("first_name") or ""), str(user.get("last_name") or "")
        first_made = self._stand_in("first", identity, lambda _: self._make("first_name"))
        last_made = self._stand_in("last", identity, lambda _: self._make("last_name"))
        mailbox = identity.rpartition("@")[0].casefold()
        self._known.setdefault(("mailbox", mailbox), f"{slug(first_made)}.{slug(last_made)}")
        email = self._stand_in("text", identity, self._email if mailbox else self._mailbox)
        alias = Alias(first_made, last_made, email)
        for real, made in (
            (first, alias.first_name),
            (last, alias.last_name),
            (f"{first} {last}".strip(), f"{alias.first_name} {alias.last_name}"),
        ):
            if real:
                self._known.setdefault(("text", real.casefold()), made)
        return alias

    def value(self, value: JSON, *, key: str | None = None, operator: str | None = None) -> JSON:
        """What stands in for a property's value, or for each of a list.

        `key` is the property and `operator` how a filter compares it. Truth values, thresholds and the
        values of properties that tell of machines and countries stay.
        """
        if isinstance(value, list):
            return [self.value(each, key=key, operator=operator) for each in value]
        if isinstance(value, dict):
            return {name: self.value(each, key=name) for name, each in value.items()}
        if isinstance(value, bool) or value is None or key in words.ORDINARY_PROPERTIES:
            return value
        if isinstance(value, int | float):
            return value if operator in COMPARING else self._number(value)
        if operator in PATTERNS:
            return self.pattern(value)
        if operator in COMPARING and words.NUMBER.fullmatch(value):
            return value
        return self.text(value, key=None if operator in PARTS else key)

    def text(self, text: str, *, key: str | None = None) -> str:
        """What stands in for a text; it looks alike (an address stays an address, capitals stay capitals)."""
        if text.casefold() in words.ORDINARY:
            return text
        known = self._known.get(("text", text.casefold()))
        if known is not None:
            return known
        for shape, make in self._shapes:
            if shape.fullmatch(text):
                return self._stand_in("text", text, make)
        provider = words.PROVIDERS.get((key or "").casefold())
        if provider is not None and words.WORD.search(text):
            return self._stand_in("text", text, lambda _: self._make(provider))
        return self._words(text)

    def pattern(self, text: str) -> str:
        """A regular expression with its words replaced and all else as it was."""

        def part(found: re.Match[str]) -> str:
            if words.END_OF_HOST.fullmatch(found[0]):
                return found[0][: found[0].index(".") + 1] + "example"
            return found[0] if found[0].startswith("\\") else self._word(found[0])

        return words.PATTERN_PART.sub(part, text)

    def made_word(self, purpose: str) -> str:
        """A made-up word that stands in for nothing that was seen; the same for the same purpose."""
        return self._stand_in("purpose", purpose, lambda _: self._make("word"))

    def made_name(self, purpose: str) -> str:
        """A made-up first name, as `made_word`."""
        return self._stand_in("name", purpose, lambda _: self._make("first_name"))

    def title(self, text: str | None, instead: str | None = None) -> str | None:
        """A title: kept where that was asked for, else `instead` or a made-up one; None and "" stay."""
        if not text or self.keep_titles:
            return text
        return instead or self._stand_in("title", text, lambda _: self._make("bs").capitalize())

    def prose(self, text: str | None, instead: str | None = None) -> str | None:
        """A description or the text of a tile, as `title`."""
        if not text or self.keep_titles:
            return text
        return instead or self._stand_in("prose", text, lambda _: self._make("sentence"))

    def _url(self, text: str) -> str:
        parts = urlsplit(text)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit(
            (
                parts.scheme,
                host if words.LOCAL.fullmatch(host) else self._host(host) if host else "",
                self._words(parts.path),
                self._words(parts.query),
                self._words(parts.fragment),
            )
        )

    def _email(self, text: str) -> str:
        mailbox, _, host = text.rpartition("@")
        if mailbox.casefold() not in words.ORDINARY:
            mailbox = self._stand_in("mailbox", mailbox, self._local)
        return f"{mailbox}@{self._host(host)}"

    def _local(self, _: str) -> str:
        return f"{slug(self._free('first_name'))}.{slug(self._free('last_name'))}"

    def _mailbox(self, text: str) -> str:
        return f"{self._local(text)}@mail.example"

    def _host(self, text: str) -> str:
        """`www.acme.com` as `www.WORD.example`: parts are words, and the end is one that nobody can own."""
        if words.MADE_UP.fullmatch(text):
            return text
        name, _, port = text.partition(":")
        labels = name.split(".")[:-1] or [name]
        if len(labels) > 1 and labels[-1] in ("co", "com", "org", "net", "ac"):
            labels.pop()
        made = ".".join([slug(self._words(label)) for label in labels] + ["example"])
        return f"{made}:{port}" if port else made

    def _number(self, value: int | float) -> int | float:
        """A number of as many digits; short ones and fractions are counts and sizes and stay."""
        if isinstance(value, float) or len(str(abs(value))) <= words.SHORT_NUMBER + 1:
            return value
        return int(self._digits(str(abs(value)))) * (-1 if value < 0 else 1)

    def _words(self, text: str) -> str:
        return words.WORD.sub(lambda found: self._word(found[0]), text)

    def _word(self, word: str) -> str:
        if word.casefold() in words.ORDINARY:
            return word
        if word.isdigit():
            return word if len(word) <= words.SHORT_NUMBER else self._digits(word)
        if len(word) == 1:
            return word
        made = self._stand_in("word", word, lambda _: self._make("word"))
        if word.isupper():
            return made.upper()
        return made.capitalize() if word[0].isupper() else made

    def _digits(self, text: str) -> str:
        def draw(_: str) -> str:
            return self._random.text(1, DIGITS[1:]) + self._random.text(len(text) - 1, DIGITS)

        return self._stand_in("digits", text, draw)

    def _free(self, provider: str) -> str:
        """A name that nobody real is known to have."""
        made = self._make(provider)
        for _ in range(MANY):
            if made.casefold() not in self._avoided:
                break
            made = self._make(provider)
        return made

    def _make(self, provider: str) -> str:
        self._drawn += 1
        return self._names.make(provider, f"anonymous/{self._drawn}")

    def _is_taken(self, kind: str, made: str) -> bool:
        return (kind, made.casefold()) in self._taken or made.casefold() in self._avoided

    def _is_nobody(self, made: str) -> bool:
        return self._avoided.isdisjoint(found[0].casefold() for found in words.WORD.finditer(made))

    def _stand_in(self, kind: str, real: str, make: Make) -> str:
        """What stands in for `real`, made when first asked for and never given twice."""
        name = (kind, real.casefold())
        if name not in self._known:
            made = make(real)
            for _ in range(MANY):
                if (
                    not self._is_taken(kind, made)
                    and self._is_nobody(made)
                    and made.casefold() != real.casefold()
                ):
                    break
                made = make(real)
            number = 2
            while self._is_taken(kind, made) and made != real:
                made = f"{made.rstrip(DIGITS)}{number}"
                number += 1
            self._taken.add((kind, made.casefold()))
            self._known[name] = made
        return self._known[name]
