"""`python docs/generate.py`: write the pages that are made from tables; a test holds them up to date."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from mockserver.fidelity import DELIBERATE
from mockserver.profiles import DIFFERENCES

DOCS: Final = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS))

from contract_pages import PAGES as CONTRACT_PAGES  # noqa: E402
from everyday_pages import PAGES as EVERYDAY_PAGES  # noqa: E402
from reference_pages import PAGES as REFERENCE_PAGES  # noqa: E402


def fidelity() -> str:
    """Where the profiles differ, and where the fake differs from PostHog."""
    lines = [
        "# Fidelity",
        "",
        "PostHog's server has changed much since its API page was written. The fake has two profiles;",
        "where it differs from PostHog on purpose is listed below them.",
        "",
        "## The two profiles",
        "",
        "`docs` is PostHog's API page to the letter, and where the page is silent the server of that",
        "time (October 2025 to May 2026). `current` is the server since September 2026.",
        "",
        "| What | `docs` | `current` |",
        "| --- | --- | --- |",
    ]
    lines += [f"| {row.meaning} | {_value(row.docs)} | {_value(row.current)} |" for row in DIFFERENCES]
    lines += [
        "",
        "## On purpose",
        "",
        "| What | PostHog | The fake | Why |",
        "| --- | --- | --- | --- |",
    ]
    lines += [f"| {row.subject} | {row.posthog} | {row.fake} | {row.reason} |" for row in DELIBERATE]
    return "\n".join(lines) + "\n"


def _value(value: bool | int | str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


PAGES: Final = {"fidelity.md": fidelity, **REFERENCE_PAGES, **EVERYDAY_PAGES, **CONTRACT_PAGES}


def main() -> int:
    """Write every page."""
    for name, make in PAGES.items():
        (DOCS / name).write_text(make(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
