"""The course of every case, written down as SCART would have: from its entry to its last state."""

from dataclasses import dataclass

import numpy as np

from etmaal.world.civil import DAY, HOUR, MINUTE, NEVER, Ints, hours, seconds
from etmaal.world.make import World
from etmaal.world.scart.cases import Cases, Kind
from etmaal.world.scart.comments import STATUSES, Said, Status
from etmaal.world.scart.contacts import Contacts
from etmaal.world.scart.history import Book, History, Words
from etmaal.world.scart.places import Places
from etmaal.world.scart.spells import CLOSED_OFFLINE, Spells, Why
from etmaal.world.stays import Outside

CLOSED_BY_ANALYST = 0.5  # of what waits for an analyst and is not taken up again
FIRST_CHECK_S = 30 * MINUTE
SCRAPE_S = 10 * MINUTE  # between being found again and being judged anew
JUDGED = (Kind.NOT_ILLEGAL, Kind.IGNORED, Kind.DELETED)
OFFLINE_SAID = {
    Why.OFFLINE: Said.OFFLINE,
    Why.ANALYST: Said.OFFLINE_BY_HAND,
    Why.MAILED: Said.OFFLINE_BY_MAIL,
    Why.MANUAL: Said.OFFLINE_BY_HAND,
}


@dataclass(frozen=True, slots=True)
class _Scribe:
    """All that is needed to write the course of cases."""

    world: World
    contacts: Contacts
    cases: Cases
    places: Places
    spells: Spells
    book: Book

    @property
    def checking(self) -> Ints:
        """Per case the state in which it is checked, as a place in `STATUSES`."""
        by_hand, by_machine = map(STATUSES.index, (Status.CHECK_MANUAL, Status.CHECK))
        return np.where(self.cases.manual, by_hand, by_machine)

    def of(self, *kinds: Kind) -> Ints:
        return np.flatnonzero(np.isin(self.cases.kind, kinds))


def write_course(
    world: World,
    contacts: Contacts,
    cases: Cases,
    places: Places,
    spells: Spells,
    rng: np.random.Generator,
) -> History:
    """Write the history of all cases up to the end of the world."""
    words = Words(len(contacts.rows), world.networks.addresses)
    book = Book(words, seconds(world.preset.followed))
    scribe = _Scribe(world, contacts, cases, places, spells, book)
    _entered(scribe)
    _judged(scribe)
    _again(scribe)
    _closed(scribe)
    _moved(scribe, rng)
    _mistaken(scribe)
    _merged(scribe)
    return book.closed()


def _entered(scribe: _Scribe) -> None:
    """Write how each case came in, and where its page or picture was found to be."""
    book, cases, places = scribe.book, scribe.cases, scribe.places
    page, picture = np.flatnonzero(cases.page), np.flatnonzero(~cases.page)
    made = cases.created_at
    book.state(page, made[page], Status.NONE, Status.SCRAPE, Said.CREATED)
    book.state(page, made[page] + 4, Status.SCRAPE, Status.WORK, Said.ANALYSING)
    there = np.flatnonzero(places.first_contact >= 0)
    at = made[there] + np.where(cases.page[there], 8, 0)
    none = np.full(there.size, -1)
    contact = places.first_contact.copy()
    contact[places.doubled] = scribe.contacts.double
    book.address(there, at, none, places.first_address[there], Said.IP_SET)
    book.host(there, at, none, contact[there], Said.HOST_SET)
    book.state(picture, made[picture], Status.NONE, Status.GRADE, Said.PICTURE)
    for kind, new, said in (
        (Kind.NOT_SCRAPED, Status.NOT_SCRAPED, Said.NOT_ANALYSED),
        (Kind.DOUBLE, Status.DOUBLE, Said.DOUBLE),
    ):
        rows = scribe.of(kind)
        book.state(rows, made[rows] + 12, Status.WORK, new, said)
    rest = page[~np.isin(cases.kind[page], (Kind.NOT_SCRAPED, Kind.DOUBLE))]
    book.state(rest, made[rest] + 12, Status.WORK, Status.GRADE, Said.ANALYSED)


def _judged(scribe: _Scribe) -> None:
    """Write what an analyst found of each case the first time."""
    book, cases, checking = scribe.book, scribe.cases, scribe.checking
    graded = cases.graded_at
    rows = scribe.of(*JUDGED)
    book.state(rows, graded[rows], Status.GRADE, Status.CLOSE, Said.NOT_ILLEGAL)
    told = np.flatnonzero(cases.police_at < NEVER)
    book.state(told, graded[told], Status.GRADE, Status.POLICE, Said.POLICE_FIRST)
    free = told[cases.kind[told] == Kind.ITEM]
    verdict = scribe.world.stays.verdict_at[free]
    book.state(free, verdict, Status.POLICE, checking[free], Said.RELEASED)
    rows = scribe.of(Kind.ITEM, Kind.ABROAD)
    rows = rows[cases.police_at[rows] == NEVER]
    book.state(rows, graded[rows], Status.GRADE, checking[rows], Said.ILLEGAL)
    rows = scribe.of(Kind.ABROAD)
    at = graded[rows] + FIRST_CHECK_S
    book.state(rows, at, checking[rows], Status.CLOSE, Said.NOT_LOCAL)


