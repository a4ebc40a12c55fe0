"""One project's events and people in an embedded DuckDB.

Filling it, quickest first:

* `EventStore.load_columns(persons, events)`: many rows, one Python list (or `Coded` column) per field. About
  0.1 s for 100,000 events of 15 properties when columns are `Coded`, 0.25 s from plain lists.
* `EventStore.ingest(rows, now)`: events as PostHog's capture endpoints receive them, one mapping each, with
  `$identify`, `$create_alias`, `$set`, `$set_once`, `$unset` and `$groupidentify` applied to people and groups.
"""
