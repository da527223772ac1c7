"""The list of notices from the back office (`peers.md` 5.3) and lists sent with notices (5.5)."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from etmaal.world.civil import Ints
from etmaal.world.scart.columns import Columns
from etmaal.world.scart.lines import LISTED, MAILED, guarded, write_lines
from etmaal.world.scart.report import of_contact
from etmaal.world.scart.sending import HOSTER, POLICE, SENDINGS, SENT
from etmaal.world.scart.texts import Texts, at, numbers

LABELS = (
    *("filenumber", "abusecontact", "status", "number of urls", "grouping start"),
    *("active (hours)", "threshold (hours)", "NTD sent"),
)
MARK = "\ufeff"
FULL, ONLY_URL, TO_POLICE = (
    ("url", "IP", "firstseen", "lastseen", "note"),
    ("url", "note"),
    ("url", "reason", "IP", "firstseen", "lastseen"),
)
COLUMN_OF = {
    "url": "url",
    "IP": "ip",
    "firstseen": "firstseen_at",
    "lastseen": "lastseen_at",
    "note": "note",
    "reason": "note",
}
HOW_MANY = 3  # of each form


def write_list(columns: Columns, file: Path) -> int:
    """Write the list of all notices; how many there are."""
    messages, message = columns.record.messages, columns.message
    run = np.where(np.isin(messages.state, SENDINGS), messages.hours, 0)
    fields = [
        message["filenumber"],
        of_contact(columns.owner, messages.contact),
        message["status_code"],
        numbers(messages.urls),
        message["groupby_start"],
        numbers(run),
        message["groupby_hour_threshold"],
        message["msg_queued"],
    ]
    head = MARK + ";".join(guarded(pa.array(LABELS)).to_pylist()) + "\n"
    return write_lines(file, head, fields, LISTED)


def write_attachments(columns: Columns, folder: Path) -> dict[str, int]:
    """Write the lists that went with a few notices of each form; the rows of each."""
    messages = columns.record.messages
    sent = messages.state == SENT
    bare = np.array([c.only_url for c in columns.record.contacts.rows], np.bool_)
    to_host = sent & (messages.to == HOSTER)
    rows: dict[str, int] = {}
    # A list has the whole address; only the database cuts it.
    about = columns.mention | {"url": columns.mentioned_url}
    for form, chosen in (
        (FULL, to_host & ~bare[messages.contact]),
        (ONLY_URL, to_host & bare[messages.contact]),
        (TO_POLICE, sent & (messages.to == POLICE)),
    ):
        for message in np.flatnonzero(chosen)[:HOW_MANY]:
            file = folder / f"urls-{columns.message['filenumber'][int(message)].as_py()}.csv"
            of = np.flatnonzero(columns.record.mentions.message == message)
            rows[file.name] = _attachment(about, of, form, file)
    return rows


def _attachment(about: dict[str, Texts], of: Ints, form: tuple[str, ...], file: Path) -> int:
    fields = [at(about[COLUMN_OF[name]], of) for name in form]
    return write_lines(file, ";".join(form) + "\n", fields, MAILED)
