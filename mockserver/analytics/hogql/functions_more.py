"""HogQL's functions on dates, arrays and tuples, and its aggregates; templates as in `functions`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Row = tuple[str, str]

# ClickHouse counts the Mondays between two moments, DuckDB spans of seven days.
DIFFERENCE = (
    "CASE WHEN lower(_t1) = 'week' "
    "THEN date_diff('day', date_trunc('week', _d2), date_trunc('week', _d3)) // 7 "
    "ELSE date_diff(lower(_t1), _d2, _d3) END"
)

DATES: Mapping[str, Row] = MappingProxyType(
    {
        "toYear/1": ("year(_d1)", "UInt16"),
        "toQuarter/1": ("quarter(_d1)", "UInt8n"),
        "toMonth/1": ("month(_d1)", "UInt8n"),
        "toDayOfMonth/1": ("day(_d1)", "UInt8n"),
        "toDayOfWeek/1": ("isodow(_d1)", "UInt8n"),
        "toDayOfYear/1": ("dayofyear(_d1)", "UInt16"),
        "toHour/1": ("hour(_d1)", "UInt8n"),
        "toMinute/1": ("minute(_d1)", "UInt8n"),
        "toSecond/1": ("second(_d1)", "UInt8n"),
        "toISOWeek/1": ("week(_d1)", "UInt8n"),
        "toISOYear/1": ("isoyear(_d1)", "UInt16"),
        "toYYYYMM/1": ("year(_d1) * 100 + month(_d1)", "UInt32"),
        "toYYYYMMDD/1": ("year(_d1) * 10000 + month(_d1) * 100 + day(_d1)", "UInt32"),
        "toStartOfYear/1": ("CAST(date_trunc('year', _d1) AS DATE)", "Date"),
        "toStartOfQuarter/1": ("CAST(date_trunc('quarter', _d1) AS DATE)", "Date"),
        "toStartOfMonth/1": ("CAST(date_trunc('month', _d1) AS DATE)", "Date"),
        "toLastDayOfMonth/1": ("last_day(_d1)", "Date"),
        "toMonday/1": ("CAST(date_trunc('week', _d1) AS DATE)", "Date"),
        "toStartOfWeek/1": (
            "CAST(date_trunc('week', _d1 + INTERVAL 1 DAY) - INTERVAL 1 DAY AS DATE)", "Date",
        ),
        "toStartOfWeek/2": (
            "CASE WHEN CAST(_n2 AS INT) % 2 = 1 THEN CAST(date_trunc('week', _d1) AS DATE) "
            "ELSE CAST(date_trunc('week', _d1 + INTERVAL 1 DAY) - INTERVAL 1 DAY AS DATE) END", "Date",
        ),
        "toStartOfDay/1": ("CAST(date_trunc('day', _d1) AS TIMESTAMP)", "DateTime"),
        "toStartOfHour/1": ("date_trunc('hour', _d1)", "DateTime"),
        "toStartOfMinute/1": ("date_trunc('minute', _d1)", "DateTime"),
        "toStartOfSecond/1": ("date_trunc('second', _d1)", "DateTime"),
        "toStartOfFiveMinutes/1": ("time_bucket(INTERVAL 5 MINUTE, _d1)", "DateTime"),
        "toStartOfTenMinutes/1": ("time_bucket(INTERVAL 10 MINUTE, _d1)", "DateTime"),
        "toStartOfFifteenMinutes/1": ("time_bucket(INTERVAL 15 MINUTE, _d1)", "DateTime"),
        "dateDiff/3": (DIFFERENCE, "Int64"),
        "date_diff/3": (DIFFERENCE, "Int64"),
        "age/3": ("date_sub(lower(_t1), _d2, _d3)", "Int64"),
        "toIntervalSecond/1": ("to_seconds(CAST(_n1 AS BIGINT))", "IntervalSecond"),
        "toIntervalMinute/1": ("to_minutes(CAST(_n1 AS BIGINT))", "IntervalMinute"),
        "toIntervalHour/1": ("to_hours(CAST(_n1 AS BIGINT))", "IntervalHour"),
        "toIntervalDay/1": ("to_days(CAST(_n1 AS INT))", "IntervalDay"),
        "toIntervalWeek/1": ("to_days(7 * CAST(_n1 AS INT))", "IntervalWeek"),
        "toIntervalMonth/1": ("to_months(CAST(_n1 AS INT))", "IntervalMonth"),
        "toIntervalQuarter/1": ("to_months(3 * CAST(_n1 AS INT))", "IntervalQuarter"),
        "toIntervalYear/1": ("to_years(CAST(_n1 AS INT))", "IntervalYear"),
        "monthName/1": ("monthname(_d1)", "String"),
        "dateName/2": (
            "CASE lower(_t1) WHEN 'weekday' THEN strftime(_d2, '%A') WHEN 'month' THEN strftime(_d2, '%B') "
            "ELSE strftime(_d2, '%Y') END",
            "String",
        ),
    }
)  # fmt: skip

KEYED = "list_zip(list_transform(_2, _1), range(len(_2)), _2)"

ARRAYS: Mapping[str, Row] = MappingProxyType(
    {
        "tupleElement/2": ("struct_extract_at(_1, CAST(_n2 AS INT))", "Unknown"),
        "has/2": (
            "CASE WHEN _2 IS NULL THEN len(list_filter(_1, x -> x IS NULL)) > 0 "
            "ELSE coalesce(list_contains(_1, _2), false) END",
            "UInt8!",
        ),
        "hasAny/2": ("coalesce(list_has_any(_1, _2), false)", "UInt8!"),
        "hasAll/2": ("coalesce(list_has_all(_1, _2), false)", "UInt8!"),
        "indexOf/2": ("coalesce(list_position(_1, _2), 0)", "UInt64!"),
        "arrayConcat/2": ("list_concat(_1, _2)", "=1"),
        "arrayDistinct/1": ("list_distinct(_1)", "=1"),
        "arrayCompact/1": (
            "list_filter(_1, (x, i) -> i = 1 OR x IS DISTINCT FROM list_extract(_1, i - 1))",
            "=1",
        ),
        "arrayCumSum/1": (
            "list_transform(_1, (x, i) -> CAST(list_sum(list_slice(_1, 1, i)) AS DOUBLE))",
            "Array(Float64)",
        ),
        "arrayDifference/1": (
            "list_transform(_1, (x, i) -> CASE WHEN i = 1 THEN 0 ELSE x - list_extract(_1, i - 1) END)",
            "=1",
        ),
        "arrayUniq/1": (
            "list_unique(_1) + CASE WHEN len(list_filter(_1, x -> x IS NULL)) > 0 THEN 1 ELSE 0 END",
            "UInt64",
        ),
        "arrayReverse/1": ("list_reverse(_1)", "=1"),
        "arraySort/1": ("list_sort(_1)", "=1"),
        "arrayReverseSort/1": ("list_reverse_sort(_1)", "=1"),
        "arraySort/2": (f"list_transform(list_sort({KEYED}), x -> struct_extract_at(x, 3))", "=2"),
        "arrayReverseSort/2": (
            f"list_transform(list_reverse(list_sort({KEYED})), x -> struct_extract_at(x, 3))",
            "=2",
        ),
        "arraySum/1": ("coalesce(list_sum(_1), 0)", "[1]"),
        "arrayAvg/1": ("list_avg(_1)", "Float64"),
        "arrayMin/1": ("list_min(_1)", "[1]"),
        "arrayMax/1": ("list_max(_1)", "[1]"),
        "arrayCount/1": ("len(list_filter(_1, x -> CAST(x AS BOOLEAN)))", "UInt64"),
        "arrayPushBack/2": ("list_append(_1, _2)", "=1"),
        "arrayPushFront/2": ("list_prepend(_2, _1)", "=1"),
        "arrayPopBack/1": ("list_slice(_1, 1, greatest(len(_1) - 1, 0))", "=1"),
        "arrayPopFront/1": ("list_slice(_1, 2, len(_1))", "=1"),
        "arraySlice/2": ("list_slice(_1, CAST(_n2 AS BIGINT), len(_1))", "=1"),
        "arraySlice/3": (
            "list_slice(_1, CAST(_n2 AS BIGINT), CAST(_n2 AS BIGINT) + CAST(_n3 AS BIGINT) - 1)",
            "=1",
        ),
        "arrayStringConcat/1": ("array_to_string(_1, '')", "String"),
        "arrayStringConcat/2": ("array_to_string(_1, _t2)", "String"),
        "arrayFlatten/1": ("flatten(_1)", "[1]"),
        "arrayEnumerate/1": ("range(1, len(_1) + 1)", "Array(UInt64)"),
        "arrayJoin/1": ("unnest(_1)", "[1]"),
        "arrayMap/2": ("list_transform(_2, _1)", "Array(Unknown)"),
        "arrayFilter/2": ("list_filter(_2, _1)", "=2"),
        "arrayExists/2": ("len(list_filter(_2, _1)) > 0", "UInt8!"),
        "arrayAll/2": ("len(list_filter(_2, _1)) = len(_2)", "UInt8!"),
        "arrayCount/2": ("len(list_filter(_2, _1))", "UInt64!"),
        "arraySum/2": ("coalesce(list_sum(list_transform(_2, _1)), 0)", "Float64"),
        "arrayFirst/2": ("list_extract(list_filter(_2, _1), 1)", "[2]"),
        "arrayLast/2": ("list_extract(list_filter(_2, _1), -1)", "[2]"),
        "range/1": ("range(CAST(_n1 AS BIGINT))", "Array(UInt64)"),
        "range/2": ("range(CAST(_n1 AS BIGINT), CAST(_n2 AS BIGINT))", "Array(UInt64)"),
        "range/3": ("range(CAST(_n1 AS BIGINT), CAST(_n2 AS BIGINT), CAST(_n3 AS BIGINT))", "Array(UInt64)"),
    }
)

# Several quantiles at once; the value comes after their levels.
QUANTILES: Mapping[str, Row] = MappingProxyType(
    {
        f"quantiles/1/{size}": (
            f"quantile_cont(_n{size + 1}, [{', '.join(f'_{place}' for place in range(1, size + 1))}])",
            "Array(Float64)",
        )
        for size in range(1, 9)
    }
)
EXACT = (
    "list_extract(list_sort(list({value}) FILTER (WHERE {value} IS NOT NULL)), "
    "least(CAST(floor({level} * count({value})) AS BIGINT) + 1, count({value})))"
)
LISTED = "coalesce(list(_2) FILTER (WHERE _2 IS NOT NULL), [])"
LISTED_ONCE = "coalesce(list(DISTINCT _2) FILTER (WHERE _2 IS NOT NULL), [])"

# Aggregates by name without their `If`; a number of parameters in the second half of the key.
AGGREGATES: Mapping[str, Row] = MappingProxyType(
    {
        "count/0": ("count(*)", "UInt64!"),
        "count/1": ("count(_1)", "UInt64!"),
        "countDistinct/1": ("count(DISTINCT _1)", "UInt64!"),
        "uniq/1": ("count(DISTINCT _1)", "UInt64!"),
        "uniqExact/1": ("count(DISTINCT _1)", "UInt64!"),
        "uniqHLL12/1": ("count(DISTINCT _1)", "UInt64!"),
        "uniqTheta/1": ("count(DISTINCT _1)", "UInt64!"),
        "uniqCombined/1": ("count(DISTINCT _1)", "UInt64!"),
        "uniqCombined64/1": ("count(DISTINCT _1)", "UInt64!"),
        "sum/1": ("sum(_n1)", "=1"),
        "avg/1": ("avg(_n1)", "Float64"),
        "min/1": ("min(_1)", "=1"),
        "max/1": ("max(_1)", "=1"),
        "any/1": ("any_value(_1)", "=1"),
        "any_value/1": ("any_value(_1)", "=1"),
        "anyLast/1": ("last(_1)", "=1"),
        "first_value/1": ("any_value(_1)", "=1"),
        "last_value/1": ("last(_1)", "=1"),
        "argMin/2": ("arg_min(_1, _2)", "=1"),
        "argMax/2": ("arg_max(_1, _2)", "=1"),
        "median/1": ("quantile_cont(_n1, 0.5)", "Float64"),
        "quantile/1": ("quantile_cont(_n1, 0.5)", "Float64"),
        "quantile/1/1": ("quantile_cont(_n2, _1)", "Float64"),
        "quantileExact/1/1": (EXACT.format(value="_n2", level="_1"), "=2"),
        "quantileExact/1": (EXACT.format(value="_n1", level="0.5"), "=1"),
        "medianExact/1": (EXACT.format(value="_n1", level="0.5"), "=1"),
        "quantileExactInclusive/1/1": ("quantile_cont(_n2, _1)", "Float64"),
        **QUANTILES,
        "stddevPop/1": ("stddev_pop(_n1)", "Float64"),
        "stddevSamp/1": ("stddev_samp(_n1)", "Float64"),
        "varPop/1": ("var_pop(_n1)", "Float64"),
        "varSamp/1": ("var_samp(_n1)", "Float64"),
        "corr/2": ("corr(_n1, _n2)", "Float64"),
        "covarPop/2": ("covar_pop(_n1, _n2)", "Float64"),
        "covarSamp/2": ("covar_samp(_n1, _n2)", "Float64"),
        "groupArray/1": ("coalesce(list(_1) FILTER (WHERE _1 IS NOT NULL), [])", "[]1"),
        "groupUniqArray/1": ("coalesce(list(DISTINCT _1) FILTER (WHERE _1 IS NOT NULL), [])", "[]1"),
        "groupArray/1/1": (f"list_slice({LISTED}, 1, CAST(_1 AS BIGINT))", "[]2"),
        "groupUniqArray/1/1": (f"list_slice({LISTED_ONCE}, 1, CAST(_1 AS BIGINT))", "[]2"),
        "groupConcat/1": ("string_agg(_t1, '')", "String"),
        "groupConcat/1/1": ("string_agg(_t2, _1)", "String"),
        "groupBitAnd/1": ("bit_and(CAST(_n1 AS BIGINT))", "Int64"),
        "groupBitOr/1": ("bit_or(CAST(_n1 AS BIGINT))", "Int64"),
        "groupBitXor/1": ("bit_xor(CAST(_n1 AS BIGINT))", "Int64"),
        "array_agg/1": ("coalesce(list(_1) FILTER (WHERE _1 IS NOT NULL), [])", "[]1"),
        "string_agg/2": ("string_agg(_t1, _t2)", "String"),
        "groupArraySorted/1/1": (f"list_slice(list_sort({LISTED}), 1, CAST(_1 AS BIGINT))", "[]2"),
        "avgWeighted/2": ("sum(_n1 * _n2) / sum(CASE WHEN _n1 IS NOT NULL THEN _n2 END)", "Float64"),
        "kurtPop/1": ("kurtosis_pop(_n1) + 3", "Float64"),
        "entropy/1": ("entropy(_1)", "Float64"),
        "simpleLinearRegression/2": (
            "row(regr_slope(_n2, _n1), regr_intercept(_n2, _n1))", "Tuple(Float64, Float64)",
        ),
        "topK/1/1": ("list_transform(approx_top_k(_2, CAST(_1 AS BIGINT)), x -> x)", "[]2"),
        "boundingRatio/2": (
            "(arg_max(_n2, _n1) - arg_min(_n2, _n1)) / (max(_n1) - min(_n1))", "Float64",
        ),
    }
)  # fmt: skip

WINDOWS: Mapping[str, Row] = MappingProxyType(
    {
        "row_number/0": ("row_number()", "UInt64!"),
        "rank/0": ("rank()", "UInt64!"),
        "dense_rank/0": ("dense_rank()", "UInt64!"),
        "ntile/1": ("ntile(CAST(_n1 AS INT))", "UInt64!"),
        "percent_rank/0": ("percent_rank()", "Float64!"),
        "cume_dist/0": ("cume_dist()", "Float64!"),
        "first_value/1": ("first_value(_1)", "=1"),
        "last_value/1": ("last_value(_1)", "=1"),
        "nth_value/2": ("nth_value(_1, CAST(_n2 AS INT))", "=1"),
        "lag/3": ("lag(_1, CAST(_n2 AS INT), _3)", "=1"),
        "lead/3": ("lead(_1, CAST(_n2 AS INT), _3)", "=1"),
        "lagInFrame/3": ("lag(_1, CAST(_n2 AS INT), _3)", "=1"),
        "leadInFrame/3": ("lead(_1, CAST(_n2 AS INT), _3)", "=1"),
        "lag/1": ("lag(_1)", "=1"),
        "lag/2": ("lag(_1, CAST(_n2 AS INT))", "=1"),
        "lead/1": ("lead(_1)", "=1"),
        "lead/2": ("lead(_1, CAST(_n2 AS INT))", "=1"),
        "lagInFrame/1": ("lag(_1)", "=1"),
        "lagInFrame/2": ("lag(_1, CAST(_n2 AS INT))", "=1"),
        "leadInFrame/1": ("lead(_1)", "=1"),
        "leadInFrame/2": ("lead(_1, CAST(_n2 AS INT))", "=1"),
    }
)
