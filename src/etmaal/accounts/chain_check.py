"""Is the audit chain whole? Walks all of it, in memory that does not grow, and says what was done.

What a walk can prove, and what it cannot, is in `docs/audit.md`.
"""

from collections.abc import Callable, Iterator, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection
from django.db.models import Exists, OuterRef

from etmaal.accounts.appending import unguarded
from etmaal.accounts.chain_findings import Checked, Finding, Findings, Unlinked, Wrong
from etmaal.accounts.chain_rows import PAGE, lines, links, moment_of, read_moment
from etmaal.accounts.chain_walk import walk_past
from etmaal.accounts.head_files import Head
from etmaal.accounts.models import AuditLine, AuditLink, AuditWaiting


def last_place() -> int:
    """Return the last place in the chain, 0 if there is none."""
    return AuditLink.objects.order_by("-place").values_list("place", flat=True).first() or 0


def verify(
    *,
    heads: Sequence[Head] = (),
    keys: Sequence[Ed25519PublicKey] = (),
    progress: Callable[[int], object] = lambda links: None,
) -> Checked:
    """Walk the whole chain.

    Args:
        heads: signed heads that it must pass through.
        keys: those by one of which each head must be signed.
        progress: called now and then with the number of links walked since.
    """
    walk, told = walk_past(heads, keys), 0
    for link in links():
        if isinstance(link, int):
            walk.findings.add(Finding(Wrong.RENUMBERED, line=link, note="its place is no number"))
            continue
        walk.take(link)
        if walk.links - told == PAGE:
            told += PAGE
            progress(PAGE)
    walk.end()
    progress(walk.links - told)
    unlinked = _unlinked(walk.findings)
    for table in ("accounts_auditline", "accounts_auditlink"):
        for change in unguarded(table):
            walk.findings.add(Finding(Wrong.UNGUARDED, note=f"{change} of {table}"))
    return walk.checked(unlinked)


def _unlinked(findings: Findings) -> Unlinked:
    """Return the tail, and find what is wrong with it. The sequencer may be at work meanwhile."""
    query = f"""
        SELECT count(*), {moment_of("min(l.at)")} FROM accounts_auditline l
        WHERE NOT EXISTS (SELECT 1 FROM accounts_auditlink k WHERE k.line_id = l.id)
    """  # noqa: S608 - constants only
    with connection.cursor() as cursor:
        cursor.execute(query)
        count, oldest = cursor.fetchone()
    there = AuditLine.objects.filter(pk=OuterRef("line_id"))
    gone = AuditWaiting.objects.filter(~Exists(there)).order_by("line_id")
    lost = AuditLine.objects.filter(link__isnull=True, waiting__isnull=True).order_by("id")
    for wrong, numbers in (
        (Wrong.WAITING_REMOVED, gone.values_list("line_id", flat=True)),
        (Wrong.NOT_WAITING, lost.values_list("id", flat=True)),
        (Wrong.WAITING_CHANGED, _unreadable()),
    ):
        for number in numbers:
            findings.add(Finding(wrong, line=number))
    return Unlinked(lines=count, oldest_at=read_moment(oldest) if count else None)


def _unreadable() -> Iterator[int]:
    """Yield the numbers of waiting lines that are there and that nobody could have written."""
    last = 0
    while numbers := list(
        AuditWaiting.objects.filter(line_id__gt=last)
        .order_by("line_id")
        .values_list("line_id", flat=True)[:PAGE]
    ):
        there = AuditLine.objects.filter(id__in=numbers).values_list("id", flat=True)
        yield from sorted(set(there) - {line.id for line in lines(numbers)})
        last = numbers[-1]
