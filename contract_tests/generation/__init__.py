"""The generated half: what Schemathesis is given, how its requests leave, and what becomes of its failures."""
