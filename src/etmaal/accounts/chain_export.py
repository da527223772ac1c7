"""How does the chain leave the record? As a file that ends with a head signed there and then."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from etmaal.accounts.audit import log
from etmaal.accounts.chain_files import PAGE, first_line, last_line, line_of, writing
from etmaal.accounts.chain_lines import NOTHING_BEFORE
from etmaal.accounts.chain_rows import links
from etmaal.accounts.chain_walk import Link
from etmaal.accounts.heads import NotWhole, signed_head
from etmaal.accounts.models import AuditLink
from etmaal.core.errors import Refused
from etmaal.core.whole import scratch_folder


class NothingToExport(Refused):
    """No line was linked in that time."""


class IsThere(Refused):
    """An export replaces no file: it may be the only proof of what stood there."""


@dataclass(frozen=True, slots=True)
class Span:
    """Places from ``first`` to ``last``, and the digest before them."""

    first: int
    last: int
    previous: str

    @property
    def lines(self) -> int:
        return self.last - self.first + 1


def span(*, linked_from: datetime | None, linked_before: datetime | None) -> Span:
    """Return the places that were linked in a time, from and before; None is without end.

    Raises:
        NothingToExport: if there are none.
    """
    chosen = AuditLink.objects.order_by("place")
    if linked_from is not None:
        chosen = chosen.filter(linked_at__gte=linked_from)
    if linked_before is not None:
        chosen = chosen.filter(linked_at__lt=linked_before)
    first, last = chosen.first(), chosen.last()
    if first is None or last is None:
        raise NothingToExport("no line was linked in that time")
    before = AuditLink.objects.filter(place=first.place - 1).first()
    if before is None and first.place > 1:
        raise NotWhole(_broken(first.place - 1))
    return Span(first.place, last.place, before.digest if before else NOTHING_BEFORE)


def export(
    chosen: Span,
    out: Path,
    *,
    by: str,
    at: datetime,
    progress: Callable[[int], object] = lambda links: None,
) -> None:
    """Write the lines at these places to a file; that it was done is a line itself.

    The file appears whole or not at all, and only with its line.

    Raises:
        IsThere: if something is there already.
        NotWhole: if a line or a link of them is missing.
    """
    if out.exists():
        raise IsThere(f"{out.name} is there already; give another --out")
    with scratch_folder(out.parent, out.name) as folder:
        beside = folder / "new"
        with writing(beside, packed=out.suffix == ".gz") as text:
            text.write(first_line(chosen.first - 1, chosen.previous))
            for told, link in enumerate(_whole(chosen), start=1):
                text.write(line_of(link))
                if told % PAGE == 0:
                    progress(PAGE)
            head = signed_head(at=at, place=chosen.last)
            if head is None:
                raise NotWhole(_broken(chosen.last))
            text.write(last_line(head))
        progress(chosen.lines % PAGE)
        with transaction.atomic():
            details = {"first": chosen.first, "last": chosen.last}
            log(verb="audit.exported", subject="audit", by=by, at=at, details=details)
            _put(beside, out)


def _put(beside: Path, out: Path) -> None:
    """Give the file its name, unless that is taken."""
    try:
        out.hardlink_to(beside)
    except OSError as e:  # the name is taken, or this is a stick without hard links
        if out.exists():
            raise IsThere(f"{out.name} is there already; give another --out") from e
        beside.rename(out)


def _whole(chosen: Span) -> Iterator[Link]:
    """Yield the links at these places."""
    expected = chosen.first
    for link in links(after=chosen.first - 1):
        if isinstance(link, int) or link.line is None or link.place != expected:
            raise NotWhole(_broken(expected))
        yield link
        if expected == chosen.last:
            return
        expected += 1
    raise NotWhole(_broken(expected))


def _broken(place: int) -> str:
    return f"the chain is broken at place {place:,}; `etmaal audit verify` says what was done"
