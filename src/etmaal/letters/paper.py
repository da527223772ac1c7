"""How the values of a page are handed to the template of the PDF: as data, never as markup."""

import dataclasses
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any

from markupsafe import Markup

from etmaal.charts.names import columns
from etmaal.charts.palette import Mark
from etmaal.letters.blocks.block import NAME, TEXT, Picture, Table
from etmaal.letters.blocks.register import Register
from etmaal.letters.drawing import on_paper
from etmaal.letters.glyphs import isolated, lacks, writable

Run = dict[str, Any]

_KINDS = {"strong": "strong", "bdi": "name", "code": "code"}
# Fields that name a thing for the template; all other strings are for readers.
_FOR_THE_TEMPLATE = ("key", "kind")
_SPACE = re.compile(r"[ \t\n\r\f\v]+")

ROOM = 123.0
"""Widths of an ordinary letter, 4 points each, that fit beside each other on A4."""
_GUTTER = 2.0
_WIDEST = {NAME: 42.0, TEXT: 72.0}
_WIDEST_NUMBER = 26.0
_LETTERS = 1.06  # how much wider letters are than figures
_UNDER = 0.9  # how much smaller what stands under a name is set
_BOLD = 1.1  # how much wider the letters of headings are
# In headings a bracket is not broken.
_WHOLE = re.compile(r"\([^()]*\)|\S+")
# Figures break before the bracket of their interval only.
_FIGURES = " ("
# A word longer than this is broken anyway, so no column is as wide as it.
_WORD = 18.0


class Paper:
    """Turns values into data, and remembers whether a character could not be written."""

    def __init__(self) -> None:
        self.unwritten = False

    def data(self, value: Any) -> Any:
        """Return a value as JSON holds it; text becomes runs, charts and tables what is drawn."""
        match value:
            case str():
                return self.runs(value)
            case Picture():
                words = {"label": self.data(value.label), "below": self.data(value.below)}
                return {**on_paper(value.wide), **words}
            case Table():
                return {**self._fields(value), "widths": widths(value)}
            case Mark():
                return _drawn(value)
            case list() | tuple():
                return [self.data(one) for one in value]
            case _ if dataclasses.is_dataclass(value):
                return self._fields(value)
        return value

    def _fields(self, value: Any) -> dict[str, Any]:
        return {
            f.name: (
                getattr(value, f.name)
                if f.name in _FOR_THE_TEMPLATE
                else self.data(getattr(value, f.name))
            )
            for f in dataclasses.fields(value)
        }

    def runs(self, text: str) -> list[Run]:
        """Return a text as pieces with what is particular about each: strong, a name, code."""
        if not isinstance(text, Markup):
            return [{"text": self.line(text), "kinds": []}] if text else []
        reader = _Reader()
        reader.feed(text)
        reader.close()
        return [
            {"text": isolated(self.line(t)) if "name" in kinds else self.line(t), "kinds": kinds}
            for t, kinds in reader.pieces
        ]

    def line(self, text: str) -> str:
        """Return a text on one line, in characters that the fonts have."""
        text = _SPACE.sub(" ", text)
        self.unwritten = self.unwritten or lacks(text)
        return writable(text)


class _Reader(HTMLParser):
    """Reads the few elements that texts are made of.

    Raises:
        ValueError: at any other element; a template must learn it first.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[tuple[str, list[str]]] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _KINDS:
            raise ValueError(f"the PDF knows no element <{tag}> in a text")
        self._open.append(_KINDS[tag])

    def handle_endtag(self, tag: str) -> None:
        self._open.remove(_KINDS[tag])

    def handle_data(self, data: str) -> None:
        self.pieces.append((data, list(self._open)))


def _drawn(mark: Mark) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1.3 -1.3 2.6 2.6" width="26" '
        f'height="26"><path d="{mark.shape}" fill="{mark.fill}" stroke="{mark.stroke}" '
        'stroke-width="0.24"/></svg>'
    )


def widths(table: Table) -> list[float]:
    """Return how wide each column is, in widths of a letter: what it needs, then what it likes."""
    heads = [column.head for column in table.columns]
    kinds = [column.kind for column in table.columns]
    cells = [[_bare(row[i]) for row in table.rows] for i in range(len(heads))]
    return _shared(kinds, heads, cells)


def register_widths(found: Register) -> list[float]:
    """Return how wide each column of the table of providers is."""
    lines = [line for group in found.groups for line in group.lines]
    cells = [[_bare(line.name) for line in lines]]
    cells += [[_bare(line.cells[i][1]) for line in lines] for i in range(len(found.columns) - 1)]
    heads = [column.head for column in found.columns]
    # What stands under a name is set smaller, and on one line.
    under = min(_longest([line.under for line in lines], None) * _UNDER, 28.0)
    return _shared([column.kind for column in found.columns], heads, cells, first=under)


def _shared(
    kinds: list[str], heads: list[str], cells: list[list[str]], *, first: float = 0.0
) -> list[float]:
    needed: list[float] = []
    liked: list[float] = []
    for kind, head, column in zip(kinds, heads, cells, strict=True):
        most = _WIDEST.get(kind, _WIDEST_NUMBER)
        wider = _LETTERS if kind in _WIDEST else 1.0
        part = _longest(column, " " if kind in _WIDEST else _FIGURES) * wider
        least = max(min(part, _WORD), _longest(_WHOLE.findall(head), None) * _BOLD, 3.0)
        if not needed:
            least = max(least, first)
        needed.append(least)
        liked.append(
            max(least, min(_longest(column, None) * wider, most), columns(head) * _BOLD / 2)
        )
    room = ROOM - _GUTTER * (len(kinds) - 1)
    spare, wish = room - sum(needed), sum(liked) - sum(needed)
    if spare >= wish:
        return liked
    part = max(spare, 0.0) / wish
    found = [a + (b - a) * part for a, b in zip(needed, liked, strict=True)]
    return [width * min(room / sum(found), 1.0) for width in found]


def _bare(cell: str) -> str:
    return cell.striptags() if isinstance(cell, Markup) else cell


def _longest(texts: Sequence[str], between: str | None) -> float:
    """Return the width of the longest text, or of the longest part between such breaks."""
    parts = (part for text in texts for part in (text.split(between) if between else [text]))
    return max(map(columns, parts), default=0.0)
