"""The functions that compiled queries call by DuckDB's names, as ClickHouse has them.

One row a name and number of arguments; `_1`, `_2`... stand for the arguments. A name with `*` takes any
number of arguments and only changes its name. What is in no row cannot be run on ClickHouse.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SECONDS = "toUnixTimestamp64Micro(toDateTime64(_1, 6, 'UTC')) / 1000000"

SAME = frozenset(
    {
        "abs", "acos", "acosh", "ascii", "asin", "asinh", "atan", "atan2", "atanh", "avg", "cbrt", "ceil",
        "corr", "cos", "cosh", "count", "cume_dist", "degrees", "dense_rank", "entropy", "exp", "factorial",
        "first_value", "floor", "format", "gcd", "greatest", "hex", "last_value", "lcm", "least", "lgamma",
        "log10", "log2", "max", "min", "nth_value", "ntile", "percent_rank", "pi", "pow", "radians", "range",
        "rank", "repeat", "round", "row_number", "sign", "sin", "sinh", "sqrt", "sum", "tan", "tanh", "trunc",
    }
)  # fmt: skip

RENAMED: Mapping[str, str] = MappingProxyType(
    {
        "any_value": "any",
        "arg_max": "argMax",
        "arg_min": "argMin",
        "bit_and": "groupBitAnd",
        "bit_count": "bitCount",
        "bit_or": "groupBitOr",
        "bit_xor": "groupBitXor",
        "concat_ws": "concatWithSeparator",
        "covar_pop": "covarPop",
        "covar_samp": "covarSamp",
        "damerau_levenshtein": "damerauLevenshteinDistance",
        "ends_with": "endsWith",
        "flatten": "arrayFlatten",
        "gamma": "tgamma",
        "hash": "cityHash64",
        "hour": "toHour",
        "isfinite": "isFinite",
        "isinf": "isInfinite",
        "isnan": "isNaN",
        "isodow": "toDayOfWeek",
        "isoyear": "toISOYear",
        "jaro_winkler_similarity": "jaroWinklerSimilarity",
        "json_array_length": "JSONLength",
        "json_valid": "isValidJSON",
        "last": "anyLast",
        "last_day": "toLastDayOfMonth",
        "left": "leftUTF8",
        "len": "length",
        "length": "lengthUTF8",
        "levenshtein": "editDistance",
        "list_append": "arrayPushBack",
        "list_concat": "arrayConcat",
        "list_contains": "has",
        "list_distinct": "arrayDistinct",
        "list_has_all": "hasAll",
        "list_has_any": "hasAny",
        "list_intersect": "arrayIntersect",
        "list_product": "arrayProduct",
        "list_resize": "arrayResize",
        "list_reverse": "reverse",
        "list_reverse_sort": "arrayReverseSort",
        "list_sort": "arraySort",
        "list_sum": "arraySum",
        "list_value": "array",
        "list_zip": "arrayZip",
        "ln": "log",
        "lower": "lowerUTF8",
        "lpad": "leftPadUTF8",
        "ltrim": "trimLeft",
        "make_date": "makeDate",
        "minute": "toMinute",
        "month": "toMonth",
        "monthname": "monthName",
        "nullif": "nullIf",
        "quarter": "toQuarter",
        "regexp_escape": "regexpQuoteMeta",
        "regexp_matches": "match",
        "replace": "replaceAll",
        "reverse": "reverseUTF8",
        "right": "rightUTF8",
        "row": "tuple",
        "rpad": "rightPadUTF8",
        "rtrim": "trimRight",
        "second": "toSecond",
        "starts_with": "startsWith",
        "stddev_pop": "stddevPop",
        "stddev_samp": "stddevSamp",
        "strlen": "length",
        "strpos": "positionUTF8",
        "struct_extract_at": "tupleElement",
        "substring": "substringUTF8",
        "to_days": "toIntervalDay",
        "to_hex": "hex",
        "to_hours": "toIntervalHour",
        "to_json": "toJSONString",
        "to_minutes": "toIntervalMinute",
        "to_months": "toIntervalMonth",
        "to_seconds": "toIntervalSecond",
        "to_years": "toIntervalYear",
        "translate": "translateUTF8",
        "trim": "trimBoth",
        "unnest": "arrayJoin",
        "upper": "upperUTF8",
        "url_decode": "decodeURLComponent",
        "url_encode": "encodeURLComponent",
        "var_pop": "varPop",
        "var_samp": "varSamp",
        "week": "toISOWeek",
        "xor": "bitXor",
        "year": "toYear",
        "day": "toDayOfMonth",
        "dayofyear": "toDayOfYear",
    }
)

ROWS: Mapping[str, str] = MappingProxyType(
    {
        "approx_top_k/2": "topK(_2)(_1)",
        "array_extract/2": "arrayElement(_1, _2)",
        "array_to_string/2": "arrayStringConcat(arrayMap(x -> toString(x), _1), _2)",
        "decode/1": "_1",
        "encode/1": "_1",
        "epoch/1": SECONDS,
        "epoch_us/1": "toUnixTimestamp64Micro(_1)",
        "error/1": "throwIf(materialize(1), _1)",
        "from_base64/1": "base64Decode(_1)",
        "to_base64/1": "base64Encode(_1)",
        "from_json/2": "JSONExtract(coalesce(_1, '[]'), 'Array(String)')",
        "generate_series/2": "range(_1, _2 + 1)",
        "json_type/1": (
            "transform(toString(JSONType(_1)), "
            "['Object', 'Array', 'String', 'Double', 'Int64', 'UInt64', 'Bool'], "
            "['OBJECT', 'ARRAY', 'VARCHAR', 'DOUBLE', 'BIGINT', 'UBIGINT', 'BOOLEAN'], 'NULL')"
        ),
        "json_keys/1": "JSONExtractKeys(coalesce(_1, ''))",
        "json_merge_patch/2": "JSONMergePatch(_1, _2)",
        "kurtosis_pop/1": "kurtPop(_1) - 3",
        "lag/1": "lagInFrame(toNullable(_1))",
        "lag/2": "lagInFrame(toNullable(_1), _2)",
        "lag/3": "lagInFrame(toNullable(_1), _2, toNullable(_3))",
        "lead/1": "leadInFrame(toNullable(_1))",
        "lead/2": "leadInFrame(toNullable(_1), _2)",
        "lead/3": "leadInFrame(toNullable(_1), _2, toNullable(_3))",
        "list_avg/1": "if(empty(_1), NULL, arrayAvg(_1))",
        "list_extract/2": "arrayElementOrNull(_1, _2)",
        "list_max/1": "if(empty(_1), NULL, arrayMax(_1))",
        "list_min/1": "if(empty(_1), NULL, arrayMin(_1))",
        "list_position/2": "nullIf(indexOf(_1, _2), 0)",
        "list_prepend/2": "arrayPushFront(_2, _1)",
        "list_slice/3": "arraySlice(_1, _2, greatest(_3 - _2 + 1, 0))",
        "list_unique/1": "arrayUniq(arrayFilter(x -> x IS NOT NULL, _1))",
        "make_timestamp/1": "fromUnixTimestamp64Micro(_1, 'UTC')",
        "md5/1": "lower(hex(MD5(_1)))",
        "median/1": "quantileExactInclusive(0.5)(_1)",
        "quantile_cont/2": "quantileExactInclusive(_2)(_1)",
        "regexp_extract_all/2": "extractAll(_1, _2)",
        "regexp_extract_all/3": "extractAll(_1, _2)",
        "regexp_full_match/2": "match(_1, concat('^(?:', _2, ')$'))",
        "regexp_matches/3": "match(_1, concat('(?i)', _2))",
        "regexp_replace/3": "replaceRegexpOne(_1, _2, _3)",
        "regexp_replace/4": "replaceRegexpAll(_1, _2, _3)",
        "regr_intercept/2": "tupleElement(simpleLinearRegression(_2, _1), 2)",
        "regr_slope/2": "tupleElement(simpleLinearRegression(_2, _1), 1)",
        "round_even/2": "roundBankers(_1, _2)",
        "sha256/1": "lower(hex(SHA256(_1)))",
        "string_agg/2": "groupConcat(_2)(_1)",
        "string_split/2": "splitByString(_2, _1)",
        "string_split_regex/2": "splitByRegexp(_2, _1)",
        "time_bucket/2": "toStartOfInterval(_2, _1)",
        "try_strptime/2": "parseDateTimeOrNull(_1, _2, 'UTC')",
    }
)


def row_of(name: str, count: int) -> str | None:
    """A function's template by its name in DuckDB; None when it has none here."""
    row = ROWS.get(f"{name}/{count}")
    if row is not None:
        return row
    own = name if name in SAME else RENAMED.get(name)
    return None if own is None else f"{own}({', '.join(f'_{place}' for place in range(1, count + 1))})"
