"""The columns that more than one file shows, as text: made once, in the order of the ids."""

from dataclasses import dataclass

import numpy as np

from etmaal.world.civil import Ints
from etmaal.world.scart.cases import SOURCE_CODES, Kind
from etmaal.world.scart.comments import STATUSES
from etmaal.world.scart.history import GRADES
from etmaal.world.scart.moments import LocalTime
from etmaal.world.scart.names import cut, filenumbers
from etmaal.world.scart.record import Record
from etmaal.world.scart.sending import SENDINGS, STATES, TO
from etmaal.world.scart.texts import Texts, at, glued, numbers, padded, words

TYPES = ("website", "imagehost", "imageboard", "filehost", "forum", "linksite", "notdetermined")
ROUTES = ("email", "api", "unknown")
EMAIL, API, UNKNOWN = range(len(ROUTES))


@dataclass(frozen=True, slots=True)
class Columns:
    """A record and its most used columns.

    ``rows`` are the cases in the order of their ids; ``case`` columns stand in that order,
    ``message`` columns in the order of the messages' ids, and ``mention`` columns in that of what
    stood in them.
    """

    record: Record
    time: LocalTime
    rows: Ints
    case: dict[str, Texts]
    message: dict[str, Texts]
    mention: dict[str, Texts]
    mentioned_url: Texts  # whole; the column of that name is cut short
    owner: Texts  # per contact
    mailbox: Texts
    country: Texts

    def of_cases(self, value: Ints) -> Ints:
        """Put values of cases in the order of the ids."""
        return value[self.rows]


def columns_of(record: Record, time: LocalTime) -> Columns:
    """Write out what is shown of cases, messages and contacts."""
    rows = np.argsort(record.cases.ids, kind="stable")
    contacts = record.contacts.rows
    return Columns(
        record=record,
        time=time,
        rows=rows,
        case=_case_columns(record, time, rows),
        message=_message_columns(record, time),
        mention=_mention_columns(record, time),
        mentioned_url=at(record.names.url, record.mentions.case),
        owner=words(np.arange(len(contacts)), [c.owner for c in contacts]),
        mailbox=words(np.arange(len(contacts)), [c.mailbox for c in contacts]),
        country=words(np.arange(len(contacts)), [c.country for c in contacts]),
    )


def _case_columns(record: Record, time: LocalTime, rows: Ints) -> dict[str, Texts]:
    cases, state, names = record.cases, record.state, record.names
    kinds = np.where(cases.page, 0, np.where(cases.film, 2, 1))
    seen = time.texts(state.last_seen_at[rows])
    return {
        "filenumber": at(filenumbers(cases), rows),
        "reference": at(names.reference, rows),
        "url": at(names.url, rows),
        "url_host": at(names.host, rows),
        "url_ip": words(record.places.address[rows], record.world.networks.addresses),
        "url_type": words(kinds[rows], ("mainurl", "imageurl", "videourl")),
        "url_referer": at(names.referer, rows),
        "received_at": time.texts(cases.received_at[rows]),
        "hashcheck_at": seen,
        "hashcheck_return": words(np.where(seen.is_null(), -1, 0), ("0",)),
        "firstseen_at": time.texts(state.first_seen_at[rows]),
        "firstntd_at": time.texts(state.first_notice_at[rows]),
        "lastseen_at": seen,
        "type_code": words(cases.site[rows] % len(TYPES), TYPES),
        "police": words(state.police[rows].astype(np.int64), ("n", "y")),
        "source_code": words(cases.source[rows], SOURCE_CODES),
        "status_code": words(state.status[rows], STATUSES),
        "note": at(names.note, rows),
        "grade_code": words(state.grade[rows], GRADES),
        "online_counter": numbers(state.times_seen[rows]),
    }


def _message_columns(record: Record, time: LocalTime) -> dict[str, Texts]:
    messages = record.messages
    went = np.isin(messages.state, SENDINGS)
    route = np.where(messages.api, API, EMAIL)
    return {
        "filenumber": glued("M", padded(np.arange(1, messages.size + 1), 10)),
        "abusecontact_type": words(messages.to, TO),
        "type": words(np.where(went, route, UNKNOWN), ROUTES),
        "status_code": words(messages.state, STATES),
        "status_time": time.texts(messages.state_at),
        "groupby_start": time.texts(messages.begun_at),
        "groupby_hour_threshold": numbers(messages.hours),
        "msg_queued": time.texts(messages.sent_at),
    }


def _mention_columns(record: Record, time: LocalTime) -> dict[str, Texts]:
    of = record.mentions
    return {
        "url": at(cut(record.names.url), of.case),
        "note": at(record.names.to_host, of.case),
        "firstseen_at": time.texts(of.graded_at),
        "lastseen_at": time.texts(of.last_seen_at),
        "online_counter": numbers(of.times_seen),
        "ip": words(of.address, record.world.networks.addresses),
    }


def listed(columns: Columns) -> Ints:
    """Return the places in ``rows`` of what was not thrown away: that stands in dumps only."""
    kind = columns.record.cases.kind[columns.rows]
    return np.flatnonzero(kind != Kind.DELETED)
