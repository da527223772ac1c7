"""What do the rows of a hotline's database mean? From one case's dossier to notices and looks.

Where the record is silent or contradicts itself, the reading that counts for the provider holds.
Meanings: `docs/data.md`, "From the hotline's database".
"""

from dataclasses import dataclass

from etmaal.core.dossiers import (
    FOUND_OFFLINE,
    LOOKED_UP,
    MERGED,
    NOT_LOCAL,
    Contact,
    Dossier,
    Posted,
    Turn,
)
from etmaal.engine.reading.course import Move, back_at, moved_since, next_closing, renewed, undone
from etmaal.engine.reading.rows import Rows
from etmaal.engine.reading.seal import Seal
from etmaal.engine.reading.words import (
    ARRIVED,
    CHECKING,
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
    shown,
)

_NUMBERED = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-"


@dataclass(frozen=True, slots=True)
class Addressee:
    """A contact as the tables know it: which company it is, and whether that is surely abroad."""

    provider: str
    desk: str
    abroad: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """What holds for all cases of one dump.

    ``local`` is the hotline's own country; ``made_at`` the dump's moment, None if not known.
    """

    addressees: dict[str, Addressee]
    local: str
    made_at: int | None


def addressees(contacts: dict[str, Contact], local: str, rows: Rows) -> dict[str, Addressee]:
    """Return who each contact is, and add the companies to the rows.

    Contacts of one name in one country are desks of one company, which goes by the lowest of
    their numbers; without a name each stands alone.
    """
    companies: dict[tuple[str, str], str] = {}
    found = {}
    for key, one in sorted(contacts.items(), key=lambda pair: (pair[1].number, pair[0])):
        number = one.number if set(one.number) <= set(_NUMBERED) else f"contact-{key}"
        number = number[:60]
        name, provider = company(one.owner), number
        rows.counts["contacts_unnamed"] += name is None and filled(one.owner) is not None
        if name is not None:
            same = (name.casefold(), (one.country or "").strip().casefold())
            provider = companies.setdefault(same, number)
        if provider == number:
            rows.providers.append((provider, shown(name), country_of(one.country)))
            rows.counts["names_unusable"] += name is not None and shown(name) is None
        found[key] = Addressee(provider, number, is_abroad(one.country, local))
    return found


def tell(case: Dossier, seal: Seal, ground: Ground, rows: Rows) -> None:
    """Add what one case says to the rows.

    Cases not found illegal are outside the population: counted, and nothing else.
    """
    counts = rows.counts
    counts["cases"] += 1
    if (case.grade or "").casefold() != ILLEGAL:
        counts[f"outside_{_outside(case.grade)}"] += 1
        return
    number = seal.number(case.number)
    where = None if case.url is None else seal.address(case.url)
    counts["url_unknown"] += where is None
    item = number if where is None else where.item
    rows.items.append(
        (item, number, None if where is None else where.site, case.received_at, case.graded_at,
         shown(case.source))
    )  # fmt: skip
    told = _tell_messages(item, case, seal, ground, rows)
    states = [turn for turn in case.turns if turn.tag == "STATUS"]
    looks = _tell_looks(item, case, states, rows)
    abroad, flips = _tell_moves(item, case, told, ground, rows)
    _tell_closings(item, case, states, ground, rows, abroad, flips)
    _tell_reopenings(item, states, looks, [at for at, _ in told], rows)
    counts["police_first"] += case.status == "first_police"
    counts["changed_unobserved"] += case.status == "abusecontact_changed"
    counts["double"] += case.status == "close_double"


def _outside(grade: str | None) -> str:
    word = (grade or "").casefold()
    return word if word in ("not_illegal", "ignore") else "unset"


def _tell_messages(
    item: str, case: Dossier, seal: Seal, ground: Ground, rows: Rows
) -> list[tuple[int, str]]:
    """Add the messages that left; return when which company got its own as a host."""
    told = []
    for posted in case.posted:
        if posted.role not in ROLES:
            rows.counts["role_unknown"] += 1
            continue
        said = _clock(posted, rows)
        if said is None:
            continue
        if posted.role == "hoster":
            told.append((said[0], _whose(posted.contact, ground)))
        to = ground.addressees.get(posted.contact or "")
        rows.notices.append(
            (
                item,
                seal.batch(posted.number),
                None if to is None else to.provider,
                None if to is None else to.desk,
                _address(posted, said[0], case, rows),
                *said,
                posted.role,
            )
        )
    return told


def _address(posted: Posted, at: int, case: Dossier, rows: Rows) -> str | None:
    """Return where a case was at a message: where it is now only if nothing changed since."""
    known, now = address(posted.ip), address(case.ip)
    if known is None and now is not None and moved_since(at, case.turns):
        rows.counts["address_unsure"] += 1
        return None
    return known or now


def _clock(posted: Posted, rows: Rows) -> tuple[int, str, int | None, str] | None:
    """Return moment, basis, acceptance and delivery of a message; None if it never left.

    ``msg_queued`` is the sending: the moment the message was handed to the mail server. The
    moment of a good status is when the tool *found* it accepted, minutes later: never an earlier
    moment than the acceptance itself. A call to a provider's own interface has only that one.
    """
    status, queued, found = posted.status, posted.queued_at, posted.status_at
    if status not in ARRIVED | FAILED | {QUEUED}:
        rows.counts["not_sent"] += 1
        return None
    accepted = found if status in ARRIVED else None
    delivery = "accepted" if status in ARRIVED else "bounced" if status in FAILED else "unknown"
    if queued is None:
        if found is None or status == QUEUED:
            rows.counts["undated"] += 1
            return None
        return found, "accepted" if status in ARRIVED else "unknown", accepted, delivery
    if accepted is not None and accepted < queued:
        rows.counts["accepted_before_sent"] += 1
        accepted = None
    return queued, "unknown" if posted.doubtful else "sent", accepted, delivery


