"""Reading a real project, to make a fixture that looks like it."""
