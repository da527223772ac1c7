"""What does a record of a hotline's export mean? It shows a case as it stood when it was made.

An export holds no closing time: a case that is closed in it was closed no later than the
export's own moment, and that is the upper bound. Nothing narrower is guessed.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from etmaal.core.errors import BadInput
from etmaal.core.hotline import Case, Message, MessageRow, Rejected
from etmaal.core.periods import microseconds
from etmaal.engine.reading.rows import Rows
from etmaal.engine.reading.seal import Seal
from etmaal.engine.reading.words import (
    ARRIVED,
    CLOSED,
    FAILED,
    ILLEGAL,
    NOT_LOOKED,
    OFFLINE,
    QUEUED,
    ROLES,
    address,
    company,
    country_of,
    filled,
    is_abroad,
    looked_at,
    shown,
)

_WAITING = {"first_police": "police_first", "abusecontact_changed": "changed_unobserved"}
SENT, OBSERVED = "sent", "observed"  # what a document of another tool says of its message


class NoMoment(BadInput):
    """A case is closed in an export of which nobody said when it was made."""


@dataclass(frozen=True, slots=True)
class Export:
    """What holds for all records of one file.

    ``local`` is the hotline's own country; ``made_at`` the export's moment in microseconds since
    1970, UTC, None if not known.
    """

    file: str
    local: str
    made_at: int | None


def tell(record: Case | MessageRow | Rejected, seal: Seal, export: Export, rows: Rows) -> None:
    """Add what one record says to the rows.

    Raises:
        NoMoment: if the record is of a closed case and the export's moment is not known.
    """
    if isinstance(record, Case):
        rows.counts["repaired"] += record.repaired
        rows.counts["doubtful"] += len(record.doubts)
        _tell_case(record, seal, export, rows)
    elif isinstance(record, MessageRow):
        rows.counts["doubtful"] += len(record.doubts)
        _tell_message_row(record, seal, rows)


FUTURE = "in the future: check the zone"
OLD = "before 1990: check the year"
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
_TIMES = (
    "received_at", "first_seen_at", "last_seen_at", "first_notice_at",
    "first_notice_to_anyone_at", "last_notice_at",
)  # fmt: skip


def fault(record: Case | MessageRow, now: datetime) -> Rejected | None:
    """Return why a record's times cannot be, if they cannot: nothing on record lies ahead."""
    times = [] if isinstance(record, MessageRow) else [(c, getattr(record, c)) for c in _TIMES]
    if record.message is not None:
        times.append(("message", record.message.at))
    for column, at in times:
        if at is not None and not _OLDEST <= at <= now:
            return Rejected(record.place, column, FUTURE if at > now else OLD)
    return None


def _tell_case(case: Case, seal: Seal, export: Export, rows: Rows) -> None:
    where = None if case.url is None else seal.address(case.url)
    number = None if case.filenumber is None else seal.number(case.filenumber)
    item = number if where is None else where.item
    if item is None:
        rows.counts["without_item"] += 1
        return
    rows.case = (number, item)
    rows.tell_of_case("cases")
    if case.grade_code is not None and case.grade_code.casefold() != ILLEGAL:
        word = case.grade_code.casefold()
        rows.tell_of_case(f"outside_{word if word in ('not_illegal', 'ignore') else 'unset'}")
        return
    if where is None:
        rows.tell_of_case("url_unknown")
    times = [None if t is None else microseconds(t) for t in (case.received_at, case.first_seen_at)]
    site = None if where is None else where.site
    seen = looked_at(case.url_type)
    if seen == "page":
        rows.tell_of_case("pages")
    rows.items.append((item, number, site, *times, shown(case.source_code), seen))
    _tell_notices(item, case, seal, rows)
    _tell_state(item, case, export, rows)


def _tell_notices(item: str, case: Case, seal: Seal, rows: Rows) -> None:
    if case.message is not None:
        _tell_message(item, case, case.message, seal, rows)
    to_host = case.first_notice_at
    at = to_host or case.first_notice_to_anyone_at or case.last_notice_at
    if at is None:
        rows.counts["undated"] += case.noticed is True
        return
    # Of a first message to anybody, the police included, or of the last one, it is not known
    # when the host got its first: there was a message, and no clock starts by it. So with one at
    # a local time that may be two moments: it has its place in time, at the later, and no clock.
    known = to_host is not None and "first_notice_at" not in case.doubts
    if not known:
        rows.tell_of_case("start_unknown")
    provider, desk = _addressee(case.owner, case.country, case.contact, seal, rows)
    us = microseconds(at)
    rows.notices.append(
        (
            item, None, provider, desk, address(case.ip), us,
            "accepted" if known else "unknown", us if known else None,
            "accepted" if known else "unknown", "hoster",
        )
    )  # fmt: skip


