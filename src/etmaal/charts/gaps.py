"""How hours are spread: gaps between checks, or ages of what is still open, by class of hours."""

from collections.abc import Sequence
from dataclasses import dataclass

from etmaal.charts import palette
from etmaal.charts.frame import Frame
from etmaal.charts.spec import Padding, Word, base, pixels, width_of, words
from etmaal.charts.svg import render

_STEP, _BAR = 30.0, 18.0


@dataclass(frozen=True, slots=True)
class HourClass:
    """One class: its name in words ("6 to 12 hours") and how many fall in it."""

    name: str
    count: int


def draw(classes: Sequence[HourClass], frame: Frame) -> str:
    """Draw one bar for each class, with its count and its part of all."""
    # The names are ours and short: the widest fits, and the bars get what is left.
    left = max((width_of(one.name) for one in classes), default=0.0) + 14
    right = 96.0 if frame.narrow else 150.0
    padding = Padding(left=left, right=right, top=4, bottom=6)
    width = frame.width - left - right
    total = sum(one.count for one in classes)
    most = max((one.count for one in classes), default=0) or 1
    bars, texts = [], []
    for i, one in enumerate(classes):
        middle, end = _STEP * (i + 0.5), one.count / most * width
        bars.append({"x": 0, "x2": end, "y": middle - _BAR / 2, "y2": middle + _BAR / 2})
        texts.append(Word(-10, middle, one.name, "right"))
        part = frame.locale.percent(one.count / total, 0) if total else ""
        texts.append(Word(end + 8, middle, f"{frame.locale.count(one.count)} ({part})"))
    layers = [
        {
            "data": {"values": bars},
            "mark": {"type": "rect", "fill": palette.MIDDLE},
            "encoding": {
                "x": pixels("x"),
                "x2": {"field": "x2"},
                "y": pixels("y"),
                "y2": {"field": "y2"},
            },
        },
        *words(texts),
    ]
    height = _STEP * len(classes)
    return render(base(frame, height=height, padding=padding, layers=layers), frame)
