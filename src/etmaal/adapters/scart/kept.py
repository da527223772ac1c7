"""The records that could not be used, as they stand in their file, for whoever mends them.

These are confidential: they hold whatever the hotline's file holds, byte for byte. What is longer
than a record may be cannot be kept.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path

from etmaal.adapters.scart.exports import first_field, splitter
from etmaal.adapters.scart.files import header_of, opened
from etmaal.adapters.scart.headers import recognise
from etmaal.adapters.scart.lines import several, single
from etmaal.adapters.scart.reasons import Unfit


def raw_records(kind: str, file: Path, rows: AbstractSet[int]) -> Iterator[tuple[range, bytes]]:
    """Yield the header and the records with these numbers, each with its own; the header is 1."""
    with opened(file, file.name) as stream:
        header = header_of(stream, file.name)
        yield range(1, 2), f"{header}\n".encode()
        layout = recognise(kind, header, file.name)
        split, first = splitter(layout), first_field(layout)
        row = 1
        for text, _, reason in single(stream) if first is None else several(stream, first):
            row += 1
            begun = row
            try:
                if not reason:
                    row += len(split(text)) - 1  # two records glued together have two numbers
            except Unfit:
                pass
            if text and not rows.isdisjoint(range(begun, row + 1)):
                yield range(begun, row + 1), f"{text}\n".encode("utf-8", "surrogateescape")
