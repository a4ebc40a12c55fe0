"""What can end a run, a rule or a request early."""

from __future__ import annotations


class Misuse(Exception):
    """The suite was called in a way that cannot work: one clear line for the person, exit status 2."""


class Breach(Exception):
    """The server broke a rule; `rule_id` names another rule than the running one where that fits better."""

    def __init__(self, message: str, *, rule_id: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.rule_id = rule_id


class Skip(Exception):
    """The running rule cannot be tried on this target; the text is the reason that the report gives."""


class WriteRefused(Exception):
    """A read-only run was about to send something that may change the server; nothing was sent."""
