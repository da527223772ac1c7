"""Where does a field begin and end, in each of the ways in which the exports quote?"""

import re
from collections.abc import Sequence

from etmaal.adapters.scart.columns import Column
from etmaal.adapters.scart.reasons import (
    LONG,
    NUL,
    QUOTE_INSIDE,
    SHORT,
    UNQUOTED,
    Unfit,
)

_SLASHED = re.compile(r'"((?:[^"\\]|\\.)*+)"(?:;|\Z)', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_DOUBLED = re.compile(r'(?:"((?:[^"]|"")*+)"|([^";]*+))(?:(;)|\Z)')
_AS_PHP = re.compile(r'(?:"((?:[^"\\]|""|\\"|\\)*+)"|([^";]*+))(?:(;)|\Z)')
_GUARDED = re.compile(r"[\t'][=+@\t\r-]")


def slashed(text: str) -> list[str]:
    """Split a record of which every field is quoted, escaped by backslashes and then delimited.

    Raises:
        Unfit: if its quotes do not close.
    """
    text = text.rstrip(" ")
    if "\\" in text:
        return _unescaped(text)
    cells = text[1 : -2 if text.endswith(";") else -1].split('";"')
    if text[:1] != '"' or text.count('"') != 2 * len(cells):
        raise Unfit(UNQUOTED)
    return cells


def _unescaped(text: str) -> list[str]:
    cells, at = [], 0
    while at < len(text):
        cell = _SLASHED.match(text, at)
        if cell is None:
            raise Unfit(UNQUOTED)
        if "0" in _ESCAPE.findall(cell[1]):  # as which a NUL is written
            raise Unfit(NUL)
        cells.append(_ESCAPE.sub(r"\1", cell[1]))
        at = cell.end()
    return cells


def where_needed(text: str, width: int) -> list[str]:
    """Split a record as PHP's own CSV writer makes them, behind a guard against formulas.

    That writer doubles a quote, but not behind a backslash; so a backslash at the end of a field
    looks like an escaped quote. A text that can be read in both ways says the same in both.

    Raises:
        Unfit: if its quotes do not close, or the fields are not as many as the columns.
    """
    cells = text.split(";") if '"' not in text else _cells(text, _DOUBLED) or _cells(text, _AS_PHP)
    if cells is None:
        raise Unfit(UNQUOTED)
    _check_width(len(cells), width)
    if "\t" in text or "'" in text:
        return [cell[1:] if _GUARDED.match(cell) else cell for cell in cells]
    return cells


def _cells(text: str, form: re.Pattern[str]) -> list[str] | None:
    cells, at = [], 0
    while cell := form.match(text, at):
        cells.append(cell[2] if cell[1] is None else cell[1].replace('""', '"'))
        if cell[3] is None:
            return cells
        at = cell.end()
    return None


def always(text: str, columns: Sequence[Column], width: int) -> list[str]:
    """Split a record of which every field is quoted and nobody knows how quotes are escaped.

    Raises:
        Unfit: if the fields are not as many as the columns, or a kept one may hold an escape.
    """
    text = text.removesuffix(";")
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        raise Unfit(UNQUOTED)
    cells = text[1:-1].split('";"')
    _check_width(len(cells), width)
    if text.count('"') != 2 * len(cells) or "\\" in text:
        for cell, column in zip(cells, columns, strict=False):
            if column.target and ('"' in cell or "\\" in cell):
                raise Unfit(QUOTE_INSIDE)
    return cells


def _check_width(given: int, width: int) -> None:
    if given != width:
        raise Unfit(SHORT if given < width else LONG)
