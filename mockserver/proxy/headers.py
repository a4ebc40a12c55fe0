"""Headers on their way through (RFC 9110, 7.6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

Pair = tuple[bytes, bytes]

HOP_BY_HOP: Final = frozenset(
    (
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    )
)
# our server has met the expectation already when a body comes
MET: Final = frozenset((b"expect",))
VIA: Final = b"1.1 mockserver"


def end_to_end(pairs: Iterable[Pair], *, besides: frozenset[bytes] = frozenset()) -> list[Pair]:
    """Headers without those of one connection: the usual ones, and those that `Connection` names."""
    held = [(name.lower(), value) for name, value in pairs]
    dropped = HOP_BY_HOP | besides
    named = [value for name, value in held if name == b"connection"]
    if named:
        dropped |= {token.strip().lower() for value in named for token in value.split(b",")}
    return [pair for pair in held if pair[0] not in dropped]


def for_upstream(pairs: Sequence[Pair], host: bytes) -> list[Pair]:
    """A request's headers as they are sent on: to `host`, and saying who passed them on (7.6.3)."""
    kept = end_to_end(pairs, besides=MET)
    is_chunked = value_of(pairs, b"transfer-encoding") is not None
    via = [value for name, value in kept if name == b"via"]
    return [
        (b"host", host),
        # with both, the length is not to be believed (RFC 9112, 6.1)
        *(
            pair
            for pair in kept
            if pair[0] not in (b"host", b"via") and not (is_chunked and pair[0] == b"content-length")
        ),
        (b"via", b", ".join([*via, VIA])),
    ]


def has_body(pairs: Sequence[Pair]) -> bool:
    """Whether a request has a body, be it an empty one (RFC 9112, 6.3)."""
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in pairs)


def value_of(pairs: Iterable[Pair], wanted: bytes) -> bytes | None:
    """The first value of a header, by its name in lower case."""
    return next((value for name, value in pairs if name.lower() == wanted), None)


def wants_websocket(pairs: Sequence[Pair]) -> bool:
    """Whether a request asks to go on as a websocket (RFC 6455, 4.1)."""
    asked = value_of(pairs, b"upgrade")
    return asked is not None and b"websocket" in asked.lower()
