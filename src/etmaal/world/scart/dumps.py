"""The tables of SCART's database that a monitor needs, dumped as CSV.

Commas, double quotes where a field needs them, a header of the columns' own names, empty for
NULL, times without a zone. The column for the hash of a picture is always empty: there is none.
"""

from collections.abc import Iterator

import numpy as np

from etmaal.world.civil import DAY, NEVER, Ints, seconds
from etmaal.world.scart.cases import Kind
from etmaal.world.scart.columns import Columns
from etmaal.world.scart.comments import COMMENTS, STATUSES, TAGS, Status
from etmaal.world.scart.contacts import json_list
from etmaal.world.scart.history import Words
from etmaal.world.scart.sending import SENDINGS
from etmaal.world.scart.texts import Texts, at, glued, nothing, numbers, padded, where, words

SUBJECT = "Request to take illegal material offline"
BODY = (
    'Dear desk,\n\nPlease take offline what the list names, "abuse urls in CSV attachment", and '
    "tell us when it is done.\n"
)


def dumps(columns: Columns) -> Iterator[tuple[str, dict[str, Texts]]]:
    """Yield the name of each table and its columns."""
    yield "input", _input(columns)
    yield "input_history", _history(columns)
    yield "ntd", _ntd(columns)
    yield "ntd_url", _ntd_url(columns)
    yield "abusecontact", _contacts(columns)


def _input(columns: Columns) -> dict[str, Texts]:
    record, time, rows, case = columns.record, columns.time, columns.rows, columns.case
    cases, state, places = record.cases, record.state, record.places
    n = rows.size
    gone = np.where(cases.kind == Kind.DELETED, state.updated_at + DAY, NEVER)[rows]
    checked = np.isin(state.status, [STATUSES.index(s) for s in (Status.CHECK, Status.CHANGED)])
    next_state = np.where(checked, STATUSES.index(Status.CHECK), -1)[rows]
    registrar = record.contacts.registrar(cases.site)[rows]
    names = record.names
    return {
        "id": numbers(cases.ids[rows]),
        "workuser_id": numbers(cases.site[rows] % 5 + 1),
        **{k: case[k] for k in ("filenumber", "received_at", "url", "url_ip")},
        "url_base": where(cases.page[rows], None, glued("https://", case["url_host"], "/")),
        "url_host": case["url_host"],
        "url_referer": case["url_referer"],
        "url_hash": nothing(n),
        "url_type": case["url_type"],
        "url_image_width": nothing(n),
        "url_image_height": nothing(n),
        **{k: case[k] for k in ("reference", "type_code", "source_code", "status_code")},
        "grade_code": case["grade_code"],
        "registrar_abusecontact_id": numbers(registrar + 1),
        "host_abusecontact_id": _ids(places.contact[rows]),
        "note": case["note"],
        "browse_error_retry": numbers(state.misses[rows]),
        **{k: case[k] for k in ("firstseen_at", "online_counter", "lastseen_at", "firstntd_at")},
        "whois_error_retry": numbers(state.unresolved[rows]),
        "delivered_items": numbers(cases.page[rows].astype(np.int64) * 3),
        "classify_status_code": words(next_state, STATUSES),
        "hashcheck_at": case["hashcheck_at"],
        "hashcheck_format": nothing(n),
        "hashcheck_return": case["hashcheck_return"],
        "checkonline_leadtime": numbers(cases.ids[rows] * 7 % 19 + 1),
        "ntd_note": at(names.to_host, rows),
        "proxy_abusecontact_id": nothing(n),
        "proxy_call_error": nothing(n),
        "checkonline_lock": nothing(n),
        "created_at": time.texts(cases.created_at[rows]),
        "updated_at": time.texts(state.updated_at[rows]),
        "deleted_at": time.texts(gone),
    }


