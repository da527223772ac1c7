"""Which providers differ from the whole by more than chance: share against n, between limits."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from etmaal.charts import palette
from etmaal.charts.frame import Frame
from etmaal.charts.palette import MARKS
from etmaal.charts.spec import (
    SMALL,
    Key,
    Padding,
    Spec,
    Word,
    base,
    legend,
    percent_axis,
    point,
    words,
)
from etmaal.charts.svg import render


@dataclass(frozen=True, slots=True)
class Point:
    """One provider: its n, above 0, its share (fraction of 1) and its group in `MARKS`."""

    name: str
    group: str
    n: int
    share: float


@dataclass(frozen=True, slots=True)
class Limit:
    """Where 95 % and 99.8 % of providers of this n lie if all are alike but for chance."""

    n: float
    low_95: float
    high_95: float
    low_998: float
    high_998: float


@dataclass(frozen=True, slots=True)
class Words:
    """What is written in the chart; ``groups`` names each group that occurs."""

    groups: dict[str, str]
    centre: str
    limit_95: str
    limit_998: str
    across: str


def draw(
    points: Sequence[Point], limits: Sequence[Limit], centre: float, text: Words, frame: Frame
) -> str:
    """Draw the funnel on a logarithmic scale of n.

    Args:
        points: the providers.
        limits: at rising n; they should span the providers' n.
        centre: the share of the whole, a fraction of 1.
        text: the words in the reader's language.
        frame: the outside.
    """
    groups = [group for group in MARKS if any(p.group == group for p in points)]
    keys = legend(
        [
            *(Key(text.groups[group], mark=MARKS[group]) for group in groups),
            Key(text.centre, palette.INK, line=True),
            Key(text.limit_95, palette.PALE),
            Key(text.limit_998, palette.STONE),
        ],
        frame,
        left=48,
    )
    height = 250.0 if frame.narrow else 320.0
    padding = Padding(left=48, right=16, top=keys.height + 4, bottom=46)
    width = frame.width - padding.left - padding.right
    largest = max([p.n for p in points] + [math.ceil(limit.n) for limit in limits] + [10])
    layers = [
        _zone(limits, "low_998", "high_998", palette.STONE, largest),
        _zone(limits, "low_95", "high_95", palette.PALE, largest),
        _centre(centre),
        *(_group(group, points) for group in groups),
        *words([Word(width, height + 36, text.across, "right", palette.MUTED, SMALL)]),
        *keys.layers,
    ]
    return render(base(frame, height=height, padding=padding, layers=layers), frame)


def _zone(limits: Sequence[Limit], low: str, high: str, fill: str, largest: int) -> Spec:
    return {
        "data": {
            "values": [
                {"n": limit.n, "low": getattr(limit, low), "high": getattr(limit, high)}
                for limit in limits
            ]
        },
        "mark": {"type": "area", "fill": fill, "clip": True},
        "encoding": {
            "x": {
                "field": "n",
                "type": "quantitative",
                "scale": {"type": "log", "domain": [1, largest * 1.2], "nice": False},
                "axis": {
                    "values": [10**power for power in range(1 + int(math.log10(largest * 1.2)))],
                    "format": ",d",
                    "grid": False,
                },
            },
            "y": {"field": "low", **percent_axis(labelFlush=False)},
            "y2": {"field": "high"},
        },
    }


def _centre(centre: float) -> Spec:
    return {
        "data": {"values": [{"share": centre}]},
        "mark": {"type": "rule", "color": palette.INK, "strokeWidth": 1.3},
        "encoding": {"y": {"field": "share", "type": "quantitative"}},
    }


def _group(group: str, points: Sequence[Point]) -> Spec:
    return {
        "data": {"values": [{"n": p.n, "share": p.share} for p in points if p.group == group]},
        "mark": point(MARKS[group], size=10),
        "encoding": {
            "x": {"field": "n", "type": "quantitative"},
            "y": {"field": "share", "type": "quantitative"},
        },
    }