def _tell_looks(item: str, case: Dossier, states: list[Turn], rows: Rows) -> list[int]:
    """Add and return the looks online: the last, and those at which it was put in a message."""
    looks = []
    for at, is_last in [(case.seen_at, True), *((p.seen_at, False) for p in case.posted)]:
        if at is None:
            continue
        state = _state(at, case, states)
        if state in NOT_LOOKED:
            rows.counts["seen_without_look"] += is_last
        elif renewed(at, case.posted):
            rows.counts["seen_by_police_mail"] += is_last
        elif state in CLOSED and states and (case.status in CLOSED or at < states[-1].at):
            rows.counts["seen_after_closing"] += is_last
        else:
            rows.looked(item, at, "online", "hotline")
            looks.append(at)
    return looks


def _state(at: int, case: Dossier, states: list[Turn]) -> str | None:
    """Return in which state a case was at a moment; closed in that second is closed."""
    if not states:
        return case.status
    before = [turn for turn in states if turn.at <= at]
    return before[-1].new if before else states[0].old


def _moves(case: Dossier, ground: Ground) -> list[Move]:
    """Return the changes of host in the history; another desk of one company is none."""
    moves = []
    for turn in case.turns:
        if turn.tag != "HOSTER" or not turn.old or not turn.new or turn.said == MERGED:
            continue
        to = ground.addressees.get(turn.new)
        move = Move(
            turn.at,
            _whose(turn.old, ground),
            _whose(turn.new, ground),
            to is not None and to.abroad,
            turn.said != LOOKED_UP,
        )
        if move.old != move.new:
            moves.append(move)
    return moves


def _whose(contact: str | None, ground: Ground) -> str:
    """Return the company of a contact; one that the dump does not have stands for itself."""
    known = ground.addressees.get(contact or "")
    return f"contact {contact}" if known is None else known.provider


def _tell_moves(
    item: str, case: Dossier, told: list[tuple[int, str]], ground: Ground, rows: Rows
) -> tuple[int | None, list[tuple[int, int]]]:
    """Add the changes of host that stand.

    Returns:
        When the case was last found to have left the country, and the spells in which the look-up
        named another host for nothing.
    """
    moves = _moves(case, ground)
    runs = undone(moves, told)
    nothing = {place for first, last in runs for place in range(first, last + 1)}
    left_at = None
    for place, move in enumerate(moves):
        if place in nothing:
            rows.counts["moved_undone"] += 1
            continue
        left_at = move.at if move.abroad else None
        what = "moved_abroad" if move.abroad else "moved_host"
        rows.counts[what] += 1
        rows.events.append((item, move.at, what))
    return left_at, [(moves[first].at, moves[last].at) for first, last in runs]


def _tell_closings(
    item: str,
    case: Dossier,
    states: list[Turn],
    ground: Ground,
    rows: Rows,
    left_at: int | None,
    flips: list[tuple[int, int]],
) -> None:
    """Add how the case was closed, each time."""
    closed: str | None = None
    for turn in states:
        if turn.new in OFFLINE:
            by = "hotline" if turn.said == FOUND_OFFLINE else "analyst"
            rows.looked(item, turn.at, "gone", by)
            rows.counts[f"closed_by_{by}"] += closed is None
            closed = turn.new
        elif turn.new == "close":
            for_nothing = any(begun <= turn.at < ended for begun, ended in flips)
            said = "" if for_nothing else turn.said
            _tell_close(item, turn.at, said, case, ground, rows, left_at)
            closed = turn.new
        elif turn.new == "close_double":
            closed = turn.new
        elif turn.new in CHECKING:
            closed = None
    if closed is None and case.status in CLOSED:
        _tell_untimed(item, case, ground, rows, left_at)
    elif closed is not None and case.status not in CLOSED:
        rows.counts["open_after_closing"] += 1


def _tell_reopenings(
    item: str, states: list[Turn], looks: list[int], told: list[int], rows: Rows
) -> None:
    """Add that a case opened again was there, if it was seen before it was closed again."""
    closed = False
    for place, turn in enumerate(states):
        if turn.new in CLOSED:
            closed = True
        elif turn.new in CHECKING and closed:
            closed = False
            back = back_at(turn.at, next_closing(states, place), looks, told)
            rows.counts["reopened_unseen" if back is None else "reopened"] += 1
            if back is not None and back not in looks:
                rows.looked(item, back, "online", "hotline")


def _tell_untimed(
    item: str, case: Dossier, ground: Ground, rows: Rows, left_at: int | None
) -> None:
    """Add a closing of which no row says when it was: no later than the dump was made."""
    if case.status in OFFLINE:
        rows.counts["closing_untimed"] += 1
        if ground.made_at is not None:
            by = "analyst" if case.status == "close_offline_manual" else "hotline"
            rows.looked(item, ground.made_at, "gone", by)
    elif case.status == "close":
        _tell_close(item, ground.made_at, "", case, ground, rows, left_at)


def _tell_close(
    item: str,
    at: int | None,
    said: str,
    case: Dossier,
    ground: Ground,
    rows: Rows,
    left_at: int | None,
) -> None:
    """Add a closing without a word on the item: it left the country, or nobody knows why."""
    host = ground.addressees.get(case.contact or "")
    if said != NOT_LOCAL and not (host is not None and host.abroad):
        rows.counts["closed_unknown"] += 1
        return
    if left_at is not None:
        return  # the change of host that found it is on record
    rows.counts["moved_abroad"] += 1
    if at is None:
        rows.counts["closing_untimed"] += 1
    else:
        rows.events.append((item, at, "moved_abroad"))
