"""Which columns does a file give? What is not in the schema is refused by its name.

A column that could carry a URL or the material is refused with that reason: there is no field
for it. Names that do not look like names are not repeated: they may be values.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from etmaal.core.errors import BadInput
from etmaal.engine.intake.folder import Source, reading
from etmaal.engine.intake.records import LONGEST_RECORD, Broken, split
from etmaal.engine.intake.schema import Table

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_ -]{0,39}")
_MATERIAL = re.compile(
    "url|uri|link|href|http|imag|img|photo|pict|video|media|thumb|screen|hash|md5|sha[0-9]|dna|"
    "body|html|page|path|file|refer+er|base64|blob|content",
    re.IGNORECASE,
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Header:
    """A file's columns: where each of ours stands, and what is left unread.

    ``places`` goes by the order of the schema; ``ignored`` holds names that may be shown.
    """

    width: int
    places: dict[str, int]
    ignored: tuple[str, ...]


def read_header(source: Source, table: Table, *, ignore_extra: bool) -> Header:
    """Read the first line of a CSV.

    Raises:
        BadInput: if it is no header of this table in UTF-8 with commas.
    """
    with reading(source.path), source.open() as stream:
        line = stream.readline(LONGEST_RECORD + 1)
    return match_columns(_names(source.path, line, table), table, source.path, ignore_extra)


def _names(path: Path, line: bytes, table: Table) -> list[str]:
    if line.startswith(_UTF16) or b"\0" in line:
        raise BadInput(f"{path}: UTF-16, or no text at all; save it as CSV in UTF-8")
    line = line.removeprefix(_BOM).removesuffix(b"\n").removesuffix(b"\r")
    if len(line) > LONGEST_RECORD:
        raise BadInput(f"{path}: the first line is longer than 1 MB; it must be the header")
    if not line.strip():
        raise BadInput(f"{path}: the first line is empty; it must be the header")
    if b"\r" in line:
        raise BadInput(f"{path}: lines end in CR alone; save it with LF or CRLF")
    try:
        text = line.decode()
    except UnicodeDecodeError as e:
        raise BadInput(f"{path}: the header is not UTF-8; save the file as CSV in UTF-8") from e
    for mark, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if mark in text and not {n.strip().strip('"') for n in text.split(mark)}.isdisjoint(
            table.names
        ):
            raise BadInput(f"{path}: {word} between the columns; save it with commas")
    names = split(text)
    if isinstance(names, Broken):
        raise BadInput(f"{path}: the quotes in the header do not match; mend the first line")
    return [name.strip() for name in names]


def match_columns(names: Sequence[str], table: Table, path: Path, ignore_extra: bool) -> Header:
    """Match a file's columns with those of the table.

    Raises:
        BadInput: if one is unknown (unless ``ignore_extra``), there twice, or missing.
    """
    if set(table.names).isdisjoint(names):
        raise BadInput(
            f"{path}: the first line names no column of {table.name}; "
            f"it must be the header: {', '.join(table.names)}"
        )
    folded = [name.casefold() for name in names]
    for name in table.names:
        if folded.count(name) > 1:
            raise BadInput(f"{path}: column {name} is there twice; keep one of them")
    extra = [place for place, name in enumerate(names) if name not in table.names]
    if extra and not ignore_extra:
        raise BadInput(_refusal(names[extra[0]], extra[0], table, path))
    for name in table.required:
        if name not in names:
            raise BadInput(f"{path}: column {name} is missing; {table.name} cannot do without it")
    return Header(
        width=len(names),
        places={name: names.index(name) for name in table.names if name in names},
        ignored=tuple(_shown(names[place], place) for place in extra),
    )


def _shown(name: str, place: int) -> str:
    return name if _NAME.fullmatch(name) else f"(column {place + 1})"


def _refusal(name: str, place: int, table: Table, path: Path) -> str:
    shown = _shown(name, place)
    if name.casefold() in table.names:
        return f"{path}: unknown column {shown}; write it as {name.casefold()}"
    drop = "remove it, or let it be dropped unread (--ignore-extra)"
    if _MATERIAL.search(name):
        return (
            f"{path}: column {shown} could carry the address of illegal material, or the "
            f"material itself; there is no field for it here and never will be; {drop}"
        )
    return f"{path}: unknown column {shown}; {drop}; known are {', '.join(table.names)}"
