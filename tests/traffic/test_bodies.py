"""Bodies as recorders leave them: in chunks, compressed, in some charset."""

from __future__ import annotations

import gzip
import sys
import zlib
from types import SimpleNamespace

import pytest

from mockserver.traffic import bodies
from mockserver.traffic.bodies import Unreadable, dechunked, parsed, plain, text_of


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"5\r\nhello\r\n0\r\n\r\n", b"hello"),
        (b"5;name=x\r\nhello\r\n3\r\n, w\r\n0\r\n\r\n", b"hello, w"),
        (b'{"a": 1}', b'{"a": 1}'),
        (b"5\r\nhel", b"5\r\nhel"),
        (b"zz\r\nhello", b"zz\r\nhello"),
        (b"-1\r\nhello", b"-1\r\nhello"),
        (b"", b""),
    ],
)
def test_chunks_are_joined_and_what_is_not_in_chunks_is_left(body: bytes, expected: bytes) -> None:
    assert dechunked(body) == expected


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (gzip.compress(b"text"), "gzip"),
        (gzip.compress(b"text"), "x-gzip"),
        (zlib.compress(b"text"), "deflate"),
        (gzip.compress(zlib.compress(b"text")), "deflate, gzip"),
        (b"text", "gzip"),
        (b"text", "br"),
        (b"text", ""),
        (b"text", "unheard-of"),
    ],
)
def test_what_is_packed_is_unpacked_and_what_only_says_so_is_left(body: bytes, coding: str) -> None:
    assert plain(body, {"content-encoding": coding}) == b"text"


@pytest.mark.parametrize(
    ("coding", "package", "module"),
    [
        ("br", "brotli", SimpleNamespace(decompress=lambda body: body[1:])),
        (
            "zstd",
            "zstandard",
            SimpleNamespace(
                ZstdDecompressor=lambda: SimpleNamespace(
                    stream_reader=lambda body: SimpleNamespace(read=lambda size: body[4:][:size])
                )
            ),
        ),
    ],
)
def test_other_codings_are_unpacked_where_their_package_is_installed(
    monkeypatch: pytest.MonkeyPatch, coding: str, package: str, module: object
) -> None:
    head = b"\xff" if coding == "br" else b"\x28\xb5\x2f\xfd"
    monkeypatch.setitem(sys.modules, package, None)  # type: ignore[arg-type]
    with pytest.raises(Unreadable, match=f"needs the package {package}"):
        plain(head + b"text", {"content-encoding": coding})
    monkeypatch.setitem(sys.modules, package, module)  # type: ignore[arg-type]
    assert plain(head + b"text", {"content-encoding": coding}) == b"text"
    monkeypatch.setattr(bodies, "LARGEST", 2)
    with pytest.raises(Unreadable, match="of more than"):
        plain(head + b"text", {"content-encoding": coding})


def test_what_cannot_be_unpacked_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress(b"text" * 100)
    with pytest.raises(Unreadable, match="cannot be unpacked"):
        plain(packed[:12] + b"\xff\xff" + packed[14:], {"content-encoding": "gzip"})
    with pytest.raises(Unreadable, match="ends too early"):
        plain(packed[:-9], {"content-encoding": "gzip"})
    monkeypatch.setitem(sys.modules, "brotli", SimpleNamespace(decompress=lambda _: 1 / 0))  # type: ignore[arg-type]
    with pytest.raises(Unreadable, match="division"):
        plain(b"\xff", {"content-encoding": "br"})
    monkeypatch.setattr(bodies, "LARGEST", 10)
    with pytest.raises(Unreadable, match="of more than"):
        plain(packed, {"content-encoding": "gzip"})


def test_json_and_text_say_what_is_wrong_with_them() -> None:
    assert parsed(b"[1]") == [1]
    with pytest.raises(Unreadable, match="no JSON"):
        parsed(b"{")
    with pytest.raises(Unreadable, match="no JSON"):
        parsed(b"NaN")
    assert text_of("é".encode("latin-1"), 'text/plain; charset="latin-1"') == "é"
    for content_type in ("text/plain", "text/plain; charset=none-such"):
        with pytest.raises(Unreadable, match="bytes that are not"):
            text_of(b"\xff", content_type)
