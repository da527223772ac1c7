"""Whether strokes fill a rectangle and stay within it."""

import re
from xml.etree import ElementTree as Tree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etmaal.charts import palette
from etmaal.charts.hatching import hatch

STROKE = re.compile(r"M([-\d.]+),([-\d.]+)l([-\d.]+),([-\d.]+)")
sides = st.floats(min_value=-300, max_value=300).map(lambda x: round(x, 2))
textures = st.sampled_from(sorted(palette.TEXTURES))


def rectangle(fill: str, x: float, y: float, width: float, height: float) -> Tree.Element:
    return Tree.Element("path", d=f"M{x},{y}h{width}v{height}h{-width}Z", fill=fill)


@given(textures, sides, sides, sides, sides)
def test_no_stroke_leaves_its_rectangle(
    fill: str, x: float, y: float, width: float, height: float
) -> None:
    strokes = hatch(rectangle(fill, x, y, width, height))

    left, right = sorted((x, x + width))
    top, bottom = sorted((y, y + height))
    for path in strokes:
        for found in STROKE.finditer(path.attrib["d"]):
            a, b, c, d = (float(found[i]) for i in range(1, 5))
            for px, py in ((a, b), (a + c, b + d)):
                assert left - 0.11 <= px <= right + 0.11
                assert top - 0.11 <= py <= bottom + 0.11


@given(textures, sides, sides)
def test_a_rectangle_of_some_size_has_strokes_all_over(fill: str, x: float, y: float) -> None:
    [path] = hatch(rectangle(fill, x, y, 40, 40))

    starts = [(float(m[1]), float(m[2])) for m in STROKE.finditer(path.attrib["d"])]

    apart = palette.TEXTURES[fill].apart
    assert max(py for _, py in starts) > y + 40 - 2 * apart - 1
    assert min(px for px, _ in starts) < x + 2 * apart + 1
    assert len(starts) >= 40 / apart - 1


def test_a_plain_fill_gets_no_strokes() -> None:
    path = rectangle(palette.DEEP, 0, 0, 10, 10)

    assert hatch(path) == []
    assert path.attrib["fill"] == palette.DEEP


def test_only_rectangles_can_be_hatched() -> None:
    with pytest.raises(ValueError, match="only rectangles"):
        hatch(Tree.Element("path", d="M0,0L1,1L2,0Z", fill=palette.HATCH))