def _again(scribe: _Scribe) -> None:
    """Write how closed pictures were found again, and how moved cases were approved."""
    book, spells, stays = scribe.book, scribe.spells, scribe.world.stays
    of = scribe.contacts.of
    back = np.flatnonzero(spells.again)
    case, opened = spells.case[back], spells.opened_at[back]
    found = opened - SCRAPE_S
    before = stays.before[spells.stay[back]]
    old = of(stays.provider[np.where(before < 0, spells.stay[back], before)])
    book.host(case, found, old, of(stays.provider[spells.stay[back]]), Said.HOST_SET)
    offline = np.where(
        scribe.cases.manual[case],
        STATUSES.index(Status.OFFLINE_MANUAL),
        STATUSES.index(Status.OFFLINE),
    )
    book.state(case, found, offline, Status.GRADE, Said.FOUND_AGAIN)
    book.state(case, opened, Status.GRADE, scribe.checking[case], Said.ILLEGAL)
    moved = np.flatnonzero(~spells.again & (stays.before[spells.stay] >= 0))
    case, opened = spells.case[moved], spells.opened_at[moved]
    book.state(case, opened, Status.CHANGED, scribe.checking[case], Said.APPROVED)


def _closed(scribe: _Scribe) -> None:
    """Write which cases were found offline, and by whom."""
    spells = scribe.spells
    for why, said in OFFLINE_SAID.items():
        rows = np.flatnonzero(spells.why == why)
        case, at = spells.case[rows], spells.closed_at[rows]
        new = Status.OFFLINE_MANUAL if why is Why.MANUAL else Status.OFFLINE
        scribe.book.state(case, at, scribe.checking[case], new, said)


def _moved(scribe: _Scribe, rng: np.random.Generator) -> None:
    """Write which cases changed their host, and what analysts then did.

    A look-up finds a move; that the first company was the wrong one a person finds, who puts the
    case at another. Nothing but the comment tells the two apart.
    """
    book, spells, places = scribe.book, scribe.spells, scribe.places
    rows = np.flatnonzero(np.isin(spells.why, (Why.CHANGED, Why.ABROAD)))
    case, at = spells.case[rows], spells.closed_at[rows]
    wrong = scribe.world.stays.outside[spells.stay[rows]] == Outside.WRONG_ADDRESSEE
    for some, said in ((~wrong, Said.HOST_CHANGED), (wrong, Said.BY_ANALYST)):
        which, old, new = case[some], places.first_contact, places.contact
        book.host(which, at[some], old[which], new[which], said)
    book.address(case, at, places.first_address[case], places.address[case], Said.IP_CHANGED)
    checking = scribe.checking
    book.state(case, at + 1, checking[case], Status.CHANGED, Said.CHANGED)
    rows = np.flatnonzero(spells.why == Why.NO_WHOIS)
    case, at = spells.case[rows], spells.closed_at[rows]
    book.state(case, at, checking[case], Status.CHANGED, Said.NO_WHOIS)
    _abroad(scribe, rng)
    _given_up(scribe, rng)


def _abroad(scribe: _Scribe, rng: np.random.Generator) -> None:
    """Let an analyst send what is abroad back to be checked, which then closes it, or close it."""
    book, spells = scribe.book, scribe.spells
    rows = np.flatnonzero(spells.why == Why.ABROAD)
    case = spells.case[rows]
    seen = spells.closed_at[rows] + hours(rng.uniform(0.5, 30, rows.size))
    back = rng.random(rows.size) < CLOSED_BY_ANALYST
    there, checking = case[back], scribe.checking[case[back]]
    book.state(there, seen[back], Status.CHANGED, checking, Said.APPROVED)
    closed = seen[back] + 20 * MINUTE
    book.state(there, closed, checking, Status.CLOSE, Said.NOT_LOCAL)
    book.state(case[~back], seen[~back], Status.CHANGED, Status.CLOSE, Said.APPROVED)


def _given_up(scribe: _Scribe, rng: np.random.Generator) -> None:
    """Let analysts close some of what waits for them and was never taken up again."""
    spells, stays = scribe.spells, scribe.world.stays
    approved = spells.case[~spells.again & (stays.before[spells.stay] >= 0)]
    rows = np.flatnonzero(np.isin(spells.why, (Why.CHANGED, Why.NO_WHOIS)))
    rows = rows[~np.isin(spells.case[rows], approved)]
    rows = rows[rng.random(rows.size) < CLOSED_BY_ANALYST]
    at = spells.closed_at[rows] + hours(rng.uniform(1, 30, rows.size) * DAY / HOUR)
    scribe.book.state(spells.case[rows], at, Status.CHANGED, Status.CLOSE, Said.APPROVED)


def _mistaken(scribe: _Scribe) -> None:
    """Write which notices were taken back: the case is judged again, whatever its state."""
    book, stays, spells = scribe.book, scribe.world.stays, scribe.spells
    mistake = stays.outside[spells.stay] == Outside.WITHDRAWN
    rows = np.flatnonzero(mistake & (stays.before[spells.stay] < 0) & ~spells.again)
    case, at = spells.case[rows], stays.found_at[spells.stay[rows]]
    offline = np.isin(spells.why[rows], CLOSED_OFFLINE)
    closed = np.where(
        scribe.cases.manual[case],
        STATUSES.index(Status.OFFLINE_MANUAL),
        STATUSES.index(Status.OFFLINE),
    )
    old = np.where(offline, closed, scribe.checking[case])
    book.state(case, at, old, Status.GRADE, Said.BY_ANALYST)
    book.grade(case, at + MINUTE, "illegal", "not_illegal")
    book.state(case, at + MINUTE, Status.GRADE, Status.CLOSE, Said.NOT_ILLEGAL)


def _merged(scribe: _Scribe) -> None:
    """Write that two contacts of one provider became one; nobody moved."""
    contacts = scribe.contacts
    if contacts.doubled is None:
        return
    case = scribe.places.doubled
    at = np.full(case.size, contacts.rows[contacts.double].merged_at)
    one, other = (np.full(case.size, k) for k in (contacts.double, contacts.doubled))
    scribe.book.host(case, at, one, other, Said.MERGED)
