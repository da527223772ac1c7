"""The report "export url data" (`peers.md` 5.1): every case, with nothing quoted.

A semicolon in an address or a referer shifts what stands behind it, and a line break in a note
begins a line that is none. That is how SCART writes it.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from etmaal.world.civil import Ints
from etmaal.world.scart.columns import Columns, listed
from etmaal.world.scart.lines import REPORTED, write_lines
from etmaal.world.scart.texts import Texts, at, words

CHOSEN = (
    *("filenumber", "reference", "url", "url_host", "url_ip", "url_type", "url_referer"),
    *("received_at", "hashcheck_at", "hashcheck_return", "firstseen_at", "lastseen_at"),
    *("type_code", "police", "source_code", "status_code"),
)
ALWAYS = (
    *("hoster_contact", "hoster_country", "hoster_owner", "hoster_first_ntd_at"),
    *("registrar_contact", "grade_code"),
)


def write_report(columns: Columns, file: Path, *, notes: bool, rows: Ints | None = None) -> int:
    """Write the report of all cases, or of some, in the order of their ids.

    Args:
        columns: the columns.
        file: where to.
        notes: whether the column `note`, which is off by default, was chosen too.
        rows: places in the order of the ids; None for all that were not thrown away.

    Returns:
        How many cases it holds.
    """
    names = (*CHOSEN, *(("note",) if notes else ()), *ALWAYS)
    rows = listed(columns) if rows is None else rows
    found = dict(_all(columns, rows))
    fields = [found[name] for name in names]
    return write_lines(file, ";".join(names), fields, REPORTED)


def _all(columns: Columns, rows: Ints) -> Iterator[tuple[str, Texts]]:
    for name, column in columns.case.items():
        yield name, at(column, rows)
    record = columns.record
    case = columns.rows[rows]
    host = record.places.contact[case]
    yield "hoster_contact", of_contact(columns.mailbox, host)
    yield "hoster_country", of_contact(columns.country, host)
    yield "hoster_owner", of_contact(columns.owner, host)
    yield "hoster_first_ntd_at", columns.time.texts(record.state.host_notice_at[case])
    registrar = record.contacts.registrar(record.cases.site[case])
    yield "registrar_contact", of_contact(columns.owner, registrar)


def of_contact(column: Texts, contact: Ints) -> Texts:
    """Return what stands in a column of contacts for each; nobody has nothing."""
    return words(contact, column.to_pylist())


def received_on_or_after(columns: Columns, at_least: int) -> Ints:
    """Return the places, in the order of the ids, of what came in from a moment on."""
    rows = listed(columns)
    late = columns.record.cases.received_at[columns.rows[rows]] >= at_least
    return rows[np.asarray(late)]
