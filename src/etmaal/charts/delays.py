"""Whose time it was: how long half, and nine tenths, of each kind of waiting took."""

from collections.abc import Sequence
from dataclasses import dataclass

from etmaal.charts import palette
from etmaal.charts.frame import Frame
from etmaal.charts.spec import SMALL, Key, Padding, Word, base, legend, pixels, words
from etmaal.charts.svg import render

_ROW, _BAR = 74.0, 16.0


@dataclass(frozen=True, slots=True)
class Delay:
    """One kind of waiting: hours within which half and nine tenths were over.

    None is a time that was never reached, or that is not known; ``text`` then says which.
    ``span`` says from when to when it runs.
    """

    name: str
    span: str
    half: float | None
    most: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """What is written in the legend."""

    half: str
    most: str


def draw(delays: Sequence[Delay], text: Words, frame: Frame) -> str:
    """Draw a bar for each kind, all on one scale of hours that begins at 0.

    What was not reached runs to the edge of the chart.
    """
    keys = legend([Key(text.half, palette.DEEP), Key(text.most, palette.HATCH)], frame, left=0)
    padding = Padding(left=0, right=0, top=keys.height, bottom=2)
    known = [hours for d in delays for hours in (d.half, d.most) if hours is not None]
    # Room at the right, so that a bar that reached its end is told from one that did not.
    longest = max([*known, 0.0]) * 1.08 or 1.0
    scale = frame.width / longest
    fills: dict[str, list[dict[str, float]]] = {palette.HATCH: [], palette.DEEP: []}
    texts = []
    for i, one in enumerate(delays):
        top = i * _ROW
        texts.append(Word(0, top + 12, one.name, weight=600))
        texts.append(Word(0, top + 28, one.span, colour=palette.MUTED, size=SMALL))
        texts.append(Word(0, top + 62, one.text, size=SMALL))
        if one.half is None and one.most is None:
            continue
        # A moment is drawn a hair wide: without width it would vanish.
        half = 0.0 if one.half is None else max(one.half * scale, 2.0)
        most = frame.width if one.most is None else max(one.most * scale, half + 2.0)
        for fill, begin, end in ((palette.DEEP, 0.0, half), (palette.HATCH, half, most)):
            if end > begin:
                fills[fill].append({"x": begin, "x2": end, "y": top + 37, "y2": top + 37 + _BAR})
    bars = [
        {
            "data": {"values": places},
            "mark": {"type": "rect", "fill": fill, "stroke": palette.PAPER, "strokeWidth": 1},
            "encoding": {
                "x": pixels("x"),
                "x2": {"field": "x2"},
                "y": pixels("y"),
                "y2": {"field": "y2"},
            },
        }
        for fill, places in fills.items()
    ]
    layers = [*bars, *words(texts), *keys.layers]
    return render(base(frame, height=_ROW * len(delays), padding=padding, layers=layers), frame)
