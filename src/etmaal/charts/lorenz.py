"""How unevenly the volume is spread over providers: equal shares would lie on the diagonal."""

from collections.abc import Sequence
from dataclasses import dataclass

from etmaal.charts import palette
from etmaal.charts.frame import Frame
from etmaal.charts.spec import SMALL, Key, Padding, Spec, Word, base, legend, percent_axis, words
from etmaal.charts.svg import render


@dataclass(frozen=True, slots=True)
class LorenzPoint:
    """So much of the volume lies with so large a part of the providers, smallest first.

    Both are fractions of 1; the first point is (0, 0), the last (1, 1).
    """

    providers: float
    volume: float


@dataclass(frozen=True, slots=True)
class Words:
    """What is written in the chart."""

    curve: str
    equal: str
    across: str
    up: str


def draw(points: Sequence[LorenzPoint], text: Words, frame: Frame) -> str:
    """Draw the Lorenz curve; its square is never wider than 420 pixels."""
    keys = legend(
        [Key(text.curve, palette.DEEP, line=True), Key(text.equal, palette.RULE, line=True)],
        frame,
        left=48,
        gap=20,
    )
    side = min(420.0, frame.width - 62.0)
    padding = Padding(left=48, right=frame.width - 48 - side, top=keys.height, bottom=46)
    values = [{"x": p.providers, "y": p.volume} for p in points]
    layers = [
        _line([{"x": 0, "y": 0}, {"x": 1, "y": 1}], palette.RULE, dash=(5, 4)),
        {
            "data": {"values": values},
            "mark": {"type": "area", "fill": palette.STONE},
            "encoding": {
                "x": {"field": "x", "type": "quantitative"},
                "y": {"field": "y", "type": "quantitative"},
            },
        },
        _line(values, palette.DEEP),
        *words(
            [
                Word(-40, -12, text.up, colour=palette.MUTED, size=SMALL),
                Word(side, side + 36, text.across, "right", palette.MUTED, SMALL),
            ]
        ),
        *keys.layers,
    ]
    return render(base(frame, height=side, padding=padding, layers=layers), frame)


def _line(values: Sequence[dict[str, float]], colour: str, dash: tuple[int, ...] = ()) -> Spec:
    return {
        "data": {"values": list(values)},
        "mark": {"type": "line", "color": colour, "strokeWidth": 2, "strokeDash": list(dash)},
        "encoding": {
            "x": {"field": "x", **percent_axis()},
            "y": {"field": "y", **percent_axis(labelFlush=False)},
        },
    }


def volume_at(points: Sequence[LorenzPoint], providers: float) -> float:
    """Return the part of the volume that the smallest ``providers`` (fraction of 1) hold.

    Between two points the curve is straight, and so is the answer.

    Raises:
        ValueError: if the curve has no point at or beyond there.
    """
    before = LorenzPoint(0.0, 0.0)
    for point in points:
        if point.providers >= providers:
            width = point.providers - before.providers
            part = (providers - before.providers) / width if width > 0 else 1.0
            return before.volume + part * (point.volume - before.volume)
        before = point
    raise ValueError(f"the curve ends before {providers}")
