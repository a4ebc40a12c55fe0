"""Bodies as they were recorded: chunked, compressed, in some encoding; or as the JSON that they are."""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Callable
from typing import Any, Final

import orjson

from ..http.exchange import json_complaint
from ..store import JSON
from .exchange import Headers

LARGEST: Final = 64 * 1024 * 1024
GZIP: Final = b"\x1f\x8b"
ZSTANDARD: Final = b"\x28\xb5\x2f\xfd"


class Unreadable(Exception):
    """A body that cannot be read as what it says it is; the text says why."""


def plain(body: bytes, headers: Headers) -> bytes:
    """A body without chunks and compression, where it still has them; raises Unreadable.

    Most recorders store bodies decoded beside the headers of the wire, so a body is unpacked only where
    its bytes look packed.
    """
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = dechunked(body)
    for coding in reversed([name.strip() for name in headers.get("content-encoding", "").lower().split(",")]):
        body = _decoded(body, coding)
    return body


def dechunked(body: bytes) -> bytes:
    """The data of chunks (RFC 9112, 7.1), or the body itself where it is not written in chunks."""
    found: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\r\n", at, at + 64)
        if end < 0:
            return body
        size_text = body[at:end].split(b";")[0].strip()
        try:
            size = int(size_text, 16) if size_text.isalnum() else -1
        except ValueError:
            return body
        if size < 0:
            return body
        if size == 0:
            return b"".join(found)
        start = end + 2
        if body[start + size : start + size + 2] != b"\r\n":
            return body
        found.append(body[start : start + size])
        at = start + size + 2


def _decoded(body: bytes, coding: str) -> bytes:
    if coding in ("gzip", "x-gzip") and body.startswith(GZIP):
        return _inflated(body, zlib.MAX_WBITS | 16, coding)
    if coding == "deflate" and body[:1] == b"\x78":
        return _inflated(body, zlib.MAX_WBITS, coding)
    if coding == "zstd" and body.startswith(ZSTANDARD):
        return _unpacked(body, coding, "zstandard", _zstandard)
    if coding == "br" and not _is_text(body):
        return _unpacked(body, coding, "brotli", _brotli)
    return body


def _inflated(body: bytes, window: int, coding: str) -> bytes:
    decompressor = zlib.decompressobj(window)
    try:
        found = decompressor.decompress(body, LARGEST + 1)
    except zlib.error as error:
        raise Unreadable(f"{coding} that cannot be unpacked ({error})") from None
    if len(found) > LARGEST:
        raise Unreadable(f"{coding} of more than {LARGEST // 1_048_576} MiB")
    if not decompressor.eof:
        raise Unreadable(f"{coding} that ends too early")
    return found


def _unpacked(body: bytes, coding: str, package: str, unpack: Callable[[Any, bytes], bytes]) -> bytes:
    """A body unpacked by an optional package; raises Unreadable where that is not installed."""
    try:
        module = importlib.import_module(package)
    except ImportError:
        raise Unreadable(f"{coding}, which needs the package {package}") from None
    try:
        found = unpack(module, body)
    except Exception as error:
        raise Unreadable(f"{coding} that cannot be unpacked ({error})") from None
    if len(found) > LARGEST:
        raise Unreadable(f"{coding} of more than {LARGEST // 1_048_576} MiB")
    return found


def _zstandard(module: Any, body: bytes) -> bytes:
    return bytes(module.ZstdDecompressor().stream_reader(body).read(LARGEST + 1))


def _brotli(module: Any, body: bytes) -> bytes:
    return bytes(module.decompress(body))


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def media_type_of(content_type: str) -> str:
    """The media type in a content type, in lower case."""
    return content_type.split(";", maxsplit=1)[0].strip().lower()


def is_json_type(media_type: str) -> bool:
    """Whether a media type is JSON (RFC 6839, 3.1)."""
    return media_type == "application/json" or media_type.endswith("+json")


def parsed(body: bytes) -> JSON:
    """The JSON in a body; raises Unreadable with what is wrong with it."""
    try:
        found: JSON = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"text that is no JSON ({json_complaint(body) or error})") from None
    return found


def text_of(body: bytes, content_type: str) -> str:
    """A text in the charset of its content type, UTF-8 without one; raises Unreadable."""
    charset = "utf-8"
    for part in content_type.split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"')
    try:
        return body.decode(charset)
    except (UnicodeDecodeError, LookupError):
        raise Unreadable(f"bytes that are not {charset}") from None
