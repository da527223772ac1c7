"""Is a record that looks whole the rest of one before it that broke off?

A note may hold a line that begins like a record, for instance one pasted from another export.
Nothing is quoted, so that the note breaks off there, and its rest may pass for a record that is
nobody's.
"""

from collections.abc import Iterator

from etmaal.adapters.scart.aligning import Aligner
from etmaal.adapters.scart.lines import LONGEST
from etmaal.adapters.scart.reasons import PART
from etmaal.core.hotline import Record, Rejected


def without_parts(told: Iterator[tuple[str, Record]], aligner: Aligner) -> Iterator[Record]:
    """Yield the records, but reject what may be the rest of a rejected one before it.

    Args:
        told: each record with the text that it was read from.
        aligner: says what could be one record.
    """
    broken = ""
    for text, record in told:
        if isinstance(record, Rejected):
            broken = f"{broken}\n{text}"[-LONGEST:] if broken else text
            broken = "" if aligner.ends_as_one(broken) else broken
        elif broken:
            if aligner.could_be_one(f"{broken}\n{text}"):
                record = Rejected(record.place, "", PART)
            broken = ""
        yield record
