"""A small Parquet writer: the quickest way from Python lists into DuckDB without another dependency.

Text is written as dictionary pages. A bit-packed run of 8, 16 or 32 bit codes is by definition their plain
little-endian bytes, so a column of codes is copied and never looped over. Format: Apache Parquet 2.x, data
pages version 1, uncompressed, every column REQUIRED; None travels as `NULL_TEXT`.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

NULL_TEXT = "\x00null"
ROW_GROUP_ROWS = 122_880  # DuckDB's own: one group is one task for one core
SMALL_DICTIONARY = 4096

INT32, INT64, BYTE_ARRAY = 1, 2, 6
PLAIN, RLE, RLE_DICTIONARY = 0, 3, 8
DATA_PAGE, DICTIONARY_PAGE = 0, 2
T_I32, T_I64, T_BINARY, T_LIST, T_STRUCT = 5, 6, 8, 9, 12
UTF8 = 0


@dataclass(frozen=True, slots=True)
class TextColumn:
    """Row `i` holds `values[codes[i]]`."""

    values: Sequence[str | None]
    codes: array[int]


ParquetColumn: TypeAlias = "TextColumn | array[int]"
Field: TypeAlias = "tuple[int, int, int | bytes | tuple[int, Sequence[int | bytes]]]"


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def _zigzag(number: int) -> bytes:
    return _varint(number << 1)


def _struct(fields: Sequence[Field]) -> bytes:
    """A struct in Thrift's compact protocol from `(field id, type, value)`, ids ascending and at most 15
    apart.
    """
    out = bytearray()
    last = 0
    for identifier, kind, value in fields:
        out.append((identifier - last) << 4 | kind)
        last = identifier
        if isinstance(value, int):
            out += _zigzag(value)
        elif isinstance(value, bytes):
            out += _varint(len(value)) + value if kind == T_BINARY else value
        else:
            item_kind, items = value
            size = len(items)
            out += bytes([size << 4 | item_kind]) if size < 15 else bytes([0xF0 | item_kind]) + _varint(size)
            for item in items:
                if isinstance(item, int):
                    out += _zigzag(item)
                else:
                    out += _varint(len(item)) + item if item_kind == T_BINARY else item
    out.append(0)
    return bytes(out)


def _page(kind: int, rows: int, body: bytes, encoding: int) -> bytes:
    if kind == DICTIONARY_PAGE:
        detail: Field = (7, T_STRUCT, _struct([(1, T_I32, rows), (2, T_I32, PLAIN)]))
    else:
        levels: list[Field] = [(1, T_I32, rows), (2, T_I32, encoding), (3, T_I32, RLE), (4, T_I32, RLE)]
        detail = (5, T_STRUCT, _struct(levels))
    return _struct([(1, T_I32, kind), (2, T_I32, len(body)), (3, T_I32, len(body)), detail]) + body


def _dictionary_body(values: Sequence[str | None]) -> bytes:
    encoded = [(NULL_TEXT if value is None else value).encode("utf-8", "replace") for value in values]
    return b"".join([len(text).to_bytes(4, "little") + text for text in encoded])


def _codes_body(codes: array[int], size: int) -> bytes:
    typecode, width = ("B", 8) if size <= 256 else ("H", 16) if size <= 65_536 else ("I", 32)
    packed = codes if codes.typecode == typecode else array(typecode, codes)
    padding = -len(packed) % 8
    if padding:
        packed = packed + array(typecode, [0] * padding)
    return bytes([width]) + _varint(len(packed) // 8 << 1 | 1) + _little_endian(packed)


def _little_endian(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()


class _Writer:
    """Writes one file from start to end, remembering where each piece went."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def group(self, columns: Mapping[str, ParquetColumn], start: int, stop: int) -> bytes:
        """Write rows `start` to `stop` and give the row group's metadata."""
        begin = self.file.tell()
        chunks = [self._chunk(name, column, start, stop) for name, column in columns.items()]
        size = self.file.tell() - begin
        return _struct([(1, T_LIST, (T_STRUCT, chunks)), (2, T_I64, size), (3, T_I64, stop - start)])

    def _chunk(self, name: str, column: ParquetColumn, start: int, stop: int) -> bytes:
        rows = stop - start
        begin = self.file.tell()
        if isinstance(column, TextColumn):
            values, codes = _local(column, start, stop)
            self.file.write(_page(DICTIONARY_PAGE, len(values), _dictionary_body(values), PLAIN))
            data_offset = self.file.tell()
            self.file.write(_page(DATA_PAGE, rows, _codes_body(codes, len(values)), RLE_DICTIONARY))
            physical, encodings = BYTE_ARRAY, [PLAIN, RLE_DICTIONARY]
        else:
            data_offset = begin
            self.file.write(_page(DATA_PAGE, rows, _little_endian(column[start:stop]), PLAIN))
            physical, encodings = _physical(column), [PLAIN]
        size = self.file.tell() - begin
        meta: list[Field] = [
            (1, T_I32, physical),
            (2, T_LIST, (T_I32, encodings)),
            (3, T_LIST, (T_BINARY, [name.encode()])),
            (4, T_I32, 0),
            (5, T_I64, rows),
            (6, T_I64, size),
            (7, T_I64, size),
            (9, T_I64, data_offset),
        ]
        if physical == BYTE_ARRAY:
            meta.append((11, T_I64, begin))
        return _struct([(2, T_I64, begin), (3, T_STRUCT, _struct(meta))])


def _physical(column: ParquetColumn) -> int:
    if isinstance(column, TextColumn):
        return BYTE_ARRAY
    return INT64 if column.typecode == "q" else INT32


def _local(column: TextColumn, start: int, stop: int) -> tuple[Sequence[str | None], array[int]]:
    """The codes of some rows with no more dictionary than they need."""
    codes = column.codes[start:stop]
    if len(column.values) <= SMALL_DICTIONARY or (start == 0 and stop == len(column.codes)):
        return column.values, codes
    used = dict.fromkeys(codes, 0)
    for place, code in enumerate(used):
        used[code] = place
    values = [column.values[code] for code in used]
    return values, array("I", map(used.__getitem__, codes))


def _schema(columns: Mapping[str, ParquetColumn]) -> list[bytes]:
    elements = [_struct([(4, T_BINARY, b"schema"), (5, T_I32, len(columns))])]
    for name, column in columns.items():
        physical = _physical(column)
        fields: list[Field] = [(1, T_I32, physical), (3, T_I32, 0), (4, T_BINARY, name.encode())]
        if physical == BYTE_ARRAY:
            fields.append((6, T_I32, UTF8))
        elements.append(_struct(fields))
    return elements


def write_parquet(path: Path, columns: Mapping[str, ParquetColumn], rows: int) -> None:
    """Write `rows` rows; integer columns are `array("q")` (INT64) or `array("i")` (INT32)."""
    with path.open("wb") as file:
        file.write(b"PAR1")
        writer = _Writer(file)
        groups = [
            writer.group(columns, start, min(rows, start + ROW_GROUP_ROWS))
            for start in range(0, rows, ROW_GROUP_ROWS)
        ]
        footer = _struct(
            [
                (1, T_I32, 1),
                (2, T_LIST, (T_STRUCT, _schema(columns))),
                (3, T_I64, rows),
                (4, T_LIST, (T_STRUCT, groups)),
            ]
        )
        file.write(footer + len(footer).to_bytes(4, "little") + b"PAR1")
