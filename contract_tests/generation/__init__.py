"""The generated half: what Schemathesis is given, and how its requests leave."""