def _tell_message(item: str, case: Case, message: Message, seal: Seal, rows: Rows) -> None:
    if message.number is None and message.at is None:
        return  # only whose desk it was
    if message.at is not None and message.role not in ROLES:
        rows.counts["role_unknown"] += 1
        return
    if message.status not in {None, SENT, OBSERVED, QUEUED} | ARRIVED | FAILED:
        rows.counts["not_sent"] += 1
        return
    if message.at is None or message.status is None:
        rows.counts["undated"] += 1
        return
    at = microseconds(message.at)
    basis, accepted, delivery = _clock(message.status, at)
    if "message.at" in case.doubts:
        rows.tell_of_case("start_unknown")
        basis, accepted = "unknown", None
    provider, desk = _addressee(message.owner, message.country, message.contact, seal, rows)
    batch = None if message.number is None else seal.batch(message.number)
    rows.notices.append(
        (item, batch, provider, desk, address(case.ip), at, basis, accepted, delivery, message.role)
    )


def _clock(status: str, at: int) -> tuple[str, int | None, str]:
    """Return basis, acceptance and delivery of a message of which only the status has a time.

    The moment of a good status is when the tool found the message accepted. It is not the
    sending, and is never given out as that.
    """
    if status in ARRIVED:
        return "accepted", at, "accepted"
    if status in FAILED:
        return "unknown", None, "bounced"
    return status if status in (SENT, OBSERVED) else "unknown", None, "unknown"


def _addressee(
    owner: str | None, country: str | None, contact: str | None, seal: Seal, rows: Rows
) -> tuple[str | None, str | None]:
    """Return the ids of company and desk; a company without a name is left to attribution."""
    name = company(owner)
    desk = seal.desk(contact) if filled(contact) is not None and contact else None
    if name is None:
        if filled(owner) is not None:
            rows.tell_of_case("owner_hidden")
        return None, desk
    provider = seal.provider(name, country)
    known = (provider, shown(name), country_of(country))
    if not rows.providers or rows.providers[-1] != known:
        rows.providers.append(known)
    return provider, desk


def _tell_state(item: str, case: Case, export: Export, rows: Rows) -> None:
    """Add the last look online, and how the case is closed if it is."""
    status = (case.status_code or "").casefold()
    seen_at = None if case.last_seen_at is None else microseconds(case.last_seen_at)
    if seen_at is not None:
        if status in NOT_LOOKED:
            rows.tell_of_case("seen_without_look")
        elif _told_police(case):
            rows.tell_of_case("seen_by_police_mail")
        elif export.made_at is not None and seen_at > export.made_at:
            rows.tell_of_case("seen_after_export")
        elif _taken_up_again(case):
            rows.tell_of_case("taken_up_again")
        else:
            rows.looked(item, seen_at, "online", "hotline")
    if status in CLOSED:
        _tell_closed(item, case, status, export, rows)
    if status in _WAITING:
        rows.tell_of_case(_WAITING[status])


def _told_police(case: Case) -> bool:
    """Say whether the case was put in a message to the police, which renews the last look."""
    return bool(case.police) or (case.message is not None and case.message.role == "police")


def _taken_up_again(case: Case) -> bool:
    """Say whether the case was judged after it was noticed: it had been closed in between.

    Taking a case up again writes over when it was judged and last seen. What was seen then says
    nothing of the first spell, and must not make its removal late.
    """
    noticed_at = case.first_notice_at or case.first_notice_to_anyone_at
    judged_at = case.first_seen_at
    return noticed_at is not None and judged_at is not None and judged_at > noticed_at


def _tell_closed(item: str, case: Case, status: str, export: Export, rows: Rows) -> None:
    made_at = export.made_at
    abroad = is_abroad(case.country, export.local)
    if status == "close_double":
        rows.tell_of_case("double")
        return
    if status == "close" and not abroad:
        rows.tell_of_case("closed_unknown")
        return
    if made_at is None:
        raise NoMoment(
            f"{export.file}: holds closed cases, and no export says when one was closed; say when "
            "this one was made: --exported-at"
        )
    rows.tell_of_case("closing_untimed")
    if status in OFFLINE:
        by = "analyst" if status == "close_offline_manual" else "hotline"
        rows.tell_of_case(f"closed_by_{by}")
        rows.looked(item, made_at, "gone", by)
    else:
        rows.tell_of_case("moved_abroad")
        rows.events.append((item, made_at, "moved_abroad"))


def _tell_message_row(record: MessageRow, seal: Seal, rows: Rows) -> None:
    """Add what a list of messages says: when each was sent, but not about which items."""
    message = record.message
    at = None if "message.at" in record.doubts else message.at
    rows.counts["messages"] += 1
    if message.status in FAILED:
        rows.counts["messages_failed"] += 1
    if message.number is not None and at is not None and message.status in ARRIVED | FAILED:
        rows.messages.append((seal.batch(message.number), microseconds(at)))
    elif message.status in ARRIVED:
        rows.counts["messages_undated"] += 1
