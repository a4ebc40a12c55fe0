"""HogQL, the vendor's SQL: ClickHouse's with properties by dot, joins that need not be written, and
placeholders.

A query is parsed with a dialect derived from ClickHouse's, then built anew, node by node, as SQL for the
event store's database. Only what the compiler knows is built, so nothing outside the project's data can be
named.
"""
