"""How is work asked for, taken, and marked as done? A table is the queue, on both databases.

A job is asked for in the caller's transaction and comes to be, or not, with it. A worker that takes
a job writes a name of its own into it; every later write asks for that name, so a worker whose
lease ran out, and whose job another took, can no longer mark it.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Least

from etmaal.accounts.models import Job
from etmaal.accounts.retrying import (
    MOST_ATTEMPTS,
    may_pass,
    next_on_grid,
    pause_after,
    trouble_of,
)
from etmaal.core.errors import Refused

LEASE = timedelta(seconds=60)
LONGEST_LEASE = timedelta(minutes=5)  # one that ends later was given before the clock was set back
_MOST_COUNTED = 1_000  # attempts of a job that comes back for ever
_FREE = {"leased_by": "", "lease_until": None}
_BATCH = 1_000


class LeaseLost(Refused):
    """A job is no longer held by the worker that took it: its lease ran out."""


def waiting() -> QuerySet[Job]:
    """Return the jobs that are neither done nor set aside; some of them run."""
    return Job.objects.filter(done_at__isnull=True, set_aside_at__isnull=True)


@transaction.atomic(savepoint=False)
def ask(
    *,
    kind: str,
    arguments: Mapping[str, Any] | None = None,
    at: datetime,
    dedupe: str = "",
    every_s: int | None = None,
    run_at: datetime | None = None,
) -> int:
    """Ask for work, as part of the caller's transaction; return the number of the job that does it.

    With ``dedupe`` that may be one which waits already. It is held until the transaction ends, so
    that it sees what the caller wrote: ask last, and nobody waits for long.

    Args:
        kind: one of `etmaal.jobs.registry`.
        arguments: numbers of rows, never a sealed value.
        at: this moment.
        dedupe: what the work is about, where doing it once is enough for all who ask.
        every_s: the period of a job that comes back by itself.
        run_at: not before this moment; at once if left out.
    """
    job = Job(
        kind=kind,
        arguments=dict(arguments or {}),
        dedupe=dedupe,
        every_s=every_s,
        run_at=run_at or at,
    )
    if not dedupe:
        job.save(force_insert=True)
        return job.pk
    while (found := _join(kind, dedupe)) is None:
        try:
            with transaction.atomic():
                job.save(force_insert=True)
        except IntegrityError:
            continue  # another process was quicker, and its job can be seen now
        return job.pk
    return found


def _join(kind: str, dedupe: str) -> int | None:
    """Return the number of the job that waits with this dedupe; have it run again if it runs."""
    found = waiting().select_for_update().filter(kind=kind, dedupe=dedupe).first()
    if found is None:
        return None
    if found.leased_by and not found.every_s:
        Job.objects.filter(pk=found.pk).update(asked_again=True)
    return found.pk


def claim(
    *, worker: str, kinds: Collection[str], at: datetime, most: int, lease: timedelta = LEASE
) -> list[Job]:
    """Take up to so many due jobs, the longest due first; they are nobody else's during the lease.

    A job that was taken before comes alone: if it is what ended its worker, no other pays for it.
    One that ended its worker too often is set aside.
    """
    if lease > LONGEST_LEASE:
        raise ValueError(f"a lease is at most {LONGEST_LEASE}")
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=at)
    free |= Q(lease_until__gt=at + LONGEST_LEASE)
    due = waiting().filter(free, kind__in=kinds, run_at__lte=at).order_by("run_at", "id")
    if not due.exists():
        return []  # without queueing for SQLite's one writer
    with transaction.atomic():
        found = list(due.select_for_update(skip_locked=True)[:most])
        spent = [j for j in found if j.attempts >= MOST_ATTEMPTS and j.every_s is None]
        ended = f"WorkerEnded: its worker ended in the midst of it, {MOST_ATTEMPTS} times"
        Job.objects.filter(pk__in=[j.pk for j in spent]).update(
            set_aside_at=at, trouble=ended, **_FREE
        )
        return _take(
            [j for j in found if j not in spent], f"{worker}#{secrets.token_hex(4)}", at + lease
        )


def _take(found: Sequence[Job], holder: str, until: datetime) -> list[Job]:
    again = next((n for n, job in enumerate(found) if job.attempts), len(found))
    taken = list(found[: max(again, 1)])
    Job.objects.filter(pk__in=[job.pk for job in taken]).update(
        leased_by=holder, lease_until=until, attempts=Least(F("attempts") + 1, _MOST_COUNTED)
    )
    for job in taken:
        job.leased_by, job.lease_until = holder, until
        job.attempts = min(job.attempts + 1, _MOST_COUNTED)
    return taken


def _held(jobs: Sequence[Job]) -> QuerySet[Job]:
    """Return of these jobs, taken together, those that are still with their worker."""
    holders = {job.leased_by for job in jobs}
    return waiting().filter(pk__in=[job.pk for job in jobs], leased_by__in=holders)


@transaction.atomic(savepoint=False)
def finish(*, jobs: Sequence[Job], at: datetime) -> None:
    """Mark jobs as done, in the transaction of their effect; the periodic come back on their grid.

    Raises:
        LeaseLost: if one is no longer held. The effect must go with it: let the transaction fail.
    """
    held = list(_held(jobs).select_for_update().order_by("id"))
    if len(held) < len(jobs):
        raise LeaseLost(f"{len(jobs) - len(held)} of {len(jobs)} jobs are no longer held")
    back = [job for job in held if job.every_s or job.asked_again]
    for job in back:
        next_at = next_on_grid(at, job.every_s) if job.every_s else at
        Job.objects.filter(pk=job.pk).update(
            run_at=next_at, attempts=0, asked_again=False, trouble="", **_FREE
        )
    over = [job.pk for job in held if job not in back]
    if over:
        Job.objects.filter(pk__in=over).update(done_at=at, trouble="", **_FREE)


@transaction.atomic
def fail(*, job: Job, error: Exception, at: datetime) -> bool:
    """Put a job back for later, or aside where trying again cannot help; return whether aside.

    Raises:
        LeaseLost: if it is no longer held.
    """
    held = _held([job]).select_for_update().first()
    if held is None:
        raise LeaseLost(f"{job} is no longer held")
    change: dict[str, Any] = {**_FREE, "trouble": trouble_of(error), "asked_again": False}
    pause = pause_after(held.pk, held.attempts)
    if held.every_s:  # it must not stay away for longer than it is meant to
        pause = min(pause, timedelta(seconds=max(held.every_s, 60)))
    elif held.asked_again:
        change["attempts"] = 0  # what was asked meanwhile has not been tried
    elif held.attempts >= MOST_ATTEMPTS or not may_pass(error):
        Job.objects.filter(pk=held.pk).update(set_aside_at=at, **change)
        return True
    Job.objects.filter(pk=held.pk).update(run_at=at + pause, **change)
    return False


def renew(*, jobs: Sequence[Job], at: datetime, lease: timedelta = LEASE) -> int:
    """Prolong the leases of jobs that take long; return how many are still held.

    Those being marked at this moment are passed over: they need it no more.
    """
    with transaction.atomic():
        held = list(_held(jobs).select_for_update(skip_locked=True).values_list("pk", flat=True))
        return Job.objects.filter(pk__in=held).update(lease_until=at + lease)


def release(*, jobs: Sequence[Job]) -> int:
    """Give back jobs that were taken and not begun; return how many."""
    return _held(jobs).update(attempts=F("attempts") - 1, **_FREE)


def keep_periodic(*, periods: Mapping[str, int], at: datetime) -> int:
    """Put in the periodic jobs that are not there; return how many had to be put right.

    One whose period was changed gets the new one. One that lies further ahead than its period was
    put there before the clock was set back: it is due now.
    """
    there = {job.kind: job for job in waiting().filter(every_s__isnull=False, dedupe=F("kind"))}
    wrong = 0
    for kind, every_s in periods.items():
        job = there.get(kind)
        longest = timedelta(seconds=max(every_s, 60))
        if job is None:
            ask(kind=kind, at=at, dedupe=kind, every_s=every_s)
        elif job.every_s != every_s or job.run_at > at + longest:
            waiting().filter(pk=job.pk).update(every_s=every_s, run_at=at)
        else:
            continue
        wrong += 1
    return wrong


def clean(*, before: datetime) -> int:
    """Remove the jobs that were done before a moment, a batch at a time; return how many."""
    removed = 0
    over = Job.objects.filter(done_at__lt=before).order_by("id")
    while found := list(over.values_list("pk", flat=True)[:_BATCH]):
        Job.objects.filter(pk__in=found).delete()
        removed += len(found)
    return removed
