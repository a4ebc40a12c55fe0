"""Functions of HogQL that are asked for less often; templates as in `functions`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from mockserver.analytics.hogql.functions import DOMAIN, Row

AUTHORITY = r"'^(?:[a-zA-Z][a-zA-Z0-9+.\-]*:)?//([^/?#]*)'"
PARAMETERS = r"list_filter(string_split(regexp_extract(_t1, '\?([^#]*)', 1), '&'), x -> x <> '')"
WEEK_START = "CAST(date_trunc('week', _d1 + INTERVAL 1 DAY) - INTERVAL 1 DAY AS DATE)"
DIGITS = "CAST(_n2 AS INT)"

NUMBERS: Mapping[str, Row] = MappingProxyType(
    {
        "moduloOrZero/2": ("CASE WHEN _n2 = 0 THEN 0 ELSE _n1 % _n2 END", "=1"),
        "positiveModulo/2": ("(_n1 % _n2 + abs(_n2)) % abs(_n2)", "=1"),
        "gcd/2": ("gcd(CAST(_n1 AS BIGINT), CAST(_n2 AS BIGINT))", "Int64"),
        "lcm/2": ("lcm(CAST(_n1 AS BIGINT), CAST(_n2 AS BIGINT))", "Int64"),
        "max2/2": ("greatest(CAST(_n1 AS DOUBLE), CAST(_n2 AS DOUBLE))", "Float64"),
        "min2/2": ("least(CAST(_n1 AS DOUBLE), CAST(_n2 AS DOUBLE))", "Float64"),
        "exp2/1": ("pow(2, _n1)", "Float64"),
        "exp10/1": ("pow(10, _n1)", "Float64"),
        "intExp2/1": ("CAST(pow(2, _n1) AS BIGINT)", "UInt64"),
        "intExp10/1": ("CAST(pow(10, _n1) AS BIGINT)", "UInt64"),
        "sinh/1": ("sinh(_n1)", "Float64"),
        "cosh/1": ("cosh(_n1)", "Float64"),
        "tanh/1": ("tanh(_n1)", "Float64"),
        "asinh/1": ("asinh(_n1)", "Float64"),
        "acosh/1": ("acosh(_n1)", "Float64"),
        "atanh/1": ("atanh(_n1)", "Float64"),
        "atan2/2": ("atan2(_n1, _n2)", "Float64"),
        "hypot/2": ("sqrt(_n1 * _n1 + _n2 * _n2)", "Float64"),
        "log1p/1": ("ln(1 + _n1)", "Float64"),
        "lgamma/1": ("lgamma(_n1)", "Float64"),
        "tgamma/1": ("gamma(_n1)", "Float64"),
        "factorial/1": ("CAST(factorial(CAST(_n1 AS INT)) AS BIGINT)", "UInt64"),
        "degrees/1": ("degrees(_n1)", "Float64"),
        "radians/1": ("radians(_n1)", "Float64"),
        "width_bucket/4": (
            "CASE WHEN _n1 < _n2 THEN 0 WHEN _n1 >= _n3 THEN CAST(_n4 AS BIGINT) + 1 "
            "ELSE CAST(floor((_n1 - _n2) * _n4 / (_n3 - _n2)) AS BIGINT) + 1 END",
            "Int64",
        ),
        "roundBankers/1": ("round_even(_n1, 0)", "=1"),
        "roundBankers/2": (f"round_even(_n1, {DIGITS})", "=1"),
        "trunc/2": ("trunc(_n1 * pow(10, _n2)) / pow(10, _n2)", "Float64"),
        "isInfinite/1": ("isinf(CAST(_n1 AS DOUBLE))", "UInt8"),
        "ifNotFinite/2": (
            "CASE WHEN isfinite(CAST(_n1 AS DOUBLE)) THEN CAST(_n1 AS DOUBLE) ELSE CAST(_n2 AS DOUBLE) END",
            "Float64",
        ),
        "bitShiftLeft/2": (f"CAST(_n1 AS BIGINT) << {DIGITS}", "Int64"),
        "bitShiftRight/2": (f"CAST(_n1 AS BIGINT) >> {DIGITS}", "Int64"),
        "bitTest/2": (f"(CAST(_n1 AS BIGINT) >> {DIGITS}) & 1", "UInt8n"),
        "bitCount/1": ("bit_count(CAST(_n1 AS BIGINT))", "UInt8n"),
        "toInt8/1": ("TRY_CAST(trunc(_n1) AS BIGINT)", "Int64"),
        "toInt16/1": ("TRY_CAST(trunc(_n1) AS BIGINT)", "Int64"),
        "toUInt16/1": ("TRY_CAST(trunc(_n1) AS BIGINT)", "UInt64"),
        "toUInt32/1": ("TRY_CAST(trunc(_n1) AS BIGINT)", "UInt64"),
        "toFloat32/1": ("_n1", "Float64"),
    }
)

TEXTS: Mapping[str, Row] = MappingProxyType(
    {
        "reverseUTF8/1": ("reverse(_t1)", "String"),
        "leftPad/2": (f"lpad(_t1, {DIGITS}, ' ')", "String"),
        "rightPad/2": (f"rpad(_t1, {DIGITS}, ' ')", "String"),
        "leftPadUTF8/2": (f"lpad(_t1, {DIGITS}, ' ')", "String"),
        "rightPadUTF8/2": (f"rpad(_t1, {DIGITS}, ' ')", "String"),
        "leftPadUTF8/3": (f"lpad(_t1, {DIGITS}, _t3)", "String"),
        "rightPadUTF8/3": (f"rpad(_t1, {DIGITS}, _t3)", "String"),
        "substringUTF8/2": (f"substring(_t1, {DIGITS})", "String"),
        "appendTrailingCharIfAbsent/2": (
            "CASE WHEN _t1 = '' OR ends_with(_t1, _t2) THEN _t1 ELSE concat(_t1, _t2) END", "String",
        ),
        "ascii/1": ("CASE WHEN _t1 = '' THEN 0 ELSE ascii(_t1) END", "Int32"),
        "positionUTF8/2": ("strpos(_t1, _t2)", "UInt64"),
        "positionCaseInsensitiveUTF8/2": ("strpos(lower(_t1), lower(_t2))", "UInt64"),
        "multiSearchAny/2": ("len(list_filter(_2, x -> strpos(_t1, x) > 0)) > 0", "UInt8"),
        "multiSearchAnyCaseInsensitive/2": (
            "len(list_filter(_2, x -> strpos(lower(_t1), lower(x)) > 0)) > 0", "UInt8",
        ),
        "multiMatchAny/2": ("len(list_filter(_2, x -> regexp_matches(_t1, x))) > 0", "UInt8"),
        "countSubstrings/2": (
            "CASE WHEN _t2 = '' THEN 0 "
            "ELSE (length(_t1) - length(replace(_t1, _t2, ''))) // length(_t2) END",
            "UInt64",
        ),
        "countSubstringsCaseInsensitive/2": (
            "CASE WHEN _t2 = '' THEN 0 "
            "ELSE (length(_t1) - length(replace(lower(_t1), lower(_t2), ''))) // length(_t2) END",
            "UInt64",
        ),
        "countMatches/2": ("len(regexp_extract_all(_t1, _t2))", "UInt64"),
        "regexpExtract/2": ("regexp_extract(_t1, _t2, 1)", "String"),
        "regexpExtract/3": ("regexp_extract(_t1, _t2, _3)", "String"),
        "translate/3": ("translate(_t1, _t2, _t3)", "String"),
        "translateUTF8/3": ("translate(_t1, _t2, _t3)", "String"),
        "splitByWhitespace/1": (
            r"list_filter(string_split_regex(_t1, '\s+'), x -> x <> '')", "Array(String)",
        ),
        "splitByNonAlpha/1": (
            r"list_filter(string_split_regex(_t1, '[\s[:punct:]]+'), x -> x <> '')", "Array(String)",
        ),
        "alphaTokens/1": ("regexp_extract_all(_t1, '[a-zA-Z]+')", "Array(String)"),
        "ngrams/2": (
            f"list_transform(range(1, greatest(length(_t1) - {DIGITS} + 2, 1)), "
            f"x -> substring(_t1, x, {DIGITS}))",
            "Array(String)",
        ),
        "levenshteinDistance/2": ("levenshtein(_t1, _t2)", "UInt64"),
        "editDistance/2": ("levenshtein(_t1, _t2)", "UInt64"),
        "damerauLevenshteinDistance/2": ("damerau_levenshtein(_t1, _t2)", "UInt64"),
        "jaroWinklerSimilarity/2": ("jaro_winkler_similarity(_t1, _t2)", "Float64"),
    }
)  # fmt: skip

URLS: Mapping[str, Row] = MappingProxyType(
    {
        "topLevelDomain/1": (rf"regexp_extract({DOMAIN}, '\.([^.]*[a-zA-Z][^.]*)$', 1)", "String"),
        "cutToFirstSignificantSubdomain/1": (
            rf"regexp_extract({DOMAIN}, '([^.]+\.(?:(?:com|net|org|co)\.)?[^.]+)$', 1)", "String",
        ),
        "firstSignificantSubdomain/1": (
            rf"regexp_extract({DOMAIN}, '([^.]+)\.(?:(?:com|net|org|co)\.)?[^.]+$', 1)", "String",
        ),
        "cutWWW/1": (r"regexp_replace(_t1, '^((?:[a-zA-Z][a-zA-Z0-9+.\-]*:)?//)www\.', '\1')", "String"),
        "netloc/1": (f"regexp_extract(_t1, {AUTHORITY}, 1)", "String"),
        "port/1": (
            f"coalesce(TRY_CAST(regexp_extract(regexp_extract(_t1, {AUTHORITY}, 1), ':([0-9]+)$', 1) "
            "AS BIGINT), 0)",
            "UInt16",
        ),
        "pathFull/1": (
            "regexp_extract(regexp_replace(_t1, '^[^/?#]*//', ''), '^[^/?#]*(/.*)$', 1)", "String",
        ),
        "queryStringAndFragment/1": (r"regexp_extract(_t1, '\?(.*)$', 1)", "String"),
        "extractURLParameters/1": (PARAMETERS, "Array(String)"),
        "extractURLParameterNames/1": (
            f"list_transform({PARAMETERS}, x -> list_extract(string_split(x, '='), 1))", "Array(String)",
        ),
        "cutURLParameter/2": (
            r"regexp_replace(regexp_replace(_t1, concat('([?&])', regexp_escape(_t2), '=[^&#]*&'), '\1'), "
            "concat('([?]|&)', regexp_escape(_t2), '=[^&#]*'), CASE WHEN strpos(_t1, concat('?', _t2, '=')) "
            "> 0 THEN '?' ELSE '' END)",
            "String",
        ),
        "encodeURLFormComponent/1": ("replace(url_encode(_t1), '%20', '+')", "String"),
        "decodeURLFormComponent/1": ("url_decode(replace(_t1, '+', ' '))", "String"),
    }
)  # fmt: skip

MOMENTS: Mapping[str, Row] = MappingProxyType(
    {
        "toStartOfISOYear/1": (
            "CAST(date_trunc('week', make_date(isoyear(_d1), 1, 4)) AS DATE)", "Date",
        ),
        "toLastDayOfWeek/1": (f"CAST({WEEK_START} + INTERVAL 6 DAY AS DATE)", "Date"),
        "toLastDayOfWeek/2": (
            f"CASE WHEN {DIGITS} % 2 = 1 THEN CAST(date_trunc('week', _d1) + INTERVAL 6 DAY AS DATE) "
            f"ELSE CAST({WEEK_START} + INTERVAL 6 DAY AS DATE) END", "Date",
        ),
        "toDayOfWeek/2": (
            f"CASE {DIGITS} % 4 WHEN 0 THEN isodow(_d1) WHEN 1 THEN isodow(_d1) - 1 "
            "WHEN 2 THEN isodow(_d1) % 7 ELSE isodow(_d1) % 7 + 1 END", "UInt8n",
        ),
        "toWeek/1": ("CAST(strftime(_d1, '%U') AS BIGINT)", "UInt8n"),
        "toYYYYMMDDhhmmss/1": ("CAST(strftime(_d1, '%Y%m%d%H%M%S') AS BIGINT)", "UInt64"),
        "timeSlot/1": ("time_bucket(INTERVAL 30 MINUTE, _d1)", "DateTime"),
    }
)  # fmt: skip

LISTS: Mapping[str, Row] = MappingProxyType(
    {
        "arrayIntersect/2": ("list_intersect(_1, _2)", "=1"),
        "arrayResize/3": ("list_resize(_1, CAST(_n2 AS BIGINT), _3)", "=1"),
        "arrayFirstIndex/2": ("coalesce(list_position(list_transform(_2, _1), true), 0)", "UInt32!"),
        "arrayLastIndex/2": (
            "CASE WHEN list_contains(list_transform(_2, _1), true) "
            "THEN len(_2) - list_position(list_reverse(list_transform(_2, _1)), true) + 1 ELSE 0 END",
            "UInt32!",
        ),
        "arrayMin/2": ("list_min(list_transform(_2, _1))", "=1"),
        "arrayMax/2": ("list_max(list_transform(_2, _1))", "=1"),
        "arrayAvg/2": ("list_avg(list_transform(_2, _1))", "Float64"),
        "arrayProduct/1": ("list_product(_1)", "Float64"),
        "countEqual/2": ("len(list_filter(_1, x -> x IS NOT DISTINCT FROM _2))", "UInt64!"),
        "arrayEnumerateUniq/1": (
            "list_transform(_1, (x, i) -> len(list_filter(list_slice(_1, 1, i), y -> y = x)))",
            "Array(UInt32)",
        ),
        "transform/3": (
            "CASE WHEN list_contains(_2, _1) THEN list_extract(_3, list_position(_2, _1)) ELSE _1 END", "=1",
        ),
        "transform/4": (
            "CASE WHEN list_contains(_2, _1) THEN list_extract(_3, list_position(_2, _1)) ELSE _4 END", "=4",
        ),
    }
)  # fmt: skip

TABLES = (NUMBERS, TEXTS, URLS, MOMENTS, LISTS)
