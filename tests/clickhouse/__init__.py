"""The same queries in ClickHouse's own engine and in the event store; run by `make test-clickhouse`."""
