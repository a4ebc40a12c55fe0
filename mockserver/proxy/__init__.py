"""Stands between a client and a real server: passes everything on, and holds it against the contract."""
