"""Does each link follow from the one before, and if not, what was done to the chain there?

The walk keeps two or three links and no more, however long the chain. It knows no Django: the links
may come from the database or from a file.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from etmaal.accounts.chain_findings import Checked, Finding, Findings, Unlinked, Wrong
from etmaal.accounts.chain_lines import NOTHING_BEFORE, Line, digest
from etmaal.accounts.chain_odd import Odd
from etmaal.accounts.head_files import Head, is_signed_by

MOST_SHIFTED = 100  # links taken out or put in together, and renumbered over, that are found out
_FRESH = 2  # it shows at the second link after; in a ruin of a chain it need not be asked at all
_MOST_TRIES = 200_000  # digests spent on it in one walk: a few seconds


@dataclass(frozen=True, slots=True)
class Link:
    """One link as it was found; ``number`` is its line's.

    ``line`` is None where there is none (``is_there``), or none that could have been written.
    """

    place: int
    linked_at: datetime
    digest: str
    number: int
    line: Line | None
    is_there: bool = True

    def follows(self, previous: str, place: int) -> bool:
        """Say whether this is what was linked at a place after a digest."""
        return self.computed(previous, place) == self.digest

    def computed(self, previous: str, place: int) -> str | None:
        if self.line is None:
            return None
        return digest(self.line, place=place, linked_at=self.linked_at, previous=previous)


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Links in a row that do not follow, until one that does tells what became of them."""

    first: Link
    last: Link
    links: int
    lacking: int  # of them, those without a readable line: these were told of already
    again: str | None  # what the last digest should be, reckoned from the last right link


