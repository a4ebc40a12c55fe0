"""What a HogQL text says, read from its tokens: the texts in it, what each is compared with, what it reads.

Tokens are enough, and work where the text as a whole can't be parsed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ..resources.filter_shapes import names

if TYPE_CHECKING:
    from sqlglot.tokenizer_core import Token

COMPARISONS: Final = frozenset(("=", "==", "!=", "<>", "LIKE", "ILIKE"))
OPERATORS: Final = frozenset((*COMPARISONS, "IN"))
NUMERIC: Final = names(
    """
    tofloat toint sum avg min max median quantile sumif avgif todecimal round floor ceil
    """
)
UNITS: Final = names(
    """
    second minute hour day week month quarter year
    """
)


@dataclass(frozen=True, slots=True)
class Literal:
    """A text in quotes, from `start` to `end`.

    `field` is what it is compared with, such as `person.properties.plan`. `is_name` where it names a property
    (`properties['plan']`) or a unit and holds no value.
    """

    start: int
    end: int
    text: str
    field: str | None
    is_name: bool


@dataclass(frozen=True, slots=True)
class Read:
    """A property that is read: `scope` is `event` or `person`; numeric where it is calculated with."""

    scope: str
    name: str
    numeric: bool


@dataclass(frozen=True, slots=True)
class SqlFacts:
    """All of a text's literals, in order, and the properties that it reads.

    `placeholders` are the fields that variables are compared with, by the variable's code name.
    """

    literals: tuple[Literal, ...]
    reads: tuple[Read, ...]
    placeholders: Mapping[str, str]


def read_sql(text: str) -> SqlFacts:
    """What a query or an expression says; nothing for a text that has no tokens to it."""
    tokens = _tokens(text)
    return SqlFacts(tuple(_literals(tokens)), tuple(_reads(tokens)), dict(_placeholders(tokens)))


def rewrite_sql(text: str, stand_in: Callable[[Literal], str]) -> str:
    """The text with its literals replaced and its comments dropped; all else stays as it was written.

    A text that can't be read even as tokens is given up: an empty one takes its place.
    """
    tokens = _tokens(text)
    literals = {literal.start: literal for literal in _literals(tokens)}
    made: list[str] = []
    last = 0
    for token in tokens:
        gap = text[last : token.start]
        made.append(gap if not gap.strip() else " ")
        literal = literals.get(token.start)
        made.append(text[token.start : token.end + 1] if literal is None else quoted(stand_in(literal)))
        last = token.end + 1
    return "".join(made)


def quoted(text: str) -> str:
    """A text as a literal."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _tokens(text: str) -> Sequence[Token]:
    from sqlglot.errors import TokenError

    from ..analytics.hogql.dialect import HogQL

    try:
        return HogQL().tokenize(text)
    except TokenError:
        return ()


def _literals(tokens: Sequence[Token]) -> Iterator[Literal]:
    for place, token in enumerate(tokens):
        if token.token_type.name == "STRING":
            yield Literal(
                start=token.start,
                end=token.end + 1,
                text=token.text,
                field=_compared_with(tokens, place),
                is_name=_is_name(tokens, place),
            )


def _placeholders(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    for place in range(len(tokens) - 3):
        if [_text(tokens, place + each) for each in range(3)] == ["{", "variables", "."]:
            field = _compared_with(tokens, place)
            if field is not None:
                yield tokens[place + 3].text, field


def _is_name(tokens: Sequence[Token], place: int) -> bool:
    if tokens[place].text.casefold() in UNITS or _text(tokens, place - 1).upper() == "INTERVAL":
        return True
    if _text(tokens, place - 1) == "[":
        return _is_word(tokens, place - 2) and _text(tokens, place - 2).upper() != "IN"
    if _text(tokens, place - 1) == "," and _field_before(tokens, place - 2) is not None:
        return _text(tokens, place - 2).casefold() == "properties"
    return False


def _compared_with(tokens: Sequence[Token], place: int) -> str | None:
    """The field on the other side of `=`, `LIKE` or `IN (`."""
    before = place - 1
    while _text(tokens, before) == "," and _is_value(tokens, before - 1):
        before -= 2
    if _text(tokens, before) in ("(", "["):
        before -= 1
        if _text(tokens, before).upper() != "IN":
            return None
    elif before != place - 1:
        return None
    if _text(tokens, before).upper() not in OPERATORS:
        return None
    if _text(tokens, before - 1).upper() == "NOT":
        before -= 1
    return _field_before(tokens, before - 1)


def _is_value(tokens: Sequence[Token], place: int) -> bool:
    return 0 <= place < len(tokens) and tokens[place].token_type.name in ("STRING", "NUMBER")


def _field_before(tokens: Sequence[Token], place: int) -> str | None:
    """The dotted name that ends at `place`; `properties['a b']` counts as `properties.a b`."""
    parts: list[str] = []
    while place >= 0:
        if _text(tokens, place) == "]" and _is_value(tokens, place - 1) and _text(tokens, place - 2) == "[":
            parts.append(tokens[place - 1].text)
            place -= 3
            continue
        if not _is_word(tokens, place):
            return None
        parts.append(tokens[place].text)
        if _text(tokens, place - 1) != ".":
            break
        place -= 2
    return ".".join(reversed(parts)) or None


def _is_word(tokens: Sequence[Token], place: int) -> bool:
    text = _text(tokens, place)
    return bool(text) and not _is_value(tokens, place) and (text[0].isalpha() or text[0] in "_$")


def _reads(tokens: Sequence[Token]) -> Iterator[Read]:
    for place, token in enumerate(tokens):
        if token.text != "properties" or not _is_word(tokens, place):
            continue
        is_member = _text(tokens, place + 1) == "." and _is_word(tokens, place + 2)
        if not is_member and not (_text(tokens, place + 1) in ("[", ",") and _is_value(tokens, place + 2)):
            continue
        name = tokens[place + 2].text
        of_person = _text(tokens, place - 1) == "." and _text(tokens, place - 2).endswith("person")
        start = place
        while _text(tokens, start - 1) == ".":
            start -= 2
        called = _text(tokens, start - 2).casefold() if _text(tokens, start - 1) == "(" else ""
        yield Read("person" if of_person else "event", name, called in NUMERIC)


def _text(tokens: Sequence[Token], place: int) -> str:
    return str(tokens[place].text) if 0 <= place < len(tokens) else ""
