"""ClickHouse's side of the event store: the same compiled queries in its dialect, and where they run."""
