"""How a rectangle is filled with lines or dots, stroke by stroke.

SVG has patterns for this, but a browser that prints them to PDF may turn each one into a picture
of the whole page; strokes stay small and sharp on any printer.
"""

import re
from collections.abc import Callable, Iterator
from xml.etree import ElementTree as Tree

from etmaal.charts.palette import TEXTURES

_NUMBER = r"(-?\d+(?:\.\d+)?(?:e-?\d+)?)"
_RECTANGLE = re.compile(rf"M{_NUMBER},{_NUMBER}h{_NUMBER}v{_NUMBER}h{_NUMBER}Z")
# Room between the strokes and the edge of what they fill, in pixels.
_INSET = 0.6

Stroke = tuple[float, float, float, float]
"""From x, y; by x, y."""


def hatch(path: Tree.Element) -> list[Tree.Element]:
    """Give a path that is filled with a texture its ground, and return the strokes upon it.

    Returns:
        Nothing for a path with an ordinary fill.

    Raises:
        ValueError: if a path with a texture is not a rectangle.
    """
    texture = TEXTURES.get(path.get("fill", ""))
    if texture is None:
        return []
    found = _RECTANGLE.fullmatch(path.get("d", ""))
    if found is None:
        raise ValueError(f"only rectangles can be hatched: {path.get('d', '')[:60]}")
    x, y, width, height = (float(found[i]) for i in range(1, 5))
    left, right = sorted((x, x + width))
    top, bottom = sorted((y, y + height))
    path.set("fill", texture.ground)
    strokes = _WAYS[texture.way](
        left + _INSET, top + _INSET, right - _INSET, bottom - _INSET, texture.apart
    )
    d = "".join(f"M{_short(a)},{_short(b)}l{_short(c)},{_short(e)}" for a, b, c, e in strokes)
    if not d:
        return []
    attributes = {"d": d, "stroke": texture.stroke, "stroke-width": f"{texture.thick:g}"}
    if texture.way == "dots":
        attributes["stroke-linecap"] = "round"
    return [Tree.Element("path", attributes)]


def _short(value: float) -> str:
    text = f"{value:.1f}"
    return "0" if text == "-0.0" else text.removesuffix(".0")


def _steps(start: float, end: float, apart: float) -> Iterator[float]:
    """Yield multiples of ``apart`` inside ``[start, end]``: neighbours' strokes then line up."""
    k = -int(-start // apart)
    while k * apart <= end:
        yield k * apart
        k += 1


def _slanted(
    left: float, top: float, right: float, bottom: float, apart: float
) -> Iterator[Stroke]:
    # A rising line has one sum of x and y; within the rectangle it runs between two of its edges.
    for total in _steps(left + top, right + bottom, apart):
        x = max(left, total - bottom)
        length = min(right, total - top) - x
        if length > 0:
            yield x, total - x, length, -length


def _level(left: float, top: float, right: float, bottom: float, apart: float) -> Iterator[Stroke]:
    if right > left:
        for y in _steps(top, bottom, apart):
            yield left, y, right - left, 0.0


def _dotted(left: float, top: float, right: float, bottom: float, apart: float) -> Iterator[Stroke]:
    for row, y in enumerate(_steps(top + 0.5, bottom - 0.5, apart)):
        for x in _steps(left + 0.5 - row % 2 * apart / 2, right - 0.5, apart):
            moved = x + row % 2 * apart / 2
            if left < moved < right:
                yield moved, y, 0.01, 0.0


_WAYS: dict[str, Callable[[float, float, float, float, float], Iterator[Stroke]]] = {
    "slanted": _slanted,
    "level": _level,
    "dots": _dotted,
}
