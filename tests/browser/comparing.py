"""Whether two pictures show the same, whatever the machine's way of smoothing letters and lines.

A page is compared by a coarse raster of its lightness. A thin line would get lost in that: a chart is
compared by where its ink is, the pixels that are more coloured than text.
"""

from __future__ import annotations

from typing import Any

CELL = 8
NOTICED = 40
MOST_CHANGED = 0.03
COLOURED = 60
LEAST_INK = 12
MOST_INK_MOVED = 0.25

Box = tuple[int, int, int, int]


def page_difference(kept: Any, taken: Any) -> float:
    """The share of a page's raster that looks different, 0 to 1; 1 where the sizes differ."""
    from PIL import Image, ImageChops

    if kept.size != taken.size:
        return 1.0
    size = (kept.width // CELL, kept.height // CELL)
    old, new = (image.convert("L").resize(size, Image.Resampling.BOX) for image in (kept, taken))
    changed = ImageChops.difference(old, new).point(lambda value: 255 if value > NOTICED else 0)
    return changed.tobytes().count(255) / (size[0] * size[1])


def ink_difference(kept: Any, taken: Any, box: Box) -> float:
    """The share of a chart's ink that is in one picture alone, 0 to 1; a pixel's shift counts nothing."""
    from PIL import ImageChops, ImageFilter

    old, new = (_ink(image.crop(box)) for image in (kept, taken))
    whole = old.tobytes().count(255) + new.tobytes().count(255)
    if whole < LEAST_INK:
        return 0.0
    lonely = 0
    for one, other in ((old, new), (new, old)):
        near = other.filter(ImageFilter.MaxFilter(7))
        lonely += ImageChops.subtract(one, near).tobytes().count(255)
    return lonely / whole


def _ink(image: Any) -> Any:
    saturation = image.convert("RGB").convert("HSV").getchannel("S")
    return saturation.point(lambda value: 255 if value > COLOURED else 0)


def differences(kept: Any, taken: Any, boxes: list[Box]) -> list[str]:
    """What is wrong with a picture, in words; nothing where it shows the same."""
    found = []
    share = page_difference(kept, taken)
    if share > MOST_CHANGED:
        found.append(f"{share:.1%} of the page looks different")
    for box in boxes:
        moved = ink_difference(kept, taken, box)
        if moved > MOST_INK_MOVED:
            found.append(f"{moved:.0%} of the chart at {box} has moved, come or gone")
    return found
