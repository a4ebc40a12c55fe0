"""HAR files (HTTP Archive 1.2), read entry by entry, so that a file may be larger than memory.

Written as the W3C draft has it and as Chrome, Firefox, Safari, Playwright, mitmproxy and Charles write it:
bodies are decoded already and may be in base64, and what a recorder left out is simply missing.
"""

from __future__ import annotations

import base64
import binascii
import gzip
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final, cast
from urllib.parse import urlencode

from mockserver.traffic import Exchange, Request, Response
from mockserver.traffic.exchange import lower_headers

from ..errors import Misuse

ENTRIES: Final = "log.entries"
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
GZIP: Final = b"\x1f\x8b"
ZIP: Final = b"PK\x03\x04"


def read_har(path: Path) -> Iterator[Exchange]:
    """The calls of a file, in its order; raises Misuse, possibly after some, where it cannot be read."""
    import ijson

    number = 0
    try:
        with _opened(path) as file:
            for number, entry in enumerate(ijson.items(file, f"{ENTRIES}.item", use_float=True), 1):
                yield _exchange(path, number, entry)
    except (ijson.JSONError, UnicodeDecodeError) as error:
        said = _one_line(error)
        # the parser calls everything incomplete; only its words tell a cut file from one that is broken
        is_cut = "premature EOF" in said or "Incomplete" in said
        what = f"is cut off after {number} whole entries" if is_cut else f"is no JSON after {number} entries"
        raise Misuse(f"{path} {what}: {said}") from None
    except EOFError:
        raise Misuse(f"{path} is cut off after {number} whole entries: the gzip stream ends early") from None
    except OSError as error:
        raise Misuse(f"cannot read {path}: {error.strerror or error}") from None
    if number == 0 and not _has_entries(path):
        raise Misuse(f"{path} is no HAR file: it has no list at log.entries")


def _opened(path: Path) -> IO[bytes]:
    file = path.open("rb")
    start = file.read(4)
    if start == ZIP:
        file.close()
        raise Misuse(f"{path} is a ZIP archive; unpack it and give the .har file that is inside")
    if start.startswith(GZIP):
        file.seek(0)
        return cast("IO[bytes]", gzip.open(file))
    file.seek(len(BYTE_ORDER_MARK) if start.startswith(BYTE_ORDER_MARK) else 0)
    return file


def _has_entries(path: Path) -> bool:
    import ijson

    with _opened(path) as file:
        return any(prefix == ENTRIES and event == "start_array" for prefix, event, _ in ijson.parse(file))


def _one_line(error: Exception) -> str:
    text = error.args[0] if error.args else ""
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return " ".join(text.split())[:120]


def _exchange(path: Path, number: int, entry: Any) -> Exchange:
    try:
        request, response = entry["request"], entry.get("response") or {}
        return Exchange(
            _request(request, entry.get("_resourceType")), _response(response), _seconds(entry.get("time"))
        )
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise Misuse(f"{path}: entry {number} is no HAR entry: {reason}") from None


def _seconds(time: Any) -> float | None:
    """HAR counts milliseconds; -1 stands for unknown."""
    return time / 1000 if isinstance(time, int | float) and time >= 0 else None


def _request(node: Mapping[str, Any], resource: Any) -> Request:
    headers = _headers(node)
    url = str(node["url"])
    if resource == "websocket" or "websocket" in headers.get("upgrade", "").lower():
        # recorders name the address that the handshake went to, or that of the socket
        url = "ws" + url.removeprefix("http") if url.startswith("http") else url
    return Request(str(node["method"]), url, headers, _sent(node, headers))


def _sent(node: Mapping[str, Any], headers: dict[str, str]) -> bytes | None:
    posted = node.get("postData")
    if not posted:
        return b"" if node.get("bodySize", -1) == 0 or _never_has_a_body(node, headers) else None
    headers.setdefault("content-type", str(posted.get("mimeType", "")))
    text = posted.get("text")
    if text is not None:
        # `encoding` is no part of HAR's postData, and some recorders write it all the same
        return _bytes(text, posted.get("encoding"))
    fields = [(one["name"], one.get("value", "")) for one in posted.get("params") or ()]
    return urlencode(fields).encode() if fields else None


def _never_has_a_body(node: Mapping[str, Any], headers: Mapping[str, str]) -> bool:
    is_bare = node["method"].upper() in ("GET", "HEAD", "DELETE", "OPTIONS")
    return is_bare and headers.get("content-length", "0") == "0"


def _response(node: Mapping[str, Any]) -> Response | None:
    status = node.get("status", 0)
    if not isinstance(status, int) or status < 100:
        return None
    headers = _headers(node)
    content = node.get("content") or {}
    if not headers and content.get("mimeType"):
        headers["content-type"] = str(content["mimeType"])
    return Response(status, headers, _received(content, status))


def _received(content: Mapping[str, Any], status: int) -> bytes | None:
    """The body; None for one that the recorder left out or cut."""
    text, size = content.get("text"), content.get("size", -1)
    if text is None:
        return b"" if size == 0 or status in (204, 304) else None
    body = _bytes(text, content.get("encoding"))
    return None if isinstance(size, int) and len(body) < size else body


def _bytes(text: Any, encoding: Any) -> bytes:
    if not isinstance(text, str):
        raise TypeError("a body's text must be a string")
    if encoding == "base64":
        return base64.b64decode(text, validate=True)
    return text.encode("utf-8", "surrogatepass")


def _headers(node: Mapping[str, Any]) -> dict[str, str]:
    return lower_headers((str(one["name"]), str(one["value"])) for one in node.get("headers") or ())
