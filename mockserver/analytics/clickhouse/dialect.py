"""ClickHouse's dialect as compiled queries are written in it: functions stay as they are named."""

from __future__ import annotations

from typing import ClassVar

from sqlglot import exp
from sqlglot.dialects.clickhouse import ClickHouse
from sqlglot.generators.clickhouse import ClickHouseGenerator

from mockserver.analytics.hogql.dialect import HogQLParser


class Stored(ClickHouse):
    """ClickHouse with functions verbatim."""

    INDEX_OFFSET = 0
    Parser = HogQLParser

    class Generator(ClickHouseGenerator):
        """Writes what the translation leaves, and nothing by another name."""

        TRANSFORMS: ClassVar = {
            **ClickHouseGenerator.TRANSFORMS,
            exp.Div: lambda self, node: self.binary(node, "/"),
            exp.Mod: lambda self, node: self.binary(node, "%"),
        }
