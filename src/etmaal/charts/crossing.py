"""From which to which: a part of all in each crossing of a row and a column."""

from collections.abc import Sequence
from dataclasses import dataclass

from etmaal.charts import palette
from etmaal.charts.frame import Frame
from etmaal.charts.names import shortened
from etmaal.charts.spec import SMALL, Padding, Spec, Word, base, pixels, words
from etmaal.charts.svg import render

_ROW = 34.0
# Grounds for parts of all from so much on; each is darker than the one before.
_GROUNDS = (
    (0.25, palette.DEEP, palette.PAPER),
    (0.05, palette.MIDDLE, palette.INK),
    (0.005, palette.SOFT, palette.INK),
    (0.0, palette.STONE, palette.INK),
)


@dataclass(frozen=True, slots=True)
class Words:
    """What the rows and what the columns are."""

    rows: str
    columns: str


def draw(
    rows: Sequence[str],
    columns: Sequence[str],
    parts: Sequence[Sequence[float]],
    text: Words,
    frame: Frame,
) -> str:
    """Draw the crossings; those with nothing stay blank.

    Args:
        rows: their names, short.
        columns: likewise.
        parts: for each row a fraction of 1 for each column.
        text: the words in the reader's language.
        frame: the outside.

    Raises:
        ValueError: if there is not one part for each crossing.
    """
    if len(parts) != len(rows) or any(len(row) != len(columns) for row in parts):
        raise ValueError("a crossing needs one part for each row and column")
    left = 76.0 if frame.narrow else 150.0
    padding = Padding(left=left, right=0, top=66, bottom=4)
    step = min((frame.width - left) / max(len(columns), 1), 110.0)
    most = int(step / 8)
    texts = [
        Word(-left, -54 if frame.narrow else -12, text.rows, colour=palette.MUTED, size=SMALL),
        Word(0, -36, text.columns, colour=palette.MUTED, size=SMALL),
        *(Word(step * (j + 0.5), -12, shortened(c, most), "center") for j, c in enumerate(columns)),
        *(
            Word(-10, _ROW * (i + 0.5), shortened(r, int((left - 12) / 7.5)), "right")
            for i, r in enumerate(rows)
        ),
    ]
    cells: dict[str, list[dict[str, float]]] = {}
    for i, row in enumerate(parts):
        for j, part in enumerate(row):
            if part <= 0:
                continue
            _, ground, ink = next(one for one in _GROUNDS if part >= one[0])
            cells.setdefault(ground, []).append(
                {"x": step * j, "x2": step * (j + 1), "y": _ROW * i, "y2": _ROW * (i + 1)}
            )
            written = frame.locale.percent(part, 1 if part < 0.1 else 0)
            texts.append(Word(step * (j + 0.5), _ROW * (i + 0.5), written, "center", ink))
    layers = [*(_grounds(ground, places) for ground, places in cells.items()), *words(texts)]
    return render(base(frame, height=_ROW * len(rows), padding=padding, layers=layers), frame)


def _grounds(ground: str, places: Sequence[dict[str, float]]) -> Spec:
    return {
        "data": {"values": list(places)},
        "mark": {"type": "rect", "fill": ground, "stroke": palette.PAPER, "strokeWidth": 2},
        "encoding": {
            "x": pixels("x"),
            "x2": {"field": "x2"},
            "y": pixels("y"),
            "y2": {"field": "y2"},
        },
    }
