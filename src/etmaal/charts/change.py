"""How each provider's share went from one period to the next: two dots, each with its interval.

Providers stand in groups by what may be said of them and in the order given, never in ranks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from etmaal.charts import palette
from etmaal.charts.frame import Frame
from etmaal.charts.names import largest
from etmaal.charts.palette import MARKS, Mark
from etmaal.charts.rows import Row, lay_out
from etmaal.charts.spec import Key, Spec, base, legend, percent_axis, pixels
from etmaal.charts.svg import render

# The groups' shapes point the way the share went along the scale; colour only repeats it.
GROUPS: dict[str, Mark] = {
    "improved": Mark("M-0.8,-0.9L0.95,0L-0.8,0.9Z", palette.DEEP, palette.DEEP),
    "worsened": Mark("M0.8,-0.9L-0.95,0L0.8,0.9Z", palette.AMBER, "#8a4a0c"),
    "cannot_be_told": MARKS["cannot_be_told"],
}
# Half of the pixels between the dot of before, above, and the dot of after, below.
_APART = 4.5


@dataclass(frozen=True, slots=True)
class Side:
    """One period's share with its interval, fractions of 1, and its n."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Pair:
    """One provider before and after; ``group`` is a key of `GROUPS`."""

    name: str
    group: str
    before: Side
    after: Side


@dataclass(frozen=True, slots=True)
class Words:
    """What is written in the chart.

    ``groups`` names each group; ``aside`` takes ``{before}`` and ``{after}``, both numbers.
    """

    groups: dict[str, str]
    before: str
    after: str
    aside: str


def shown(pairs: Sequence[Pair]) -> tuple[list[Pair], list[Pair]]:
    """Split the pairs into those the chart shows, the largest by n, and the others."""
    return largest(pairs, lambda pair: pair.before.n + pair.after.n)


def draw(pairs: Sequence[Pair], text: Words, frame: Frame) -> str:
    """Draw the pairs by group, groups and members in the order given.

    Args:
        pairs: members of one group next to each other.
        text: the words in the reader's language.
        frame: the outside.
    """
    rows: list[Row] = []
    members: list[Pair | None] = []
    for group, found in groupby(shown(pairs)[0], key=lambda pair: pair.group):
        rows.append(Row(text.groups[group], mark=GROUPS[group]))
        members.append(None)
        for pair in found:
            counts = [frame.locale.count(side.n) for side in (pair.before, pair.after)]
            rows.append(Row(pair.name, text.aside.format(before=counts[0], after=counts[1])))
            members.append(pair)
    layout = lay_out(rows, frame)
    places = [(one, y) for one, y in zip(members, layout.centres, strict=True) if one is not None]
    keys = legend(
        [Key(text.before, mark=MARKS["cannot_be_told"]), Key(text.after, mark=MARKS["meets"])],
        frame,
        left=layout.left,
    )
    layers = [
        _way(places),
        *_side([(pair.before, y - _APART) for pair, y in places], palette.MUTED, palette.PAPER),
        *_side([(pair.after, y + _APART) for pair, y in places], palette.INK, palette.DEEP),
        *layout.layers,
        *keys.layers,
    ]
    padding = layout.padding(top=keys.height, bottom=26)
    return render(base(frame, height=layout.height, padding=padding, layers=layers), frame)


def _way(places: Sequence[tuple[Pair, float]]) -> Spec:
    """The line from before to after; it also carries the scale."""
    return {
        "data": {
            "values": [
                {
                    "from": pair.before.value,
                    "to": pair.after.value,
                    "y": y - _APART,
                    "y2": y + _APART,
                }
                for pair, y in places
            ]
        },
        "mark": {"type": "rule", "color": palette.MIDDLE, "strokeWidth": 2.2},
        "encoding": {
            "x": {"field": "from", **percent_axis()},
            "x2": {"field": "to"},
            "y": pixels("y"),
            "y2": {"field": "y2"},
        },
    }


def _side(sides: Sequence[tuple[Side, float]], line: str, fill: str) -> list[Spec]:
    values = [{"value": s.value, "low": s.low, "high": s.high, "y": y} for s, y in sides]
    x = {"type": "quantitative"}
    return [
        {
            "data": {"values": values},
            "mark": {"type": "rule", "color": line, "strokeWidth": 1.3},
            "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}, "y": pixels("y")},
        },
        {
            "data": {"values": values},
            "mark": {
                "type": "circle",
                "size": 52,
                "fill": fill,
                "stroke": palette.DEEP,
                "strokeWidth": 1.4,
                "opacity": 1,
            },
            "encoding": {"x": {"field": "value", **x}, "y": pixels("y")},
        },
    ]
