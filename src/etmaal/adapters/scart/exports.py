"""What does a file of SCART say? Its header at once, its records one by one.

A record that cannot be used becomes a `Rejected` with a fixed reason, and the next is read.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from etmaal.adapters.scart.aligning import Aligner, Fields
from etmaal.adapters.scart.columns import MAILED_POLICE, Reading
from etmaal.adapters.scart.files import header_of, opened
from etmaal.adapters.scart.forms import KINDS, MAIL, Layout, Quoting
from etmaal.adapters.scart.gluing import unglued
from etmaal.adapters.scart.headers import recognise
from etmaal.adapters.scart.lines import Raw, several, single
from etmaal.adapters.scart.parts import without_parts
from etmaal.adapters.scart.quoting import always, slashed, where_needed
from etmaal.adapters.scart.reasons import LONG, SHORT, Unfit
from etmaal.adapters.scart.records import Records
from etmaal.core.errors import BadInput
from etmaal.core.hotline import Header, Message, Place, Record, Rejected

_NUMBERS = {Reading.FILENUMBER: "[IN][0-9]{10}", Reading.NOTICE_NUMBER: "M[0-9]{10}"}
_MAILED = re.compile(r"urls-(M[0-9]{10})\.csv(?:\.gz)?")

Split = Callable[[str], list[Fields]]


def read_scart(
    kind: str, file: Path | BinaryIO, *, name: str, zone: ZoneInfo
) -> tuple[Header, Iterator[Record]]:
    """Read one export.

    Args:
        kind: one of `KINDS`; which of its forms, the header says.
        file: a path, or a stream that stands at the beginning and is left open.
        name: of the file, as it is shown. That of a list sent with a notice holds its number.
        zone: the one in which the installation wrote its times.

    Returns:
        What the header says, and the records in the order of the file. They may be gone through
        once, in constant memory. Where a time occurs twice or not at all, it is named in ``doubts``
        (see `Case` for what it then holds).

    Raises:
        BadInput: if the header is not one of this kind. From the records: if a packed file is cut
            off.
    """
    if kind not in KINDS:
        raise BadInput(f"{kind} is no kind of export; the kinds are {', '.join(KINDS)}")
    with opened(file, name) as stream:
        layout = recognise(kind, header_of(stream, name), name)
    columns = [column.name for column in layout.columns]
    dropped = [column.name for column in layout.columns if not column.target]
    answers = [f"{layout.answers} columns of answers"] if layout.answers else []
    header = Header(name, kind, (*columns, *answers), (*dropped, *answers), form=layout.form.title)
    return header, _records(layout, file, name, zone)


def _records(layout: Layout, file: Path | BinaryIO, name: str, zone: ZoneInfo) -> Iterator[Record]:
    with opened(file, name) as stream:
        if isinstance(file, Path):
            header_of(stream, name)  # read once more: nothing stays open that nobody reads
        first = first_field(layout)
        raws = single(stream) if first is None else several(stream, first)
        told = _told(raws, layout, name, zone)
        if layout.quoting is Quoting.NEVER and first is not None:
            yield from without_parts(told, _aligner(layout))
        else:
            yield from (record for _, record in told)


def _told(
    raws: Iterator[Raw], layout: Layout, name: str, zone: ZoneInfo
) -> Iterator[tuple[str, Record]]:
    """Yield each record with the text that it was read from."""
    split = splitter(layout)
    records = Records(layout.columns, zone, _message(layout, name))
    unquoted = layout.quoting is Quoting.NEVER
    row = 1
    for text, joined, reason in raws:
        row += 1
        try:
            if reason:
                raise Unfit(reason)
            found = split(text)
        except Unfit as e:
            yield text, Rejected(Place(name, row), "", e.reason)
            continue
        for more, (given, repaired) in enumerate(found):
            row += more
            yield text, records.read(Place(name, row), given, repaired or (joined and unquoted))


def first_field(layout: Layout) -> str | None:
    """Return how each record begins if that is with a number, so that it may hold line breaks."""
    number = _NUMBERS.get(layout.columns[0].reading)
    match layout.quoting:
        case Quoting.NEVER:
            return number
        case Quoting.WHERE_NEEDED:
            return number and f'{number}|"{number}"'
        case _:
            return number and f'"{number}"'


def _message(layout: Layout, name: str) -> Message | None:
    """Return what is known of the message that a list was sent with."""
    if layout.form.kind != MAIL:
        return None
    number = _MAILED.search(Path(name).name)
    role = "police" if layout.form.columns is MAILED_POLICE else None
    return Message(number=number[1] if number else None, role=role)


def splitter(layout: Layout) -> Split:
    """Return how the records of a file are taken apart; one piece of text may be two of them."""
    columns, width = layout.columns, len(layout.columns) + layout.answers
    match layout.quoting:
        case Quoting.NEVER:
            return _aligner(layout).split
        case Quoting.ALWAYS:
            return lambda text: [(always(text, columns, width), False)]
        case Quoting.WHERE_NEEDED:
            return lambda text: [(where_needed(text, width), False)]
        case Quoting.SLASHED:
            return lambda text: _slashed(text, layout, width)


def _aligner(layout: Layout) -> Aligner:
    return Aligner(layout.columns, answers=layout.answers, closed=layout.form.closed)


def _slashed(text: str, layout: Layout, width: int) -> list[Fields]:
    cells = slashed(text)
    if layout.form.glued:
        parts = unglued(cells, layout.columns, width)
        return [(part, len(parts) > 1) for part in parts]
    if not len(layout.columns) <= len(cells) <= width:
        raise Unfit(SHORT if len(cells) < width else LONG)
    return [(cells, False)]
