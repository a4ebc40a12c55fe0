"""The pictures of the documentation show what people see now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .screenshots import take_all

KEPT = Path(__file__).parents[2] / "docs" / "images"
# Fonts and their smoothing differ from machine to machine: shapes count, not pixels
CELLS = (160, 112)
NOTICED = 48
ALLOWED = 0.04


@pytest.fixture(scope="module")
def taken(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures of now."""
    folder = tmp_path_factory.mktemp("images")
    take_all(chromium, folder)
    return folder


def difference(kept: Path, taken: Path) -> float:
    """The share of a coarse raster's cells that look different."""
    from PIL import Image, ImageChops

    with Image.open(kept) as old, Image.open(taken) as new:
        small = [image.convert("L").resize(CELLS, Image.Resampling.BOX) for image in (old, new)]
    changed = ImageChops.difference(*small).point(lambda value: 255 if value > NOTICED else 0)
    return sum(1 for value in changed.tobytes() if value) / (CELLS[0] * CELLS[1])


def test_every_picture_is_as_it_was(taken: Path) -> None:
    kept, now = ({file.name for file in folder.glob("*.png")} for folder in (KEPT, taken))
    assert now <= kept, "run `make screenshots`"
    different = {
        name: share for name in sorted(now) if (share := difference(KEPT / name, taken / name)) > ALLOWED
    }
    assert not different, "look at them, then run `make screenshots`"