def _history(columns: Columns) -> dict[str, Texts]:
    record, history = columns.record, columns.record.history
    all_words = Words(len(record.contacts.rows), record.world.networks.addresses).all
    choice = [word or None for word in all_words]
    written = columns.time.texts(history.at)
    user = np.where(history.human, history.case % 5 + 1, 0)
    return {
        "id": numbers(np.arange(1, history.size + 1)),
        "input_id": numbers(record.cases.ids[history.case]),
        "tag": words(history.tag, TAGS),
        "old": words(history.old, choice),
        "new": words(history.new, choice),
        "comment": words(history.comment, COMMENTS),
        "workuser_id": numbers(user),
        "created_at": written,
        "updated_at": written,
        "deleted_at": nothing(history.size),
    }


def _ntd(columns: Columns) -> dict[str, Texts]:
    messages, message = columns.record.messages, columns.message
    n = messages.size
    by_mail = messages.sent_at < NEVER
    ready = np.where(np.isin(messages.state, SENDINGS), messages.state_at, messages.begun_at)
    hours_run = np.where(np.isin(messages.state, SENDINGS), messages.hours, 0)
    subject = glued("[", message["filenumber"], "] ", SUBJECT)
    ident = glued(padded(np.arange(1, n + 1), 8), ".scart@hotline.example")
    return {
        "id": numbers(np.arange(1, n + 1)),
        "filenumber": message["filenumber"],
        "abusecontact_id": _ids(messages.contact),
        **{k: message[k] for k in ("abusecontact_type", "type", "status_code", "status_time")},
        "groupby_start": message["groupby_start"],
        "groupby_hour_count": numbers(hours_run),
        "groupby_hour_threshold": message["groupby_hour_threshold"],
        "msg_queued": message["msg_queued"],
        "msg_abusecontact": where(by_mail, at(columns.mailbox, messages.contact), None),
        "msg_subject": where(by_mail, subject, None),
        "msg_body": where(by_mail, BODY, None),
        "msg_ident": where(by_mail, ident, None),
        "created_at": message["groupby_start"],
        "updated_at": columns.time.texts(ready),
        "deleted_at": nothing(n),
    }


def _ntd_url(columns: Columns) -> dict[str, Texts]:
    record, of = columns.record, columns.record.mentions
    n = of.size
    made = at(columns.message["groupby_start"], of.message)
    return {
        "id": numbers(np.arange(1, n + 1)),
        "ntd_id": numbers(of.message + 1),
        "record_type": words(np.zeros(n, np.int64), ("input",)),
        "record_id": numbers(record.cases.ids[of.case]),
        **columns.mention,
        "created_at": made,
        "updated_at": made,
        "deleted_at": nothing(n),
    }


def _contacts(columns: Columns) -> dict[str, Texts]:
    record = columns.record
    rows = record.contacts.rows
    n = len(rows)
    place = np.arange(n)
    begun = np.full(n, seconds(record.world.preset.begins) - 200 * DAY)
    merged = np.array([c.merged_at for c in rows], np.int64)

    def flags(values: Iterator[bool]) -> Texts:
        return numbers(np.array(list(values), np.int64))

    return {
        "id": numbers(place + 1),
        "filenumber": glued("A", padded(place + 1, 10)),
        "owner": columns.owner,
        "aliases": words(place, [json_list(c.aliases) for c in rows]),
        "domains": nothing(n),
        "abusecustom": words(place, [c.mailbox or None for c in rows]),
        "abusecountry": columns.country,
        "groupby_hours": numbers(np.full(n, 24)),
        "note": words(place, [c.note or None for c in rows]),
        "ntd_template_id": numbers(np.array([1 + c.only_url for c in rows], np.int64)),
        "ntd_msg_subject": nothing(n),
        "ntd_msg_body": nothing(n),
        "gdpr_approved": flags(iter(c.approved for c in rows)),
        "police_contact": flags(iter(c.police for c in rows)),
        "ntd_type": words(record.contacts.by_api.astype(np.int64), ("email", "api")),
        "ntd_api_addon_id": where(record.contacts.by_api, "1", None),
        "created_at": columns.time.texts(begun),
        "updated_at": columns.time.texts(np.where(merged < NEVER, merged, begun)),
        "deleted_at": columns.time.texts(merged),
    }


def _ids(contact: Ints) -> Texts:
    """Return ids of contacts; nobody has none."""
    return numbers(contact + 1, absent=contact < 0)
