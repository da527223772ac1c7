"""The pieces that Vega-Lite specifications of several charts share.

No layout rests on measured text, because fonts differ between machines: outer size and padding
are fixed, and words stand where these functions put them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from etmaal.charts.frame import Frame
from etmaal.charts.names import columns
from etmaal.charts.palette import GRID, INK, MUTED, RULE, Mark

Spec = dict[str, Any]

TEXT = 12.5
SMALL = 11.5
# Widest share of a type size that a character takes on average in the fonts of `svg.FONTS`.
_CHARACTER = 0.6


@dataclass(frozen=True, slots=True)
class Padding:
    """Room around the plot in pixels, for the words that stand there."""

    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Word:
    """A text at a pixel of the plot: ``x`` and ``y`` from its top left corner."""

    x: float
    y: float
    text: str
    align: str = "left"
    colour: str = INK
    size: float = TEXT
    weight: int = 400


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of a legend: a swatch with a fill, or the mark of a class."""

    text: str
    fill: str = ""
    mark: Mark | None = None
    line: bool = False


@dataclass(frozen=True, slots=True)
class Legend:
    """The layers of a legend and the height in pixels above the plot, its gap included."""

    layers: list[Spec] = field(default_factory=list)
    height: float = 0


def base(frame: Frame, *, height: float, padding: Padding, layers: Sequence[Spec]) -> Spec:
    """Return a whole specification whose outer width is the frame's."""
    return {
        "width": frame.width - padding.left - padding.right,
        "height": height,
        "padding": {
            "left": padding.left,
            "right": padding.right,
            "top": padding.top,
            "bottom": padding.bottom,
        },
        "autosize": {"type": "none"},
        "background": None,
        "config": {
            "aria": False,
            "font": "sans-serif",
            "view": {"stroke": None},
            "axis": {
                "labelColor": MUTED,
                "labelFontSize": SMALL,
                "labelPadding": 6,
                "labelFlush": True,
                "labelOverlap": False,
                "labelBound": False,
                "gridColor": GRID,
                "domainColor": RULE,
                "ticks": False,
                "title": None,
            },
        },
        "layer": list(layers),
    }


def percent_axis(*, values: Sequence[float] = (0, 0.25, 0.5, 0.75, 1), **more: Any) -> Spec:
    """Return a scale from nothing to all with an axis in percent."""
    return {
        "type": "quantitative",
        "scale": {"domain": [0, 1], "nice": False},
        "axis": {"values": list(values), "format": ".0%", **more},
    }


def pixels(name: str) -> Spec:
    """Return the encoding of a field that holds pixels of the plot."""
    return {"field": name, "type": "quantitative", "scale": None, "axis": None}


def words(texts: Sequence[Word]) -> list[Spec]:
    """Return the layers that write texts at their pixels, one for each way of writing."""
    ways: dict[tuple[str, str, float, int], list[Word]] = {}
    for word in texts:
        ways.setdefault((word.align, word.colour, word.size, word.weight), []).append(word)
    return [
        {
            "data": {"values": [{"px": w.x, "py": w.y, "t": w.text} for w in group]},
            "mark": {
                "type": "text",
                "align": align,
                "baseline": "middle",
                "color": colour,
                "fontSize": size,
                "fontWeight": weight,
            },
            "encoding": {"x": pixels("px"), "y": pixels("py"), "text": {"field": "t"}},
        }
        for (align, colour, size, weight), group in ways.items()
    ]


def shapes(marks: Sequence[tuple[float, float, Mark]], *, size: float) -> list[Spec]:
    """Return the layers that draw marks centred on pixels, ``size`` pixels from side to side."""
    kinds: dict[Mark, list[tuple[float, float]]] = {}
    for x, y, mark in marks:
        kinds.setdefault(mark, []).append((x, y))
    return [
        {
            "data": {"values": [{"px": x, "py": y} for x, y in places]},
            "mark": point(mark, size=size),
            "encoding": {"x": pixels("px"), "y": pixels("py")},
        }
        for mark, places in kinds.items()
    ]


def point(mark: Mark, *, size: float) -> Spec:
    """Return the Vega-Lite mark that draws a class, ``size`` pixels from side to side."""
    return {
        "type": "point",
        "shape": mark.shape,
        "size": size**2,
        "filled": True,
        "fill": mark.fill,
        "stroke": mark.stroke,
        "strokeWidth": 1.5,
        "opacity": 1,
    }


def rule_x(x: float, spans: Sequence[tuple[float, float]]) -> Spec:
    """Return vertical lines at a value of the x scale, each between two pixels of height."""
    return {
        "data": {"values": [{"at": x, "from": y, "to": y2} for y, y2 in spans]},
        "mark": {"type": "rule", "color": INK, "strokeWidth": 1.2},
        "encoding": {
            "x": {"field": "at", "type": "quantitative"},
            "y": pixels("from"),
            "y2": {"field": "to"},
        },
    }


def width_of(text: str, size: float = TEXT) -> float:
    """Return about how many pixels a text takes: a generous guess, the same on every machine."""
    return columns(text) * size * _CHARACTER


def legend(keys: Sequence[Key], frame: Frame, *, left: float, gap: float = 0) -> Legend:
    """Lay out a legend across the chart's whole width, in as many lines as it takes.

    Args:
        keys: the entries in the order of what they name.
        frame: the chart's frame.
        left: padding left of the plot; the legend starts at the chart's edge.
        gap: room between legend and plot for words of the plot.
    """
    line, x = 0, 0.0
    places: list[tuple[float, float, Key]] = []
    for key in keys:
        wide = 24 + width_of(key.text) + 14
        if x > 0 and x + wide > frame.width:
            line, x = line + 1, 0.0
        places.append((x - left, line * 21.0, key))
        x += wide
    height = (line + 1) * 21 + 11.0 + gap
    layers = words([Word(x + 24, y + 8 - height, k.text, colour=MUTED) for x, y, k in places])
    layers += shapes(
        [(x + 9, y + 8 - height, k.mark) for x, y, k in places if k.mark is not None], size=11
    )
    for x, y, key in places:
        if key.mark is None:
            layers.append(_swatch(key, x + 1, y + 8 - height))
    return Legend(layers, height)


def _swatch(key: Key, x: float, y: float) -> Spec:
    half = 1.5 if key.line else 6
    return {
        "data": {"values": [{"x": x, "x2": x + 16, "y": y - half, "y2": y + half}]},
        "mark": {"type": "rect", "fill": key.fill},
        "encoding": {
            "x": pixels("x"),
            "x2": {"field": "x2"},
            "y": pixels("y"),
            "y2": {"field": "y2"},
        },
    }
