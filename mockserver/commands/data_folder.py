"""What state a data folder is in, and saving what can be saved, for `mockserver doctor DIR [--repair]`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from ..errors import StartError
from ..store.examination import Examination, examine, salvage
from ..store.files import lock_folder

SHOWN = 20


def check_folder(folder: Path, *, repair: bool, as_json: bool = False) -> int:
    """Examine a data folder, and with `repair` save what can be read; 0 sound or repaired, 1 damaged.

    Raises StartError for a folder that is in use, or that holds no journal.
    """
    if not folder.is_dir():
        raise StartError(f"{folder} is not a folder")
    handle = lock_folder(folder)
    try:
        found = examine(folder)
        aside = salvage(found) if repair and not found.is_sound else None
        if as_json:
            sys.stdout.write(json.dumps(as_object(found, aside), indent=2) + "\n")
        else:
            sys.stdout.write("".join(f"{line}\n" for line in describe(found, aside)))
        return 0 if found.is_sound or repair else 1
    finally:
        os.close(handle)


def as_object(found: Examination, aside: Path | None) -> dict[str, object]:
    """The findings as JSON; `damaged_file` is where the old file is kept after a repair."""
    return {
        "journal": str(found.path),
        "format": found.format,
        "bytes": found.size,
        "lines": found.lines,
        "documents": {name: len(held) for name, held in found.contents.tables.items() if held},
        "problems": problems_of(found),
        "sound": found.is_sound,
        "damaged_file": str(aside) if aside else None,
    }


def describe(found: Examination, aside: Path | None) -> list[str]:
    """The findings, a line each."""
    held = found.contents.tables
    total = sum(len(documents) for documents in held.values())
    lines = [
        f"{found.path}: format {found.format or 'unknown'}, {found.size:,} bytes, "
        f"{found.lines:,} sound lines, {total:,} documents"
    ]
    lines += [f"  {name:<20}{len(documents):>10,}" for name, documents in held.items() if documents]
    problems = problems_of(found)
    lines += problems[:SHOWN] or ["sound"]
    if len(problems) > SHOWN:
        lines.append(f"and {len(problems) - SHOWN} more")
    if aside:
        lines.append(f"repaired: {found.path} holds what could be read; the old file is {aside}")
    elif problems:
        lines.append(
            f"`mockserver doctor {found.path.parent} --repair` saves what can be read into a new file"
        )
    return lines


def problems_of(found: Examination) -> list[str]:
    """What is wrong, a line each; none for a sound folder."""
    problems = [
        f"damaged at line {flaw.place} (bytes {flaw.start} to {flaw.end}): {flaw.reason}"
        for flaw in found.flaws
    ]
    problems += [
        f"torn end at line {flaw.place} (bytes {flaw.start} to {flaw.end}): {flaw.reason}; a start cuts it"
        for flaw in found.torn
    ]
    problems += [f"{stray.table} {stray.document_id} cannot stand: {stray.reason}" for stray in found.strays]
    return problems
