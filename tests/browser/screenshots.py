"""Takes the pictures of the documentation: `python -m tests.browser.screenshots docs/images`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from .screens import SCREENS, Screen, prepare
from .serving import browse, serve

WIDTH = 1280
DARK = frozenset(("overview", "world-map"))
NARROW = frozenset(("dashboard", "funnel"))


def take(browser: Any, url: str, screen: Screen, tokens: dict[str, str], file: Path, **wishes: Any) -> None:
    """One picture, of what fits into the window."""
    width = wishes.pop("width", WIDTH)
    context = browser.new_context(
        viewport={"width": width, "height": screen.height}, reduced_motion="reduce", **wishes
    )
    page = context.new_page()
    page.goto(url + screen.path.format(**tokens))
    page.wait_for_selector(screen.ready)
    page.wait_for_load_state("load")
    page.wait_for_timeout(700)
    # what differs from run to run: the port, and how long requests took
    page.evaluate(STILL)
    page.screenshot(path=str(file))
    context.close()
    shrink(file)


def shrink(file: Path) -> None:
    """Bring a picture to 256 colours, which is a third of its size and looks the same."""
    from PIL import Image

    with Image.open(file) as image:
        small = image.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small.save(file, optimize=True)


STILL = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    node.data = node.data.replaceAll(location.host, '127.0.0.1:8129').replace(/^[\\d.,]+ ms$/, '1 ms')
      .replace(/ · [\\d.,]+ ms · .*/, ' · 1 ms');
  }
}"""


def take_all(browser: Any, folder: Path) -> None:
    """Every screen, a few of them dark or narrow too."""
    folder.mkdir(parents=True, exist_ok=True)
    with serve() as served:
        tokens = prepare(served)
        for screen in SCREENS:
            take(browser, served.url, screen, tokens, folder / f"{screen.name}.png", color_scheme="light")
            if screen.name in DARK:
                file = folder / f"{screen.name}-dark.png"
                take(browser, served.url, screen, tokens, file, color_scheme="dark")
            if screen.name in NARROW:
                file = folder / f"{screen.name}-narrow.png"
                take(browser, served.url, screen, tokens, file, color_scheme="light", width=360)


if __name__ == "__main__":
    with browse() as chromium:
        take_all(chromium, Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images"))
