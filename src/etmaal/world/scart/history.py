"""The history of all cases: what SCART wrote when a state, a host or an address changed."""

from dataclasses import dataclass, field

import numpy as np

from etmaal.world.civil import Bools, Ints
from etmaal.world.scart.comments import COMMENTS, STATUSES, TAGS, Said, Status, Tag

GRADES = ("unset", "illegal", "ignore", "not_illegal")


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in `old` and `new`: states, then grades, then contacts, then addresses."""

    contacts: int
    addresses: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        ids = (str(k + 1) for k in range(self.contacts))
        return (*STATUSES, *GRADES, *ids, *self.addresses)

    def contact(self, contact: Ints) -> Ints:
        """Return the words for contacts; -1 is no word."""
        return np.where(contact < 0, 0, len(STATUSES) + len(GRADES) + contact)

    def address(self, address: Ints) -> Ints:
        """Return the words for addresses; -1 is no word."""
        first = len(STATUSES) + len(GRADES) + self.contacts
        return np.where(address < 0, 0, first + address)

    def grade(self, grade: str) -> int:
        return len(STATUSES) + GRADES.index(grade)


@dataclass(frozen=True, slots=True)
class History:
    """All rows, oldest first; codes are places in `TAGS`, `COMMENTS` and `Words.all`."""

    case: Ints
    at: Ints
    tag: Ints
    old: Ints
    new: Ints
    comment: Ints
    human: Bools

    @property
    def size(self) -> int:
        return int(self.case.size)


@dataclass(slots=True)
class Book:
    """A history while it is being written."""

    words: Words
    end: int  # nothing is written at or after this moment
    _parts: list[tuple[Ints, ...]] = field(default_factory=list)

    def state(
        self, case: Ints, at: Ints, old: Status | Ints, new: Status | Ints, said: Said
    ) -> None:
        """Write that cases changed their state."""
        self._add(case, at, Tag.STATUS, _state(old), _state(new), said)

    def host(self, case: Ints, at: Ints, old: Ints, new: Ints, said: Said) -> None:
        """Write that cases have another contact; what stays is not written."""
        differ = old != new
        old, new = self.words.contact(old), self.words.contact(new)
        self._add(case[differ], at[differ], Tag.HOSTER, old[differ], new[differ], said)

    def address(self, case: Ints, at: Ints, old: Ints, new: Ints, said: Said) -> None:
        """Write that cases have another address; what stays is not written."""
        differ = old != new
        old, new = self.words.address(old), self.words.address(new)
        self._add(case[differ], at[differ], Tag.IP, old[differ], new[differ], said)

    def grade(self, case: Ints, at: Ints, old: str, new: str) -> None:
        """Write that cases were judged otherwise."""
        words = self.words
        self._add(case, at, Tag.CLASSIFY, words.grade(old), words.grade(new), Said.GRADED)

    def _add(
        self, case: Ints, at: Ints, tag: Tag, old: Ints | int, new: Ints | int, said: Said
    ) -> None:
        rows = (TAGS.index(tag), old, new, COMMENTS.index(said))
        filled = (np.broadcast_to(np.asarray(row, np.int64), case.shape) for row in rows)
        written = at < self.end
        self._parts.append(tuple(a[written] for a in (case, at, *filled)))

    def closed(self) -> History:
        """Return all that was written, oldest first; of one moment in the order of writing."""
        case, at, tag, old, new, comment = (
            np.concatenate(column) for column in zip(*self._parts, strict=True)
        )
        order = np.argsort(at, kind="stable")
        people = [COMMENTS.index(said) for said in BY_PEOPLE]
        comment = comment[order]
        return History(
            case[order], at[order], tag[order], old[order], new[order], comment,
            np.isin(comment, people),
        )  # fmt: skip


BY_PEOPLE = (
    *(Said.ILLEGAL, Said.POLICE_FIRST, Said.RELEASED, Said.NOT_ILLEGAL, Said.GRADED),
    *(Said.OFFLINE_BY_HAND, Said.APPROVED, Said.BY_ANALYST, Said.MERGED),
)


def _state(state: Status | Ints) -> Ints | int:
    return STATUSES.index(state) if isinstance(state, Status) else state
