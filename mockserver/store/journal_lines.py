"""The lines of the journal: how one is written, and how a file of them is read, sound or not.

A line is `<crc32 of the rest, 8 hex digits> <number> <JSON>`. The first is the header, number 0,
`{"format": 2, "last_ids": {...}}`; each further line is one transaction, a list of
`[table, id, document or null]`. Numbers rise by one, so that a line that is gone is missed. Format 1 had
no numbers.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

FORMAT: Final = 2
OLDER_FORMATS: Final = frozenset((1,))
NO_END: Final = "the line has no end"


@dataclass(frozen=True, slots=True)
class Line:
    """A sound line: its place in the file, counted from 1 and in bytes, and what it says."""

    place: int
    start: int
    end: int
    number: int | None
    value: Any


@dataclass(frozen=True, slots=True)
class Flaw:
    """Bytes that are no sound line, or a sound line before which others are missing.

    `may_be_torn` where a crash can have left them: a write that did not come to its end, or whose blocks
    never reached the device, which reads as zeros.
    """

    place: int
    start: int
    end: int
    reason: str
    may_be_torn: bool = False


def encode(number: int, value: object) -> bytes:
    """A whole line."""
    return encode_raw(number, orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS))


def encode_raw(number: int, body: bytes) -> bytes:
    """A whole line of JSON that has been written out already."""
    rest = b"%d %s" % (number, body)
    return b"%08x %s\n" % (zlib.crc32(rest), rest)


def body_of(line: bytes) -> bytes:
    """The JSON of a sound line of the present format, which is given without its end."""
    return line[line.index(b" ", 9) + 1 :]


def parse(line: bytes) -> tuple[int | None, Any]:
    """Number (None in format 1) and value of a line; raises ValueError that says what is wrong with it."""
    if line[-1:] != b"\n":
        raise ValueError(NO_END)
    if len(line) < 11 or line[8:9] != b" ":
        raise ValueError("not a journal line")
    rest = line[9:-1]
    if int(line[:8], 16) != zlib.crc32(rest):
        raise ValueError("checksum does not match")
    if rest[:1] in (b"{", b"["):
        return None, orjson.loads(rest)
    number, _, body = rest.partition(b" ")
    return int(number), orjson.loads(body)


def read_lines(lines: Iterable[bytes]) -> Iterator[Line | Flaw]:
    """Each line of a file, in order; a flaw where one is damaged, and one where lines are missing.

    A line after missing ones is given after its flaw.
    """
    start = 0
    expected: int | None = None
    for place, raw in enumerate(lines, start=1):
        end = start + len(raw)
        try:
            number, value = parse(raw)
        except ValueError as error:
            yield Flaw(place, start, end, str(error), raw[-1:] != b"\n" or b"\0" in raw)
            expected = None if expected is None else expected + 1
        else:
            if expected is not None and number != expected:
                missing = number - expected if number is not None else 0
                reason = (
                    f"{missing} lines are missing before it" if missing > 0 else "the line is out of order"
                )
                yield Flaw(place, start, start, reason)
            yield Line(place, start, end, number, value)
            expected = None if number is None else number + 1
        start = end


def format_of(header: Any) -> object:
    """The format that a header names; None for what is no header."""
    return header.get("format") if isinstance(header, dict) and "last_ids" in header else None
