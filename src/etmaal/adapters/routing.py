"""What a routing table file says: of which day it is, which format, and who announced what.

A table is believed whole or not at all: the first line that cannot be read refuses the file.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from io import BufferedReader
from itertools import chain
from pathlib import Path

from etmaal.adapters import route_formats
from etmaal.adapters.route_formats import ParseLine
from etmaal.adapters.text_lines import NumberedLine, read_lines
from etmaal.core.errors import BadInput
from etmaal.core.routes import Announcement, range_text

_EIGHT_DIGITS = re.compile(r"(?<![0-9])[0-9]{8}(?![0-9])")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HEADERS = {
    ("prefix", "asn"): route_formats.csv_prefix,
    ("first", "last", "asn"): route_formats.csv_range,
}
_RANGES = (route_formats.iptoasn, route_formats.csv_range)
KNOWN = (
    "pyasn .dat, iptoasn .tsv, CAIDA pfx2as, or CSV with prefix,asn or first,last,asn; "
    "each plain or gzipped"
)


def read_argument(argument: str) -> tuple[Path, date]:
    """Split ``FILE`` or ``FILE@2019-06-01`` into the file and the day its routes were seen.

    Raises:
        BadInput: if neither the name nor the argument says one day.
    """
    path, at, tail = argument.rpartition("@")
    if at and _DAY.fullmatch(tail):
        try:
            return Path(path), date.fromisoformat(tail)
        except ValueError as e:
            raise BadInput(f"{argument}: {tail} is no day") from e
    name = Path(argument).name
    days = {day for digits in _EIGHT_DIGITS.findall(name) if (day := _day(digits)) is not None}
    if len(days) != 1:
        why = "no day" if not days else "more than one day"
        raise BadInput(
            f"{name} has {why} (YYYYMMDD) in its name; say when its routes were seen: "
            f"{name}@2019-06-01"
        )
    return Path(argument), days.pop()


def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None  # eight digits that are something else


def fetch_routes(path: Path) -> Iterator[Announcement]:
    """Yield what a file announces.

    Raises:
        BadInput: as `read_routes`, or if the file cannot be opened.
    """
    try:
        with path.open("rb") as stream:
            yield from read_routes(stream, path.name)
    except OSError as e:
        raise BadInput(f"{path.name}: {e.strerror or e}; give a routing table: {KNOWN}") from e


def read_routes(stream: BufferedReader, name: str) -> Iterator[Announcement]:
    """Yield what a routing table announces, in its own order; the format shows in the content.

    Args:
        stream: its bytes, plain or gzipped.
        name: the file's name, for messages.

    Raises:
        BadInput: at the first line that cannot be read, that runs backwards, or that overlaps
            another of a format that has ranges; with file, line and remedy.
    """
    lines = read_lines(stream, name)
    first = next((line for line in lines if not _is_comment(line[1])), None)
    if first is None:
        raise BadInput(f"{name} announces nothing; copy it again from its source")
    parse, is_header = _recognise(first, name)
    announced = _parsed(lines if is_header else chain([first], lines), parse, name)
    if parse in _RANGES:
        announced = _disjoint(announced, name)
    for _, announcement in announced:
        yield announcement


def _is_comment(line: str) -> bool:
    return line[:1] in ("", ";", "#") or line.isspace()


def _recognise(numbered: NumberedLine, name: str) -> tuple[ParseLine, bool]:
    """Return how to read the lines of a format, and whether this one is only its header."""
    number, line = numbered
    header = tuple(cell.strip(' "').lower() for cell in line.split(","))
    if header in _HEADERS:
        return _HEADERS[header], True
    for parse, shape in _SHAPES.items():
        if _shape(line) == shape:
            return parse, False
    if line.count("|") >= 3:
        raise BadInput(
            f"{name} looks like a register of delegations: it says in which country addresses are "
            f"registered, not which network announced them; give a routing table: {KNOWN}"
        )
    raise BadInput(
        f"{name}, line {number}: this is no routing table that is known here; known are {KNOWN}"
    )


# A first line is told by what its fields are: p prefix, a address, n number.
_SHAPES: dict[ParseLine, str] = {
    route_formats.pyasn: "p\tn",
    route_formats.pfx2as: "a\tn\tn",
    route_formats.iptoasn: "a\ta\tn",
    route_formats.csv_prefix: "p,n",
    route_formats.csv_range: "a,a,n",
}


def _shape(line: str) -> str:
    separator = "\t" if "\t" in line else ","
    return separator.join(map(_kind, line.split(separator)[:3]))


def _kind(field: str) -> str:
    field = field.strip(' "')
    if re.fullmatch(r"[0-9a-fA-F:.]*[:.][0-9a-fA-F:.]*/\d+", field):
        return "p"
    if re.fullmatch(r"[0-9a-fA-F:.]*[:.][0-9a-fA-F:.]*", field):
        return "a"
    return "n" if re.fullmatch(r"(?i:AS)?\d[\d_, ]*", field) else "?"


def _parsed(
    lines: Iterable[NumberedLine], parse: ParseLine, name: str
) -> Iterator[tuple[int, Announcement]]:
    count = 0
    for number, line in lines:
        try:
            announcement = parse(line)
        except ValueError as e:
            if _is_comment(line):
                continue
            raise BadInput(
                f"{name}, line {number}: {e}; mend or remove the line, or copy the file again"
            ) from e
        count += 1
        yield number, announcement
    if not count:
        raise BadInput(f"{name} announces nothing; copy it again from its source")


def _disjoint(
    announced: Iterable[tuple[int, Announcement]], name: str
) -> Iterator[tuple[int, Announcement]]:
    """Pass ranges on, and refuse the file at its end where two of them overlap.

    The same range twice is no overlap: it has several origins.
    """
    ranges = []
    for number, a in announced:
        ranges.append((a.version, a.first, a.last, number))
        yield number, a
    ranges.sort()
    offenders = []
    widest = None
    for one in ranges:
        if widest is not None and one[0] == widest[0] and one[1] <= widest[2]:
            if one[:3] != widest[:3]:
                offenders.append(sorted((one, widest), key=lambda r: r[3]))
        if widest is None or one[0] != widest[0] or one[2] > widest[2]:
            widest = one
    if offenders:
        earlier, later = min(offenders, key=lambda pair: pair[1][3])
        raise BadInput(
            f"{name}, line {later[3]}: {range_text(*later[:3])} overlaps "
            f"{range_text(*earlier[:3])} of line {earlier[3]}; ranges must not overlap, "
            "copy the file again or mend it"
        )
