"""Stateful stories, one file a subject; each rule is its docstring."""
