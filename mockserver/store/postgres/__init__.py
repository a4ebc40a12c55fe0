"""Documents in PostgreSQL, for several servers that share one state."""
