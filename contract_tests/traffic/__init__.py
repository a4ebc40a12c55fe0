"""Recorded calls held against the contract."""