@dataclass(slots=True)
class Walk:
    """A walk along a chain.

    ``place`` and ``previous`` are of the last link that is right, at first of none; places count
    as they were when linked, and ``shift`` is by how much they were renumbered since.
    """

    heads: Sequence[Head] = ()
    place: int = 0
    previous: str = NOTHING_BEFORE
    shift: int = 0
    links: int = 0
    heads_passed: int = 0
    findings: Findings = field(default_factory=Findings)
    odd: Odd = field(default_factory=Odd)
    _doubt: _Doubt | None = None
    _tries: int = 0
    _heads_at: dict[int, list[Head]] = field(default_factory=dict)
    _last_head: int = 0

    def __post_init__(self) -> None:
        self._last_head = self.place
        for head in self.heads:
            self._heads_at.setdefault(head.place, []).append(head)

    def take(self, link: Link) -> None:
        """Take the next link, in the order of places."""
        self.links += 1
        if self._doubt is not None:
            self._decide(self._doubt, link)
        elif link.follows(self.previous, self.place + 1):
            self._go_on(link, self.place + 1)
        elif link.place > self.place + self.shift + 1:
            self._go_on_over_a_gap(link, self.place)
        else:
            self._put_in_doubt(link)
        if link.line is not None:
            self.odd.look_at(link.place, link.line.at, link.linked_at)
        if self._doubt is None:
            for head in self._heads_at.get(self.place, ()):
                self._pass_head(head)

    def expect(self, head: Head) -> None:
        """Take a head that closes what was walked, at its last place or further on."""
        self._heads_at.setdefault(head.place, []).append(head)
        if self._doubt is None and head.place == self.place:
            self._pass_head(head)

    def end(self) -> None:
        """Say what is left to say when there is no further link."""
        last = self.place
        if self._doubt is not None:
            last += self._doubt.links
            self._unclear(self._doubt)
        ahead = [place for place in self._heads_at if place > last]
        if ahead:  # what is missing is missing once, however many heads say so
            note = self._heads_at[max(ahead)][0].note
            self.findings.add(Finding(Wrong.CUT_OFF, last + 1, max(ahead), note=note))

    def checked(self, unlinked: Unlinked | None = None) -> Checked:
        """Return what was found."""
        return Checked(
            links=self.links,
            place=self.place,
            digest=self.previous,
            heads_passed=self.heads_passed,
            findings=tuple(self.findings.kept),
            more=self.findings.more,
            odd=self.odd,
            unlinked=unlinked,
        )

    def _decide(self, doubt: _Doubt, link: Link) -> None:
        """See what the next link says of those in doubt before it."""
        after = self.place + doubt.links + 1
        if link.follows(doubt.last.digest, after):
            if doubt.links == 1 and not doubt.lacking:
                self._find(Wrong.LINE_CHANGED, doubt.first, doubt.first)
            else:
                self._unclear(doubt)
        elif doubt.again is not None and link.follows(doubt.again, after):
            self._find(Wrong.LINK_CHANGED, doubt.first, doubt.last)
        elif link.follows(self.previous, self.place + 1):
            self._find(Wrong.INSERTED, doubt.first, doubt.last)
            self.shift += doubt.links
            after = self.place + 1
        elif moved := self._moved(link, doubt, after):
            self._renumbered(doubt, moved)
            after += moved
        elif link.place > after + self.shift:
            self._unclear(doubt)
            self._go_on_over_a_gap(link, after - 1)
            return
        else:
            self._put_in_doubt(link)
            return
        self._go_on(link, after)

    def _go_on(self, link: Link, place: int) -> None:
        """Take a link that is right; it was linked at ``place``."""
        if link.place != place + self.shift:
            self.shift = link.place - place
            self._find(Wrong.RENUMBERED, link, link)
        self.place, self.previous, self._doubt = place, link.digest, None

    def _go_on_over_a_gap(self, link: Link, last: int) -> None:
        """Go on after missing places. This link cannot be checked: what it follows is gone."""
        missing = last + self.shift + 1
        self.findings.add(Finding(Wrong.LINKS_REMOVED, missing, link.place - 1))
        self._lacks(link)
        self.place, self.previous, self._doubt = link.place - self.shift, link.digest, None

    def _put_in_doubt(self, link: Link) -> None:
        lacks, before = self._lacks(link), self._doubt
        if before is None:
            again = link.computed(self.previous, self.place + 1)
            self._doubt = _Doubt(link, link, 1, int(lacks), again)
            return
        again = before.again
        if again is not None:
            again = link.computed(again, self.place + before.links + 1)
        links, lacking = before.links + 1, before.lacking + lacks
        self._doubt = _Doubt(before.first, link, links, lacking, again)

    def _moved(self, link: Link, doubt: _Doubt, after: int) -> int:
        """Return by how many places this link and the last in doubt were moved; 0: that is not it.

        Above 0 so many were taken out before the last in doubt, below 0 put in.
        """
        if doubt.links > _FRESH:
            return 0
        for by in range(1, MOST_SHIFTED + 1):
            for moved in (by, -by):
                if self._tries >= _MOST_TRIES:
                    return 0
                self._tries += 1
                if link.follows(doubt.last.digest, after + moved):
                    return moved
        return 0

    def _renumbered(self, doubt: _Doubt, moved: int) -> None:
        if doubt.links > 1:
            self._unclear(doubt)
        at = doubt.last.place
        note = f"{abs(moved)}, and those after renumbered"
        if moved > 0:
            self.findings.add(Finding(Wrong.LINKS_REMOVED, at, at, note=note))
        else:  # those put in were reckoned to follow from what is before them
            self.findings.add(Finding(Wrong.INSERTED, at + moved, at - 1, note=note))
        self.shift -= moved

    def _unclear(self, doubt: _Doubt) -> None:
        if doubt.lacking < doubt.links:
            self._find(Wrong.DOES_NOT_FOLLOW, doubt.first, doubt.last)

    def _lacks(self, link: Link) -> bool:
        """Say whether a link has no line that can be read, and if so tell of it."""
        if link.line is None:
            wrong = Wrong.LINE_CHANGED if link.is_there else Wrong.LINE_REMOVED
            self._find(wrong, link, link)
        return link.line is None

    def _find(self, wrong: Wrong, first: Link, last: Link) -> None:
        line = first.number if first is last else None
        self.findings.add(Finding(wrong, first.place, last.place, line))

    def _pass_head(self, head: Head) -> None:
        """See that the chain went through the head that was signed at the place where it is now."""
        if head.digest == self.previous and head.lines == head.place:
            self.heads_passed += 1
            self._last_head = self.place
        else:
            found = Finding(Wrong.REWRITTEN, self._last_head + 1, self.place, note=head.note)
            self.findings.add(found)


def walk_past(
    heads: Sequence[Head],
    keys: Sequence[Ed25519PublicKey],
    *,
    place: int = 0,
    previous: str = NOTHING_BEFORE,
) -> Walk:
    """Return a walk from a place on, past those heads that one of these keys signed.

    A head that none of them signed is a finding, and proves nothing else.
    """
    trusted = [is_signed_by(head, keys) for head in heads]
    ahead = [head for head, ours in zip(heads, trusted, strict=True) if ours and head.place > place]
    walk = Walk(ahead, place, previous)
    for head, ours in zip(heads, trusted, strict=True):
        if not ours:
            found = Finding(Wrong.HEAD_NOT_SIGNED, head.place, head.place, note=head.note)
            walk.findings.add(found)
    return walk
