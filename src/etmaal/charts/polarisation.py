"""Whether providers are much alike or fall apart into quick and slow: how many at which share."""

from collections.abc import Sequence
from dataclasses import dataclass

from etmaal.charts import palette
from etmaal.charts.frame import Frame
from etmaal.charts.spec import SMALL, Padding, Word, base, percent_axis, pixels, words
from etmaal.charts.svg import render


@dataclass(frozen=True, slots=True)
class ShareBin:
    """So many providers have a share in ``[low, high)``; the last bin includes its upper end."""

    low: float
    high: float
    providers: int


@dataclass(frozen=True, slots=True)
class Words:
    """What is written in the chart."""

    across: str
    up: str


def draw(bins: Sequence[ShareBin], text: Words, frame: Frame) -> str:
    """Draw the histogram with each bar's count upon it."""
    height, padding = 190.0, Padding(left=14, right=14, top=42, bottom=46)
    width = frame.width - padding.left - padding.right
    most = max((one.providers for one in bins), default=0) or 1
    tops = [height - one.providers / most * height for one in bins]
    bars = {
        "data": {
            "values": [
                {"from": one.low, "to": one.high, "y": top, "y2": height}
                for one, top in zip(bins, tops, strict=True)
                if one.providers > 0
            ]
        },
        "mark": {
            "type": "rect",
            "fill": palette.MIDDLE,
            "stroke": palette.PAPER,
            "strokeWidth": 2,
        },
        "encoding": {
            "x": {"field": "from", **percent_axis(values=(0, 0.2, 0.4, 0.6, 0.8, 1), grid=False)},
            "x2": {"field": "to"},
            "y": pixels("y"),
            "y2": {"field": "y2"},
        },
    }
    counts = [
        Word((one.low + one.high) / 2 * width, top - 9, frame.locale.count(one.providers), "center")
        for one, top in zip(bins, tops, strict=True)
        if one.providers > 0
    ]
    names = [
        Word(-14, -32, text.up, colour=palette.MUTED, size=SMALL),
        Word(width, height + 36, text.across, "right", palette.MUTED, SMALL),
    ]
    layers = [bars, *words([*counts, *names])]
    return render(base(frame, height=height, padding=padding, layers=layers), frame)
