"""How names that others chose are made fit to stand beside a bar, and how many may stand there."""

import unicodedata
from collections.abc import Callable, Sequence
from typing import TypeVar

MOST_ROWS = 40
"""Rows a chart shows by name. More cannot be taken in, and the table behind it has them all."""

# Marks that turn the direction of what follows: in a name they could swap the words around it.
_DIRECTION = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

Row = TypeVar("Row")


def plain(name: str) -> str:
    """Return a name on one line, without control characters and marks of direction."""
    kept = (
        " " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c
        for c in name
        if c not in _DIRECTION
    )
    return " ".join("".join(kept).split())


def shortened(name: str, most: int) -> str:
    """Return a plain name of at most ``most`` columns, the rest replaced by an ellipsis.

    A column is an ordinary small letter; wide ones count for more, combining marks for none.
    """
    text = plain(name)
    if columns(text) <= most:
        return text
    kept = ""
    for character in text:
        if columns(kept + character) > most - 1:
            break
        kept += character
    return kept.rstrip() + "…"


def columns(text: str) -> float:
    """Return about how wide a text is, in widths of an ordinary small letter."""
    return sum(_width(character) for character in text)


def _width(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 2.0
    if character in "MWmw@%":
        return 1.6
    return 1.2 if character.isupper() else 1.0


def largest(
    rows: Sequence[Row], size: Callable[[Row], int], most: int = MOST_ROWS
) -> tuple[list[Row], list[Row]]:
    """Split rows into those a chart shows, in their given order, and the rest.

    The largest are shown; of equals the earlier. One row is never left over alone: it would take
    as much room as the line that stands for it.
    """
    if len(rows) <= most + 1:
        return list(rows), []
    by_size = sorted(range(len(rows)), key=lambda i: (-size(rows[i]), i))
    shown = set(by_size[:most])
    return (
        [row for i, row in enumerate(rows) if i in shown],
        [row for i, row in enumerate(rows) if i not in shown],
    )
