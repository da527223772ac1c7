"""The five exports of SCART's command line (`peers.md` 5.4), with the mistakes its writer makes.

Every field is quoted and followed by a semicolon, also the last. Quotes and backslashes get a
backslash. The file of everything forgets a line break after each 10,000 rows, ends its header
with a space, and counts the notices of the first case of a host for all its cases. No questions
are asked about findings in this installation, so that no answers stand in it.
"""

from pathlib import Path

import numpy as np

from etmaal.world.civil import DAY, NEVER, Bools, Ints, seconds
from etmaal.world.scart.columns import Columns, listed
from etmaal.world.scart.comments import STATUSES, Status
from etmaal.world.scart.lines import CONSOLE, CONSOLE_OF_ALL, write_lines
from etmaal.world.scart.record import ILLEGAL
from etmaal.world.scart.report import of_contact
from etmaal.world.scart.sending import QUEUED, SENT, SENT_API
from etmaal.world.scart.texts import Texts, at, numbers, words

BASE = {
    "filenumber": "filenumber", "url": "url", "url_host": "host", "url_ip": "IP",
    "url_type": "url type", "status_code": "status", "grade_code": "classification",
    "source_code": "source", "received_at": "received", "firstseen_at": "first seen",
    "firstntd_at": "first NTD", "lastseen_at": "last seen",
}  # fmt: skip
BASE_ALL = {
    "filenumber": "filenumber", "received_at": "received", "url_type": "url type",
    "status_code": "status", "grade_code": "classification", "type_code": "type",
    "source_code": "source", "reference": "reference", "firstseen_at": "first seen",
    "firstntd_at": "first NTD", "lastseen_at": "last seen",
}  # fmt: skip
WHOIS = (
    *("hoster owner", "hoster country", "hoster abuse email", "hoster NTD"),
    *("site owner", "site owner country", "site owner abuse email", "site NTD"),
    *("registrar owner", "registrar country", "registrar abuse email", "registrar NTD"),
)
NTD = (
    *("NTD filenumber", "NTD type", "NTD status", "NTD status time", "abuse owner"),
    *("abuse type", "abuse country", "abuse email", "url", "IP"),
    *("first seen", "last seen", "online counter"),
)
CLOSED = (
    *("filenumber", "url", "status", "abuse owner", "abuse country", "abuse email"),
    *("IP", "first seen", "last seen", "online counter"),
)
UNKNOWN_OWNER = "(unknown)"


def write_console(columns: Columns, folder: Path) -> dict[str, int]:
    """Write all five files; how many rows each holds."""
    return {
        "classified": _classified(columns, folder / "classified.csv"),
        "whois": _whois(columns, folder / "whois.csv"),
        "all": _all(columns, folder / "all.csv"),
        "ntd": _ntd(columns, folder / "ntd.csv"),
        "ntdclosed": _closed(columns, folder / "ntdclosed.csv"),
    }


def _write(file: Path, labels: tuple[str, ...], fields: list[Texts], *, every: bool = False) -> int:
    head = "".join(f'"{label}";' for label in labels) + (" \n" if every else "")
    return write_lines(file, head, fields, CONSOLE_OF_ALL if every else CONSOLE)


def _classified(columns: Columns, file: Path) -> int:
    rows = _graded(columns)
    return _write(file, tuple(BASE.values()), [at(columns.case[name], rows) for name in BASE])


def _whois(columns: Columns, file: Path) -> int:
    rows = _graded(columns)
    fields = [at(columns.case[name], rows) for name in (*BASE, "police")]
    fields += _contacts(columns, columns.rows[rows])
    return _write(file, (*BASE.values(), "police", *WHOIS), fields)


def _all(columns: Columns, file: Path) -> int:
    rows = listed(columns)
    fields = [at(columns.case[name], rows) for name in (*BASE_ALL, "police")]
    fields += _contacts(columns, columns.rows[rows], once_a_host=True)
    return _write(file, (*BASE_ALL.values(), "police", *WHOIS), fields, every=True)


def _graded(columns: Columns) -> Ints:
    """Return the places of what was found illegal; what could not be scraped is left out."""
    rows = listed(columns)
    state, case = columns.record.state, columns.rows[rows]
    out = state.status[case] == STATUSES.index(Status.NOT_SCRAPED)
    graded: Ints = rows[(state.grade[case] == ILLEGAL) & ~out]
    return graded


