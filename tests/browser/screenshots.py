"""Takes the pictures of the documentation: `python -m tests.browser.screenshots docs/images`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .screens import SCREENS, Prepared, Screen, prepared_server
from .serving import browse
from .settling import settle

WIDE, NARROW = 1280, 360
IN_DARK = frozenset(("overview", "dashboard", "world-map"))
ON_A_TELEPHONE = frozenset(("overview", "dashboard", "funnel", "queries"))

EVERYWHERE = {"locale": "en-GB", "timezone_id": "UTC", "reduced_motion": "reduce"}

Box = tuple[int, int, int, int]

# what differs from run to run: the port, and how long requests took
STILL = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    node.data = node.data.replace(/127\\.0\\.0\\.1:\\d+/g, '127.0.0.1:8129')
      .replace(/ · [\\d.,]+ m?s · .*/, ' · 2 ms');
  }
  for (const cell of document.querySelectorAll('.request-row .number')) cell.textContent = '2 ms';
}"""
BOXES = """() => [...document.querySelectorAll('.canvas')].map(each => each.getBoundingClientRect())
  .filter(box => box.top < innerHeight && box.left < innerWidth)
  .map(box => [box.left, box.top, Math.min(box.right, innerWidth), Math.min(box.bottom, innerHeight)])
  .map(edges => edges.map(Math.round))
"""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture to take: of a screen, in a theme, at a width."""

    screen: Screen
    theme: str = "light"
    width: int = WIDE

    @property
    def file_name(self) -> str:
        """Its name in the folder of pictures."""
        dark = "-dark" if self.theme == "dark" else ""
        narrow = "-narrow" if self.width == NARROW else ""
        return f"{self.screen.name}{dark}{narrow}.png"


def shots() -> Iterator[Shot]:
    """Every screen, a few of them dark or narrow too."""
    for screen in SCREENS:
        yield Shot(screen)
        if screen.name in IN_DARK:
            yield Shot(screen, theme="dark")
        if screen.name in ON_A_TELEPHONE:
            yield Shot(screen, width=NARROW)


def take(context: Any, prepared: Prepared, shot: Shot, folder: Path) -> list[Box]:
    """One picture, of what fits into the window; gives where its charts are."""
    page = context.new_page()
    page.set_viewport_size({"width": shot.width, "height": shot.screen.height})
    page.emulate_media(color_scheme=shot.theme, reduced_motion="reduce")
    page.goto(prepared.address(shot.screen))
    page.wait_for_selector(shot.screen.ready, state="attached")
    settle(page)
    page.evaluate(STILL)
    file = folder / shot.file_name
    page.screenshot(path=str(file), animations="disabled", caret="hide")
    boxes: list[Box] = [tuple(box) for box in page.evaluate(BOXES)]
    page.close()
    return boxes


def shrink(file: Path) -> None:
    """Bring a picture to 256 colours, which is a third of its size and looks the same."""
    from PIL import Image

    with Image.open(file) as image:
        small = image.convert("RGB").quantize(
            256, Image.Quantize.MAXCOVERAGE, kmeans=9, dither=Image.Dither.NONE
        )
    small.save(file, optimize=True)


def take_all(browser: Any, folder: Path) -> None:
    """Every picture, as small as it gets without looking otherwise."""
    folder.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(**EVERYWHERE)
    with prepared_server() as prepared:
        for shot in shots():
            take(context, prepared, shot, folder)
            shrink(folder / shot.file_name)


if __name__ == "__main__":
    with browse() as chromium:
        take_all(chromium, Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images"))
