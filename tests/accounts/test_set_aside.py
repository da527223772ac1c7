"""A person decides on work that failed for good, and the chain tells of it."""

from datetime import UTC, datetime

import pytest

from etmaal.accounts import queue
from etmaal.accounts.lag import lag, unlinked
from etmaal.accounts.models import AuditLine, AuditWaiting, Job
from etmaal.accounts.set_aside import (
    NotSetAside,
    WaitsAlready,
    drop,
    take_up_again,
    those_set_aside,
)
from etmaal.core.errors import BadInput, Refused

AT = datetime(2026, 3, 29, 1, tzinfo=UTC)
BEFORE = datetime(2026, 3, 29, 0, 58, 30, tzinfo=UTC)
BY = "person:1"

pytestmark = pytest.mark.django_db


def take(kind: str = "a") -> list[Job]:
    return queue.claim(worker="w", kinds=[kind], at=AT, most=1)


@pytest.fixture
def aside() -> int:
    number = queue.ask(kind="a", at=BEFORE, dedupe="1")
    [job] = take()
    queue.fail(job=job, error=Refused("a rule says no"), at=AT)
    return number


def lines() -> list[tuple[str, str, str, str]]:
    return list(AuditLine.objects.order_by("id").values_list("verb", "subject", "who", "why"))


def test_work_taken_up_again_is_due_with_all_its_attempts(aside: int) -> None:
    take_up_again(job=aside, by=BY, at=AT, why="the rule was changed")

    [job] = take()
    assert (job.pk, job.attempts, job.trouble) == (aside, 1, "")
    assert lines() == [("job.taken_up_again", f"job:{aside}", BY, "the rule was changed")]


def test_work_that_another_job_does_meanwhile_is_not_taken_up(aside: int) -> None:
    queue.ask(kind="a", at=AT, dedupe="1")

    with pytest.raises(WaitsAlready):
        take_up_again(job=aside, by=BY, at=AT)

    assert (lines(), len(those_set_aside())) == ([], 1)


def test_dropped_work_never_runs_and_is_told_of(aside: int) -> None:
    waits = queue.ask(kind="a", at=AT)

    for number in (aside, waits):
        drop(job=number, by=BY, at=AT, why="done by hand")

    assert (take(), those_set_aside(), lag(AT).kinds) == ([], (), ())
    assert lines() == [("job.dropped", f"job:{n}", BY, "done by hand") for n in (aside, waits)]


@pytest.mark.parametrize("decide", [take_up_again, drop])
def test_what_runs_is_done_or_is_not_there_cannot_be_decided_on(decide) -> None:
    done, runs = queue.ask(kind="a", at=AT), queue.ask(kind="b", at=AT)
    queue.finish(jobs=take(), at=AT)
    take("b")

    for number in (done, runs):
        with pytest.raises(NotSetAside):
            decide(job=number, by=BY, at=AT, why="w")
    with pytest.raises(BadInput):
        decide(job=10**6, by=BY, at=AT, why="w")
    with pytest.raises(BadInput, match="say why"):
        drop(job=done, by=BY, at=AT, why=" ")
    assert lines() == []


def test_the_lag_tells_what_waits_for_what(aside: int) -> None:
    queue.ask(kind="b", at=BEFORE)
    queue.ask(kind="b", at=AT)
    queue.ask(kind="b", at=AT, run_at=datetime(2026, 3, 30, tzinfo=UTC))
    queue.ask(kind="c", at=BEFORE)
    take("c")

    found = lag(AT)

    assert [(k.kind, k.due, k.planned, k.running, k.set_aside) for k in found.kinds] == [
        ("a", 0, 0, 0, 1),
        ("b", 2, 1, 0, 0),
        ("c", 0, 0, 1, 0),
    ]
    assert (found.oldest_s, found.set_aside) == (90.0, 1)
    assert [(job.number, job.trouble) for job in those_set_aside()] == [
        (aside, "Refused: a rule says no")
    ]


def test_the_tail_of_the_chain_is_what_is_not_linked() -> None:
    assert unlinked(AT) == (0, 0.0)
    first, second = (
        AuditLine.objects.create(at=BEFORE, who=BY, verb="v", subject="s") for _ in range(2)
    )
    AuditWaiting.objects.filter(line=second).delete()

    assert unlinked(AT) == (1, 90.0)  # the first was overtaken
    AuditWaiting.objects.filter(line=first).delete()
    assert unlinked(AT) == (0, 0.0)
