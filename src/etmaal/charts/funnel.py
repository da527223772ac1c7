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
    by_chance: str = ""


def draw(
    points: Sequence[Point],
    limits: Sequence[Limit],
    centre: float,
    text: Words,
    frame: Frame,
    by_chance: Sequence[Limit] = (),
) -> str:
    """Draw the funnel on a logarithmic scale of n.

    Args:
        points: the providers.
        limits: at rising n; they should span the providers' n.
        centre: the share of the whole, a fraction of 1.
        text: the words in the reader's language.
        frame: the outside.
        by_chance: where the outer limits would lie if there were chance alone, as thin lines.
    """
    groups = [group for group in MARKS if any(p.group == group for p in points)]
    keys = legend(
        [
            *(Key(text.groups[group], mark=MARKS[group]) for group in groups),
            Key(text.centre, palette.INK, line=True),
            Key(text.limit_95, palette.PALE),
            Key(text.limit_998, palette.STONE),
            *([Key(text.by_chance, palette.RULE, line=True)] if by_chance else []),
        ],
        frame,
        left=48,
    )
    height = 250.0 if frame.narrow else 320.0
    padding = Padding(left=48, right=16, top=keys.height + 4, bottom=46)
    width = frame.width - padding.left - padding.right
    sizes = [*(float(p.n) for p in points), *(limit.n for limit in limits)]
    ends = _Ends(
        10 ** int(math.log10(min(sizes, default=1.0))),
        max([*sizes, 10.0]) * 1.2,
        frame.locale.thousands,
    )
    layers = [
        _zone(limits, "low_998", "high_998", palette.STONE, ends),
        _zone(limits, "low_95", "high_95", palette.PALE, ends),
        *(_edge(by_chance, side) for side in ("low_998", "high_998") if by_chance),
        _centre(centre),
        *(_group(group, points) for group in groups),
        *words([Word(width, height + 36, text.across, "right", palette.MUTED, SMALL)]),
        *keys.layers,
    ]
    return render(base(frame, height=height, padding=padding, layers=layers), frame)


@dataclass(frozen=True, slots=True)
class _Ends:
    """Where the scale of n begins, a power of ten, where it ends, what sets thousands apart."""

    first: int
    last: float
    thousands: str


def _zone(limits: Sequence[Limit], low: str, high: str, fill: str, ends: _Ends) -> Spec:
    powers = range(int(math.log10(ends.first)), 1 + int(math.log10(ends.last)))
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
                "scale": {"type": "log", "domain": [ends.first, ends.last], "nice": False},
                "axis": {
                    "values": [10**power for power in powers],
                    "labelExpr": f"replace(format(datum.value, ',d'), /,/g, '{ends.thousands}')",
                    "grid": False,
                },
            },
            "y": {"field": "low", **percent_axis(labelFlush=False)},
            "y2": {"field": "high"},
        },
    }


def _edge(limits: Sequence[Limit], side: str) -> Spec:
    return {
        "data": {"values": [{"n": limit.n, "share": getattr(limit, side)} for limit in limits]},
        "mark": {"type": "line", "color": palette.RULE, "strokeWidth": 1.3, "strokeDash": [4, 3]},
        "encoding": {
            "x": {"field": "n", "type": "quantitative"},
            "y": {"field": "share", "type": "quantitative"},
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
