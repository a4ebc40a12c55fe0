"""The bodies of events as PostHog's libraries send them: JSON, compressed, in base64, or in a form.

PostHog's capture service goes by what it finds rather than by what a request says: posthog-js calls a
gzipped body `text/plain` so that browsers need not ask first, and older libraries send `data=` in a form.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Final
from urllib.parse import parse_qs

from ..errors import ApiError, api_error
from .exchange import Exchange, json_complaint

CAPTURE_PREFIXES: Final = ("/batch", "/capture", "/e/", "/i/", "/flags", "/decide", "/array/")
CAPTURE_PATHS: Final = frozenset(("/batch", "/capture", "/e", "/i/v0/e", "/flags", "/decide"))
# PostHog's documentation: a request body must be less than 20 MB
LARGEST: Final = 20 * 1024 * 1024
GZIP: Final = b"\x1f\x8b"
JSON_TYPE: Final = "application/json"


def is_capture(exchange: Exchange) -> bool:
    """Whether a request goes to PostHog's capture service."""
    return exchange.method == "POST" and exchange.path in CAPTURE_PATHS


def decode_capture(exchange: Exchange) -> None:
    """Put plain JSON in the place of what was sent; what is wrong with it is told where the body is read."""
    headers = {name: value for name, value in exchange.headers.items() if name != "content-encoding"}
    exchange.headers = {**headers, "content-type": JSON_TYPE} if exchange.body else headers
    try:
        exchange.body = plain_json(exchange.body, exchange.query.get("compression", ""))
    except ApiError as error:
        exchange.refuse_body(error)


def plain_json(body: bytes, compression: str = "") -> bytes:
    """The JSON in a body; raises `capture_undecodable`, `capture_unparsable` and `capture_too_large`."""
    body = _unzipped(body)
    if body[:5] == b"data=" or b"&data=" in body[:200]:
        body, compression = _form(body, compression)
    if compression.startswith("base64") or body[:1] not in (b"{", b"[", b"", b" ", b"\n", b"\r", b"\t"):
        body = _unzipped(_from_base64(body))
    complaint = json_complaint(body) if body.strip() else None
    if complaint is not None:
        raise api_error("capture_unparsable", reason=complaint)
    return body


def _form(body: bytes, compression: str) -> tuple[bytes, str]:
    """The `data` of a form, and how it is compressed."""
    fields = parse_qs(body.decode("latin-1"), keep_blank_values=True)
    # a plus sign that base64 has and a form did not escape has been read as a space
    data = fields.get("data", [""])[0]
    data = data if data.lstrip()[:1] in ("{", "[") else data.replace(" ", "+")
    return data.encode("latin-1"), fields.get("compression", [compression])[0]


def _from_base64(body: bytes) -> bytes:
    compact = b"".join(body.split())
    try:
        return base64.b64decode(compact + b"=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise api_error("capture_undecodable", reason=str(error)) from None


def _unzipped(body: bytes) -> bytes:
    """A gzipped body unzipped, no further than PostHog's limit; any other as it is."""
    if not body.startswith(GZIP):
        if len(body) > LARGEST:
            raise api_error("capture_too_large", size=len(body))
        return body
    decompressor = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        found = decompressor.decompress(body, LARGEST + 1)
    except zlib.error as error:
        raise api_error("capture_undecodable", reason=f"invalid GZIP data: {error}") from None
    if len(found) > LARGEST:
        raise api_error("capture_too_large", size=len(found))
    if not decompressor.eof:
        raise api_error("capture_undecodable", reason="invalid GZIP data: it ends too early")
    return found
