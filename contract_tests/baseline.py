"""Findings that are known: each with a reason and a day on which that reason is no longer good enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from .errors import Misuse
from .findings import Finding

KEYS: Final = frozenset(("rule", "operation", "place", "reason", "expires"))


@dataclass(frozen=True, slots=True)
class Known:
    """One entry; `rule`, `operation` and `place` may be globs."""

    rule: str
    reason: str
    expires: date
    operation: str = "*"
    place: str = "*"

    def fits(self, finding: Finding) -> bool:
        """Whether a finding is this one."""
        return (
            fnmatchcase(finding.rule_id, self.rule)
            and fnmatchcase(finding.operation_id or "", self.operation)
            and fnmatchcase(finding.place, self.place)
        )

    def is_expired(self, today: date) -> bool:
        """Whether the entry no longer excuses anything."""
        return today > self.expires


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries of a baseline file."""

    entries: tuple[Known, ...] = ()

    def entry_for(self, finding: Finding) -> tuple[int, Known | None]:
        """The first entry that fits a finding, with its number."""
        for number, entry in enumerate(self.entries):
            if entry.fits(finding):
                return number, entry
        return -1, None


def read_baseline(path: Path) -> Baseline:
    """Read a baseline file; raises Misuse with the line that says what is wrong with it."""
    import yaml

    try:
        document = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise Misuse(f"cannot read the baseline {path}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise Misuse(f"the baseline {path} is no YAML: {reason}") from None
    listed = document.get("known") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise Misuse(f"the baseline {path} must have a list under `known`")
    return Baseline(tuple(_entry(path, number, item) for number, item in enumerate(listed, 1)))


def _entry(path: Path, number: int, item: Any) -> Known:
    place = f"the baseline {path}, entry {number}"
    if not isinstance(item, dict):
        raise Misuse(f"{place} must be a mapping of rule, reason and expires")
    unknown = sorted(set(item) - KEYS)
    if unknown:
        raise Misuse(f"{place} has the unknown key {unknown[0]!r}")
    for key in ("rule", "reason"):
        if not isinstance(item.get(key), str) or not item[key].strip():
            raise Misuse(f"{place} needs a {key}")
    expires = item.get("expires")
    if isinstance(expires, str):
        try:
            expires = date.fromisoformat(expires)
        except ValueError:
            expires = None
    if not isinstance(expires, date):
        raise Misuse(f"{place} needs a date in `expires`, such as 2027-01-31")
    return Known(
        item["rule"], item["reason"], expires, str(item.get("operation", "*")), str(item.get("place", "*"))
    )


def glob_of(text: str) -> str:
    """A glob that fits this text alone; `*` in a place stands for the rows of a list and may stay."""
    return text.replace("[", "[[]").replace("?", "[?]")


def write_baseline(path: Path, findings: tuple[Finding, ...], expires: date) -> None:
    """Write findings down as known; their reasons are left to be filled in."""
    import yaml

    known = [
        {
            "rule": finding.rule_id,
            "operation": finding.operation_id or "*",
            **({"place": glob_of(finding.place)} if finding.place else {}),
            "reason": f"to be explained: {finding.message[:120]}",
            "expires": expires.isoformat(),
        }
        for finding in findings
    ]
    path.write_text(yaml.safe_dump({"known": known}, sort_keys=False, allow_unicode=True), "utf-8")
