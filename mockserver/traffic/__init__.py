"""Holds traffic against the contract: calls as they were recorded or as they pass by, whoever made them."""

from .checker import Checked, TrafficChecker
from .exchange import Exchange, Request, Response
from .kinds import KINDS, Kind, Severity, Where, kind_of
from .violation import Violation

__all__ = [
    "KINDS",
    "Checked",
    "Exchange",
    "Kind",
    "Request",
    "Response",
    "Severity",
    "TrafficChecker",
    "Violation",
    "Where",
    "kind_of",
]
