"""The pictures of the documentation show what people see now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from .comparing import Box, differences
from .screens import Prepared
from .screenshots import Shot, shots, take

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "docs" / "images"
AGAIN = "look at the picture, then run `make screenshots`"


@contextmanager
def picture(file: Path) -> Iterator[Any]:
    """A picture's pixels."""
    from PIL import Image

    with Image.open(file) as image:
        yield image.convert("RGB")


@pytest.mark.parametrize("shot", list(shots()), ids=lambda shot: shot.file_name)
def test_a_picture_is_as_it_was(prepared: Prepared, reader: Any, tmp_path: Path, shot: Shot) -> None:
    assert (KEPT / shot.file_name).is_file(), "run `make screenshots`"
    boxes = take(reader, prepared, shot, tmp_path)
    with picture(KEPT / shot.file_name) as kept, picture(tmp_path / shot.file_name) as taken:
        assert not differences(kept, taken, boxes), AGAIN


def test_every_picture_is_one_of_a_screen_and_is_shown_somewhere() -> None:
    known = {shot.file_name for shot in shots()}
    assert {file.name for file in KEPT.glob("*.png")} == known
    texts = [file.read_text("utf-8") for file in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))]
    shown = {name for text in texts for name in re.findall(r"images/([a-z-]+\.png)", text)}
    assert shown == known


TRENDS: list[Box] = [(222, 146, 879, 480)]


@pytest.mark.parametrize("name", ["comparison", "trends", "world-map"])
def test_a_chart_that_is_missing_is_noticed(
    prepared: Prepared, reader: Any, tmp_path: Path, name: str
) -> None:
    shot = next(each for each in shots() if each.screen.name == name)
    boxes = take(reader, prepared, shot, tmp_path)
    with picture(tmp_path / shot.file_name) as whole:
        for box in boxes:
            blank = whole.copy()
            blank.paste((255, 255, 255), box)
            assert differences(whole, blank, boxes)


def test_another_smoothing_is_not(tmp_path: Path) -> None:
    from PIL import ImageChops, ImageFilter

    for name in ("comparison", "trends", "overview", "requests"):
        with picture(KEPT / f"{name}.png") as whole:
            for other in (
                whole.filter(ImageFilter.GaussianBlur(0.6)),
                ImageChops.offset(whole, 1, 0),
                ImageChops.offset(whole, 0, 1),
            ):
                assert not differences(whole, other, TRENDS)
