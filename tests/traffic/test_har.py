"""HAR files as recorders write them: whole ones are read entry by entry, broken ones say where."""

from __future__ import annotations

import base64
import gzip
import json
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest

from contract_tests.errors import Misuse
from contract_tests.traffic.har import read_har
from mockserver.traffic import Exchange, TrafficChecker
from mockserver.traffic.addresses import Place
from tests.traffic.calls import as_har, har_entry
from tests.traffic.conftest import Command


def written(folder: Path, *entries: Any) -> Path:
    path = folder / "some.har"
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    return path


def one(folder: Path, entry: Any) -> Exchange:
    (exchange,) = read_har(written(folder, entry))
    return exchange


def test_what_was_recorded_is_read_again(calls: dict[str, Exchange], tmp_path: Path) -> None:
    path = tmp_path / "all.har"
    path.write_text(as_har(list(calls.values())))
    read = list(read_har(path))
    assert [exchange.request.url for exchange in read] == [one.request.url for one in calls.values()]
    assert [exchange.response for exchange in read] == [one.response for one in calls.values()]
    bodies = [exchange.request.body for exchange in read]
    assert bodies == [one.request.body for one in calls.values()]


def test_a_gzipped_file_and_one_with_a_byte_order_mark_are_read(
    calls: dict[str, Exchange], tmp_path: Path
) -> None:
    text = as_har([calls["list"]]).encode()
    packed, marked = tmp_path / "a.har.gz", tmp_path / "b.har"
    packed.write_bytes(gzip.compress(text))
    marked.write_bytes(b"\xef\xbb\xbf" + text)
    assert len(list(read_har(packed))) == len(list(read_har(marked))) == 1


@pytest.mark.parametrize(
    ("pack", "coding"),
    [(gzip.compress, "gzip"), (zlib.compress, "deflate"), (gzip.compress, "identity, gzip")],
)
def test_bodies_in_base64_and_compressed_are_unpacked(
    calls: dict[str, Exchange], tmp_path: Path, pack: Any, coding: str
) -> None:
    entry: Any = har_entry(calls["list"])
    body = calls["list"].response.body  # type: ignore[union-attr]
    entry["response"]["headers"].append({"name": "Content-Encoding", "value": coding})
    packed = base64.b64encode(pack(body)).decode()
    entry["response"]["content"] |= {"text": packed, "encoding": "base64", "size": 0}
    assert TrafficChecker.load().check(one(tmp_path, entry)) == []


def test_a_compressed_body_that_is_cut_cannot_be_read(calls: dict[str, Exchange], tmp_path: Path) -> None:
    entry: Any = har_entry(calls["list"])
    packed = gzip.compress(calls["list"].response.body)[:-20]  # type: ignore[union-attr, arg-type]
    entry["response"]["headers"].append({"name": "Content-Encoding", "value": "gzip"})
    text = base64.b64encode(packed).decode()
    entry["response"]["content"] |= {"text": text, "encoding": "base64", "size": 0}
    (violation,) = TrafficChecker.load().check(one(tmp_path, entry))
    assert violation.kind.name == "response_body.unreadable"
    assert "ends too early" in violation.seen


def test_chunks_that_a_recorder_left_in_are_put_together(calls: dict[str, Exchange], tmp_path: Path) -> None:
    entry: Any = har_entry(calls["list"])
    body = calls["list"].response.body or b""  # type: ignore[union-attr]
    middle = len(body) // 2
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:middle], body[middle:], b""))
    entry["response"]["headers"].append({"name": "Transfer-Encoding", "value": "chunked"})
    entry["response"]["content"] |= {"text": chunks.decode(), "size": 0}
    assert TrafficChecker.load().check(one(tmp_path, entry)) == []
    entry["response"]["content"]["text"] = body.decode()
    assert TrafficChecker.load().check(one(tmp_path, entry)) == []


def test_a_body_that_the_recorder_left_out_or_cut_is_unknown(
    calls: dict[str, Exchange], tmp_path: Path
) -> None:
    entry: Any = har_entry(calls["list"])
    del entry["response"]["content"]["text"]
    assert one(tmp_path, entry).response.body is None  # type: ignore[union-attr]
    entry["response"]["content"]["text"] = '{"count": 3, "resu'
    assert one(tmp_path, entry).response.body is None  # type: ignore[union-attr]
    assert TrafficChecker.load().check(one(tmp_path, entry)) == []


