"""What can be wrong with an audit chain? The kinds of findings, and a list of bounded length."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from etmaal.accounts.chain_odd import Odd

MOST = 1_000  # findings that are kept; the others are counted


class Wrong(StrEnum):
    """What was found."""

    LINE_CHANGED = "line_changed"  # the next digest confirms its link, not its words
    LINE_REMOVED = "line_removed"  # a link without its line
    LINK_CHANGED = "link_changed"  # the next digest confirms its words, not its link
    LINKS_REMOVED = "links_removed"  # places are missing
    INSERTED = "inserted"  # the next link follows from the one before it
    RENUMBERED = "renumbered"  # the links follow, at other places
    DOES_NOT_FOLLOW = "does_not_follow"  # changed or put there: the digests cannot tell which
    WAITING_REMOVED = "waiting_removed"  # a line was removed before it was linked
    WAITING_CHANGED = "waiting_changed"  # a line that waits is none that could be written
    NOT_WAITING = "not_waiting"  # a line is neither linked nor waits for it
    REWRITTEN = "rewritten"  # digests follow, but a signed head says another one
    CUT_OFF = "cut_off"  # a signed head says that there was more
    HEAD_NOT_SIGNED = "head_not_signed"  # not by a key that is trusted here
    NO_HEAD = "no_head"  # an export without the signed head that should close it
    UNGUARDED = "unguarded"  # the database does not refuse changes any more


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, at places ``first`` to ``last``.

    ``line`` is the number of the one line it is about; ``note`` the name of a file or table.
    """

    wrong: Wrong
    first: int | None = None
    last: int | None = None
    line: int | None = None
    note: str = ""


@dataclass(slots=True)
class Findings:
    """The first so many findings; neighbours of one kind are one finding."""

    kept: list[Finding] = field(default_factory=list)
    more: int = 0

    def add(self, found: Finding) -> None:
        if not self._joined(found):
            if len(self.kept) < MOST:
                self.kept.append(found)
            else:
                self.more += 1

    def _joined(self, found: Finding) -> bool:
        """Make it one with the last finding where it is the same, a place further."""
        last = self.kept[-1] if self.kept else None
        if last is None or last.wrong is not found.wrong or found.first is None:
            return False
        if last.last is None or found.first != last.last + 1 or self.more:
            return False
        self.kept[-1] = Finding(found.wrong, last.first, found.last, note=found.note)
        return True


@dataclass(frozen=True, slots=True)
class Unlinked:
    """Lines that wait for their link; ``oldest_at`` is None where there are none."""

    lines: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a walk found.

    ``links`` were walked; the last that is right is at ``place`` and has ``digest``. Of the heads
    ``heads_passed`` agree. ``more`` findings were counted and not kept. An export has no lines that
    are not linked.
    """

    links: int
    place: int
    digest: str
    heads_passed: int
    findings: tuple[Finding, ...]
    more: int
    odd: Odd
    unlinked: Unlinked | None
