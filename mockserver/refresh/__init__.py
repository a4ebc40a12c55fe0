"""Refresh modes, staleness, the result cache and the query status state machine."""