def _contacts(columns: Columns, case: Ints, *, once_a_host: bool = False) -> list[Texts]:
    """Return the twelve columns of hoster, site owner and registrar."""
    record = columns.record
    site = record.cases.site[case]
    host = record.places.contact[case]
    fields: list[Texts] = []
    for contact in (host, record.contacts.site_owner(site), record.contacts.registrar(site)):
        counts = _counts(columns, case, contact)
        if once_a_host:
            counts = counts[_first_of_host(columns, case, host)]
        owner = of_contact(columns.owner, contact)
        fields += [
            owner.fill_null(UNKNOWN_OWNER) if owner.null_count else owner,
            of_contact(columns.country, contact),
            of_contact(columns.mailbox, contact),
            numbers(counts),
        ]
    return fields


def _counts(columns: Columns, case: Ints, contact: Ints) -> Ints:
    """Count the mailed messages about each case to a contact."""
    record = columns.record
    messages, of = record.messages, record.mentions
    went = np.isin(messages.state[of.message], (SENT, QUEUED))
    size = len(record.contacts.rows)
    key = of.case[went] * size + messages.contact[of.message[went]]
    found, times = np.unique(key, return_counts=True)
    asked = case * size + contact
    place = np.minimum(np.searchsorted(found, asked), max(found.size - 1, 0))
    if not found.size:
        return np.zeros(case.size, np.int64)
    return np.where((found[place] == asked) & (contact >= 0), times[place], 0)


def _first_of_host(columns: Columns, case: Ints, host: Ints) -> Ints:
    """Return for each row the first with the same host name and contact."""
    names = columns.record.names.host.dictionary_encode()
    code = np.asarray(names.indices)[case]
    key = code.astype(np.int64) * (len(columns.record.contacts.rows) + 1) + host + 1
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    return np.asarray(first[inverse], np.int64)


def _ntd(columns: Columns, file: Path) -> int:
    """Write every address of every message that arrived by mail."""
    messages, of = columns.record.messages, columns.record.mentions
    rows = np.flatnonzero(messages.state[of.message] == SENT)
    message = of.message[rows]
    contact = messages.contact[message]
    about = {name: at(column, rows) for name, column in columns.mention.items()}
    told = {name: at(column, message) for name, column in columns.message.items()}
    fields = [
        *(told[name] for name in ("filenumber", "type", "status_code", "status_time")),
        of_contact(columns.owner, contact),
        told["abusecontact_type"],
        of_contact(columns.country, contact),
        of_contact(columns.mailbox, contact),
        *(about[name] for name in ("url", "ip", "firstseen_at", "lastseen_at", "online_counter")),
    ]
    return _write(file, NTD, fields)


def _closed(columns: Columns, file: Path) -> int:
    """Write what is offline now of the messages of the last day on which any were sent."""
    record = columns.record
    messages, of = record.messages, record.mentions
    state_at = np.where(np.isin(messages.state, (SENT, SENT_API)), messages.state_at, NEVER)
    rows = np.flatnonzero(_on_last_day(columns, state_at)[of.message])
    offline = [STATUSES.index(s) for s in (Status.OFFLINE, Status.OFFLINE_MANUAL)]
    rows = rows[np.isin(record.state.status[of.case[rows]], offline)]
    _, first = np.unique(of.case[rows], return_index=True)
    rows = rows[np.sort(first)]
    case = of.case[rows]
    place = np.empty(columns.rows.size, np.int64)
    place[columns.rows] = np.arange(columns.rows.size)
    host = record.places.contact[case]
    about = {name: at(column, rows) for name, column in columns.mention.items()}
    fields = [
        at(columns.case["filenumber"], place[case]),
        about["url"],
        words(record.state.status[case], STATUSES),
        of_contact(columns.owner, host),
        of_contact(columns.country, host),
        of_contact(columns.mailbox, host),
        *(about[name] for name in ("ip", "firstseen_at", "lastseen_at", "online_counter")),
    ]
    return _write(file, CLOSED, fields)


def _on_last_day(columns: Columns, at_: Ints) -> Bools:
    """Say which moments lie in the last local day of the period with any."""
    local = columns.time.civil.of(np.where(at_ < NEVER, at_, 0)) // DAY
    begun = seconds(columns.record.world.preset.ends) // DAY
    before = local[(at_ < NEVER) & (local < begun)]
    if not before.size:
        return np.zeros(at_.size, np.bool_)
    there: Bools = (at_ < NEVER) & (local == before.max())
    return there