def test_a_form_whose_text_is_missing_is_put_together_from_its_fields(
    calls: dict[str, Exchange], tmp_path: Path
) -> None:
    entry: Any = har_entry(calls["shared"])
    form = "application/x-www-form-urlencoded"
    entry["request"] |= {"method": "POST", "url": "http://localhost/shared/abc"}
    entry["request"]["postData"] = {"mimeType": form, "params": [{"name": "password", "value": "a b"}]}
    read = one(tmp_path, entry)
    assert read.request.body == b"password=a+b"
    assert read.request.headers["content-type"] == form


def test_websockets_and_calls_without_an_answer_are_counted_and_not_judged(
    calls: dict[str, Exchange], tmp_path: Path
) -> None:
    socket: Any = har_entry(calls["list"])
    socket["_resourceType"] = "websocket"
    socket["_webSocketMessages"] = [{"type": "send", "time": 1, "opcode": 1, "data": "hello"}]
    socket["response"]["status"] = 101
    aborted: Any = har_entry(calls["list"])
    aborted["response"] = {"status": 0, "headers": [], "content": {}}
    first, second = read_har(written(tmp_path, socket, aborted))
    checker = TrafficChecker.load()
    assert checker.judge(first).place is Place.WEBSOCKET
    assert second.response is None
    assert checker.check(second) == []


BROKEN: dict[str, tuple[bytes, str]] = {
    "no JSON": (b"<html>", "is no JSON after 0 entries"),
    "no HAR": (b'{"log": {}}', "has no list at log.entries"),
    "a list": (b"[]", "has no list at log.entries"),
    "an archive": (b"PK\x03\x04rest", "is a ZIP archive"),
    "empty": (b"", "is cut off after 0 whole entries"),
    "no entry": (b'{"log": {"entries": [{"request": {"method": "GET"}}]}}', "entry 1 is no HAR entry: 'url'"),
    "a number": (b'{"log": {"entries": [7]}}', "entry 1 is no HAR entry"),
    "no base64": (
        b'{"log": {"entries": [{"request": {"method": "GET", "url": "/"}, "response": {"status": 200,'
        b' "content": {"text": "?", "encoding": "base64"}}}]}}',
        "entry 1 is no HAR entry",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_har_file_says_why(name: str, tmp_path: Path) -> None:
    content, reason = BROKEN[name]
    path = tmp_path / "broken.har"
    path.write_bytes(content)
    with pytest.raises(Misuse, match=r"broken\.har") as raised:
        list(read_har(path))
    assert reason in str(raised.value)


def test_a_file_that_is_missing_or_a_folder_says_so(tmp_path: Path) -> None:
    for path in (tmp_path / "none.har", tmp_path):
        with pytest.raises(Misuse, match="cannot read"):
            list(read_har(path))


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_that_is_cut_off_leaves_no_report_behind(
    calls: dict[str, Exchange], tmp_path: Path, contract_tests: Command, packed: bool
) -> None:
    text = as_har([calls["list"], calls["create"]]).encode()
    har, report = tmp_path / "cut.har", tmp_path / "report.html"
    har.write_bytes(gzip.compress(text)[:-400] if packed else text[:-300])
    ran = contract_tests("traffic", har, "--html", report)
    assert (ran.status, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1
    assert "is cut off after" in ran.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut.har"]


GROWTH = """
import resource, sys
from pathlib import Path
from contract_tests.traffic.har import read_har
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
list(read_har(Path(sys.argv[1])))
before = peak()
number = sum(1 for _ in read_har(Path(sys.argv[2])))
print(number, peak() - before)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no getrusage")
def test_memory_does_not_grow_with_the_file(calls: dict[str, Exchange], tmp_path: Path) -> None:
    small, large = tmp_path / "small.har", tmp_path / "large.har"
    small.write_text(as_har([calls["list"]]))
    head, entry, tail = '{"log": {"entries": [', json.dumps(har_entry(calls["list"])), "]}}"
    number = 48 * 1_048_576 // len(entry)
    with large.open("w") as file:
        file.write(head + entry)
        for _ in range(number - 1):
            file.write("," + entry)
        file.write(tail)
    ran = subprocess.run(
        [sys.executable, "-c", GROWTH, small, large], capture_output=True, text=True, check=True
    )
    read, kilobytes = ran.stdout.split()
    assert int(read) == number
    assert int(kilobytes) < 8 * 1024
