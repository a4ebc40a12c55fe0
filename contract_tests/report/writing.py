"""Writes the reports that were asked for."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from mockserver.whole_files import write_whole

from ..baseline import write_baseline
from ..errors import Misuse
from ..verdict import Verdict
from .account import Account

FILES: Final = ("junit", "sarif", "json", "html", "write_baseline")
DAYS_UNTIL_EXPIRY: Final = 30


def check_folders(options: argparse.Namespace) -> None:
    """Raise Misuse, before any work is done, where a report has no folder to go to."""
    for name in FILES:
        path: Path | None = getattr(options, name)
        if path is not None and not path.absolute().parent.is_dir():
            raise Misuse(f"there is no folder {path.absolute().parent} to write {path.name} to")


def write_reports(options: argparse.Namespace, account: Account, verdict: Verdict) -> None:
    """Write the reports that the flags name, each whole or not at all."""
    if options.junit:
        from .junit import junit

        _write(options.junit, junit(account, verdict))
    if options.sarif:
        from .sarif import sarif

        _write(options.sarif, sarif(account, verdict))
    if options.json:
        from .json_report import json_report

        _write(options.json, json_report(account, verdict))
    if options.html:
        from .html import html

        _write(options.html, html(account, verdict))
    if options.write_baseline:
        expires = datetime.now(UTC).date() + timedelta(days=DAYS_UNTIL_EXPIRY)
        write_baseline(options.write_baseline, verdict.counted, expires)
    if options.github:
        from .github import github_annotations

        sys.stdout.write(github_annotations(verdict))


def _write(path: Path, text: str) -> None:
    try:
        write_whole(path, text)
    except OSError as error:
        raise Misuse(f"cannot write {path}: {error.strerror}") from None
