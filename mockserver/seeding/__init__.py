"""Fixtures turned into documents and events by one seeded source."""
