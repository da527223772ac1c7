"""What does a person do with a job that failed for good? Take it up again, or drop it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from etmaal.accounts.audit import log
from etmaal.accounts.models import Job
from etmaal.core.errors import BadInput, Refused


class NotSetAside(Refused):
    """The job is not in a state in which a person decides on it."""


class WaitsAlready(Refused):
    """Another job that does the same waits; one of the two is enough."""


@transaction.atomic
def take_up_again(*, job: int, by: str, at: datetime, why: str = "") -> None:
    """Have a job that was set aside run once more, with all its attempts.

    Raises:
        BadInput: if there is no such job.
        NotSetAside: if it was not set aside.
        WaitsAlready: if another with the same dedupe waits.
    """
    found = _of(job)
    if found.set_aside_at is None or found.done_at is not None:
        raise NotSetAside(f"job {job} was not set aside")
    try:
        with transaction.atomic():
            Job.objects.filter(pk=job).update(
                set_aside_at=None, run_at=at, attempts=0, asked_again=False, trouble=""
            )
    except IntegrityError as e:
        raise WaitsAlready(f"another job does what job {job} did: drop this one") from e
    log(verb="job.taken_up_again", subject=f"job:{job}", by=by, at=at, why=why)


@transaction.atomic
def drop(*, job: int, by: str, at: datetime, why: str) -> None:
    """Have a job never run: one that was set aside, or that waits.

    Raises:
        BadInput: if there is no such job, or no reason is given.
        NotSetAside: if it is done, or runs at this moment.
    """
    if not why.strip():
        raise BadInput("a job is dropped for a reason: say why")
    found = _of(job)
    if found.done_at is not None:
        raise NotSetAside(f"job {job} is done")
    if found.lease_until is not None and found.lease_until > at:
        raise NotSetAside(f"job {job} runs at this moment")
    Job.objects.filter(pk=job).update(
        done_at=at, set_aside_at=found.set_aside_at or at, leased_by="", lease_until=None
    )
    log(
        verb="job.dropped",
        subject=f"job:{job}",
        by=by,
        at=at,
        why=why,
        details={"kind": found.kind},
    )


def _of(job: int) -> Job:
    found = Job.objects.select_for_update().filter(pk=job).first()
    if found is None:
        raise BadInput(f"there is no job {job}")
    return found


@dataclass(frozen=True, slots=True)
class SetAside:
    """A job that waits for a person, and why."""

    number: int
    kind: str
    at: datetime
    attempts: int
    trouble: str


def those_set_aside() -> tuple[SetAside, ...]:
    """Return the jobs that wait for a person, the longest waiting first."""
    found = Job.objects.filter(set_aside_at__isnull=False, done_at__isnull=True)
    return tuple(
        SetAside(job.pk, job.kind, job.set_aside_at, job.attempts, job.trouble)
        for job in found.order_by("set_aside_at", "id")
        if job.set_aside_at is not None
    )
