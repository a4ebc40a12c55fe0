"""HogQL's functions as the event store's database has them: one row a function and number of arguments.

In a template `_1`, `_2`... stand for the arguments as they are; `_n1` for the first as a number, `_w1` as
one that is exactly whole, `_t1` as text, `_d1` as a moment, `_b1` as a truth value. The type is ClickHouse's;
`=1` is that of the first argument, `[1]` that of its items, `[]1` an array of it. A `!` after the type means
the result is never null.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Row = tuple[str, str]

# Whether the second argument, a pattern, has a group that takes what it matches.
GROUP = (
    r"CASE WHEN regexp_matches(regexp_replace(_t2, '\\.|\[[^\]]*\]', '', 'g'), '\((?:[^?]|\?P?<)') "
    "THEN 1 ELSE 0 END"
)
# ClickHouse counts places in bytes, DuckDB in letters.
FOUND = "CASE strpos({0}, {1}) WHEN 0 THEN 0 ELSE strlen(left(_t1, strpos({0}, {1}) - 1)) + 1 END"
LETTERS, CAPITALS = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DOMAIN = (
    r"regexp_extract(_t1, '^(?:(?:[a-zA-Z][a-zA-Z0-9+.\-]*:)?//)?"
    r"([^@:/?#\s.]+(?:\.[^@:/?#\s.]+)+)(?:[:/?#]|$)', 1)"
)

INDEX_ERROR = "SQL indexes start from one, not from zero. E.g: array[1]"

LOGIC: Mapping[str, Row] = MappingProxyType(
    {
        "if/3": ("CASE WHEN _b1 THEN _2 ELSE _3 END", "=2"),
        "ifNull/2": ("coalesce(_1, _2)", "=2"),
        "nullIf/2": ("nullif(_1, _2)", "=1"),
        "isNull/1": ("_1 IS NULL", "UInt8!"),
        "isNotNull/1": ("_1 IS NOT NULL", "UInt8!"),
        "isZeroOrNull/1": ("coalesce(_n1, 0) = 0", "UInt8!"),
        "assumeNotNull/1": ("_1", "=1!"),
        "toNullable/1": ("_1", "=1"),
        "not/1": ("NOT _b1", "UInt8"),
        "xor/2": ("(_b1) <> (_b2)", "UInt8"),
        "empty/1": ("len(_1) = 0", "UInt8"),
        "notEmpty/1": ("len(_1) > 0", "UInt8"),
        "throwIf/1": (
            "CASE WHEN _b1 THEN error('Value passed to throwIf function is non-zero') ELSE 0 END",
            "UInt8",
        ),
    }
)

CASTS: Mapping[str, Row] = MappingProxyType(
    {
        "toString/1": ("_t1", "String"),
        "toInt/1": ("_w1", "Int64"),
        "toInt32/1": ("TRY_CAST(trunc(_n1) AS BIGINT)", "Int64"),
        "toInt64/1": ("TRY_CAST(trunc(_n1) AS BIGINT)", "Int64"),
        "toIntOrZero/1": ("coalesce(_w1, 0)", "Int64!"),
        "toUInt64/1": ("TRY_CAST(trunc(_n1) AS BIGINT)", "UInt64"),
        "toFloat/1": ("_n1", "Float64"),
        "toFloat64/1": ("_n1", "Float64"),
        "toFloatOrZero/1": ("coalesce(_n1, 0)", "Float64!"),
        "toFloatOrDefault/2": ("coalesce(_n1, _n2)", "Float64!"),
        "toDecimal/2": ("round(_n1, CAST(_n2 AS INT))", "Float64"),
        "toBool/1": ("TRY_CAST(_t1 AS BOOLEAN)", "Bool"),
        "toUInt8/1": ("TRY_CAST(_n1 AS BIGINT)", "Int64"),
        "toUUID/1": ("TRY_CAST(_t1 AS UUID)", "UUID"),
        "toUUIDOrNull/1": ("TRY_CAST(_t1 AS UUID)", "UUID"),
        "toDate/1": ("TRY_CAST(_d1 AS DATE)", "Date"),
        "toDateTime/2": ("_d1", "DateTime"),
        "toDateTime64/1": ("_d1", "DateTime64(6)"),
        "toDateTime64/2": ("_d1", "DateTime64(6)"),
        "toDateTime64/3": ("_d1", "DateTime64(6)"),
        "parseDateTime/2": ("try_strptime(_t1, _t2)", "DateTime"),
        "parseDateTimeBestEffort/1": ("_d1", "DateTime"),
        "parseDateTimeBestEffortOrNull/1": ("_d1", "DateTime"),
        "parseDateTime64BestEffort/1": ("_d1", "DateTime64(6)"),
        "parseDateTime64BestEffortOrNull/1": ("_d1", "DateTime64(6)"),
        "toJSONString/1": ("CAST(to_json(_1) AS VARCHAR)", "String!"),
    }
)

ARITHMETIC: Mapping[str, Row] = MappingProxyType(
    {
        "plus/2": ("_n1 + _n2", "=1"),
        "minus/2": ("_n1 - _n2", "=1"),
        "multiply/2": ("_n1 * _n2", "=1"),
        "divide/2": ("_n1 / _n2", "Float64"),
        "intDiv/2": ("CAST(trunc(_n1 / _n2) AS BIGINT)", "Int64"),
        "intDivOrZero/2": ("CASE WHEN _n2 = 0 THEN 0 ELSE CAST(trunc(_n1 / _n2) AS BIGINT) END", "Int64"),
        "modulo/2": ("_n1 % _n2", "=1"),
        "negate/1": ("-(_n1)", "=1"),
        "abs/1": ("abs(_n1)", "=1"),
        "sign/1": ("sign(_n1)", "Int64"),
        "exp/1": ("exp(_n1)", "Float64"),
        "log/1": ("ln(_n1)", "Float64"),
        "ln/1": ("ln(_n1)", "Float64"),
        "log2/1": ("log2(_n1)", "Float64"),
        "log10/1": ("log10(_n1)", "Float64"),
        "sqrt/1": ("sqrt(_n1)", "Float64"),
        "cbrt/1": ("cbrt(_n1)", "Float64"),
        "pow/2": ("pow(_n1, _n2)", "Float64"),
        "power/2": ("pow(_n1, _n2)", "Float64"),
        "sin/1": ("sin(_n1)", "Float64"),
        "cos/1": ("cos(_n1)", "Float64"),
        "tan/1": ("tan(_n1)", "Float64"),
        "asin/1": ("asin(_n1)", "Float64"),
        "acos/1": ("acos(_n1)", "Float64"),
        "atan/1": ("atan(_n1)", "Float64"),
        "pi/0": ("pi()", "Float64!"),
        "e/0": ("exp(1)", "Float64!"),
        "floor/1": ("floor(_n1)", "=1"),
        "ceil/1": ("ceil(_n1)", "=1"),
        "ceiling/1": ("ceil(_n1)", "=1"),
        "trunc/1": ("trunc(_n1)", "=1"),
        "round/1": ("round_even(_n1, 0)", "=1"),
        "round/2": ("round_even(_n1, CAST(_n2 AS INT))", "=1"),
        "floor/2": ("floor(_n1 * pow(10, _n2)) / pow(10, _n2)", "Float64"),
        "ceil/2": ("ceil(_n1 * pow(10, _n2)) / pow(10, _n2)", "Float64"),
        "isFinite/1": ("isfinite(_n1)", "UInt8"),
        "isNaN/1": ("isnan(_n1)", "UInt8"),
        "bitAnd/2": ("CAST(_n1 AS BIGINT) & CAST(_n2 AS BIGINT)", "Int64"),
        "bitOr/2": ("CAST(_n1 AS BIGINT) | CAST(_n2 AS BIGINT)", "Int64"),
        "bitXor/2": ("xor(CAST(_n1 AS BIGINT), CAST(_n2 AS BIGINT))", "Int64"),
    }
)

STRINGS: Mapping[str, Row] = MappingProxyType(
    {
        "lengthUTF8/1": ("length(_t1)", "UInt64"),
        "lower/1": (f"translate(_t1, '{CAPITALS}', '{LETTERS}')", "String"),
        "lowerUTF8/1": ("lower(_t1)", "String"),
        "upper/1": (f"translate(_t1, '{LETTERS}', '{CAPITALS}')", "String"),
        "upperUTF8/1": ("upper(_t1)", "String"),
        "reverse/1": ("reverse(_t1)", "String"),
        "repeat/2": ("repeat(_t1, CAST(_n2 AS INT))", "String"),
        "trim/1": ("trim(_t1)", "String"),
        "trimBoth/1": ("trim(_t1)", "String"),
        "trimLeft/1": ("ltrim(_t1)", "String"),
        "trimRight/1": ("rtrim(_t1)", "String"),
        "ltrim/1": ("ltrim(_t1)", "String"),
        "rtrim/1": ("rtrim(_t1)", "String"),
        "left/2": ("left(_t1, CAST(_n2 AS INT))", "String"),
        "right/2": ("right(_t1, CAST(_n2 AS INT))", "String"),
        "substring/2": ("substring(_t1, CAST(_n2 AS INT))", "String"),
        "substring/3": ("substring(_t1, CAST(_n2 AS INT), CAST(_n3 AS INT))", "String"),
        "substr/3": ("substring(_t1, CAST(_n2 AS INT), CAST(_n3 AS INT))", "String"),
        "substringUTF8/3": ("substring(_t1, CAST(_n2 AS INT), CAST(_n3 AS INT))", "String"),
        "lpad/3": ("lpad(_t1, CAST(_n2 AS INT), _t3)", "String"),
        "rpad/3": ("rpad(_t1, CAST(_n2 AS INT), _t3)", "String"),
        "leftPad/3": ("lpad(_t1, CAST(_n2 AS INT), _t3)", "String"),
        "rightPad/3": ("rpad(_t1, CAST(_n2 AS INT), _t3)", "String"),
        "replace/3": ("replace(_t1, _t2, _t3)", "String"),
        "replaceAll/3": ("replace(_t1, _t2, _t3)", "String"),
        "replaceOne/3": (
            "CASE strpos(_t1, _t2) WHEN 0 THEN _t1 ELSE concat(left(_t1, strpos(_t1, _t2) - 1), _t3, "
            "substring(_t1, strpos(_t1, _t2) + length(_t2))) END", "String",
        ),
        "replaceRegexpAll/3": ("regexp_replace(_t1, _t2, _t3, 'g')", "String"),
        "replaceRegexpOne/3": ("regexp_replace(_t1, _t2, _t3)", "String"),
        "position/2": (FOUND.format("_t1", "_t2"), "UInt64"),
        "positionCaseInsensitive/2": (FOUND.format("lower(_t1)", "lower(_t2)"), "UInt64"),
        "startsWith/2": ("starts_with(_t1, _t2)", "UInt8"),
        "endsWith/2": ("ends_with(_t1, _t2)", "UInt8"),
        "match/2": ("coalesce(regexp_matches(_t1, _t2), false)", "UInt8!"),
        "matchInsensitive/2": ("coalesce(regexp_matches(_t1, _t2, 'i'), false)", "UInt8!"),
        "notMatch/2": ("NOT coalesce(regexp_matches(_t1, _t2), false)", "UInt8!"),
        "notMatchInsensitive/2": ("NOT coalesce(regexp_matches(_t1, _t2, 'i'), false)", "UInt8!"),
        "like/2": ("coalesce(_t1 LIKE _t2, false)", "UInt8!"),
        "ilike/2": ("coalesce(_t1 ILIKE _t2, false)", "UInt8!"),
        "notLike/2": ("NOT coalesce(_t1 LIKE _t2, false)", "UInt8!"),
        "notILike/2": ("NOT coalesce(_t1 ILIKE _t2, false)", "UInt8!"),
        "extract/2": (f"regexp_extract(_t1, _t2, {GROUP})", "String"),
        "extractAll/2": (f"regexp_extract_all(_t1, _t2, {GROUP})", "Array(String)"),
        "splitByChar/2": ("string_split(_t2, _t1)", "Array(String)"),
        "splitByString/2": ("string_split(_t2, _t1)", "Array(String)"),
        "splitByRegexp/2": ("string_split_regex(_t2, _t1)", "Array(String)"),
        "base64Encode/1": ("to_base64(encode(_t1))", "String"),
        "base64Decode/1": ("decode(from_base64(_t1))", "String"),
        "MD5/1": ("upper(md5(_t1))", "FixedString(16)"),
        "sha256/1": ("sha256(_t1)", "String"),
        "cityHash64/1": ("hash(_1)", "UInt64!"),
        "sipHash64/1": ("hash(_1)", "UInt64!"),
        "domain/1": (DOMAIN, "String"),
        "domainWithoutWWW/1": (rf"regexp_replace({DOMAIN}, '^www\.', '')", "String"),
        "protocol/1": (r"regexp_extract(_t1, '^([a-zA-Z][a-zA-Z0-9+.\-]*):', 1)", "String"),
        "path/1": (
            "regexp_extract(regexp_replace(_t1, '^[^/?#]*//', ''), '^[^/?#]*(/[^?#]*)', 1)", "String",
        ),
        "queryString/1": (r"regexp_extract(_t1, '\?([^#]*)', 1)", "String"),
        "fragment/1": ("regexp_extract(_t1, '#(.*)$', 1)", "String"),
        "cutQueryString/1": (r"regexp_replace(_t1, '\?[^#]*', '')", "String"),
        "cutFragment/1": ("regexp_replace(_t1, '#.*$', '')", "String"),
        "cutQueryStringAndFragment/1": ("regexp_replace(_t1, '[?#].*$', '')", "String"),
        "extractURLParameter/2": (
            r"regexp_extract(_t1, concat('[?&]', regexp_escape(_t2), '=([^&#]*)'), 1)", "String",
        ),
        "decodeURLComponent/1": ("url_decode(_t1)", "String"),
        "encodeURLComponent/1": ("url_encode(_t1)", "String"),
    }
)  # fmt: skip

JSONS: Mapping[str, Row] = MappingProxyType({"isValidJSON/1": ("json_valid(_t1)", "UInt8")})

TABLES = (LOGIC, CASTS, ARITHMETIC, STRINGS, JSONS)
