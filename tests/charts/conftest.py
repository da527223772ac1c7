"""What the tests of charts share: frames, a reader of SVG, and one renderer already awake."""

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as Tree

import pytest

from etmaal.charts.frame import NARROW, WIDE, Frame
from etmaal.charts.spec import Padding, base
from etmaal.charts.svg import render

NAMESPACE = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="session", autouse=True)
def _awake() -> None:
    """Start the renderer once: its first chart takes half a second, and is nobody's test."""
    padding = Padding(left=0, right=0, top=0, bottom=0)
    render(
        base(Frame("warm-up", "t", "d"), height=1, padding=padding, layers=[]), Frame("a", "t", "d")
    )


@pytest.fixture(params=[WIDE, NARROW], ids=["desk", "telephone"])
def frame(request: Any) -> Frame:
    return Frame("chart", "The title", "The description", request.param)


@pytest.fixture
def wide() -> Frame:
    return Frame("chart", "The title", "The description", WIDE)


@pytest.fixture
def read() -> Callable[[str], Tree.Element]:
    """Parse SVG text strictly, as XML, and drop its namespace."""

    def reading(svg: str) -> Tree.Element:
        root = Tree.fromstring(svg)  # noqa: S314 - our own text, of a line ago
        for element in root.iter():
            element.tag = element.tag.removeprefix(NAMESPACE)
        return root

    return reading


@pytest.fixture
def texts(read: Callable[[str], Tree.Element]) -> Callable[[str], list[str]]:
    """Return every text that a chart writes."""

    def reading(svg: str) -> list[str]:
        return [element.text or "" for element in read(svg).iter("text")]

    return reading
