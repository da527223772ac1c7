"""The records that could not be used, as they stand in their file, for whoever mends them.

These are confidential: they hold whatever the hotline's database holds.
"""

import csv
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from io import TextIOWrapper

from etmaal.adapters.dumps.files import File


def rejected_records(file: File, rows: AbstractSet[int]) -> Iterator[tuple[range, bytes]]:
    """Yield the header and the records with these numbers, each with its own; the header is 1."""
    with (
        file.open() as stream,
        TextIOWrapper(stream, "utf-8-sig", "surrogateescape", newline="") as text,
    ):
        written = _Written()
        writer = csv.writer(written, lineterminator="\n")
        number = 0
        for record in csv.reader(text):
            if record:
                number += 1
                if number == 1 or number in rows:
                    writer.writerow(record)
                    line = written.line.encode("utf-8", "surrogateescape")
                    yield range(number, number + 1), line


class _Written:
    """Takes what a writer of CSV writes, one record at a time."""

    line = ""

    def write(self, line: str) -> int:
        self.line = line
        return len(line)
