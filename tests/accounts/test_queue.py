"""Work is asked for with its caller, taken once, and marked by whoever holds it."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from etmaal.accounts import queue
from etmaal.accounts.models import Job
from etmaal.accounts.retrying import (
    LONGEST_PAUSE,
    MOST_ATTEMPTS,
    may_pass,
    next_on_grid,
    pause_after,
    trouble_of,
)
from etmaal.core.errors import BadInput, EtmaalError, OutsideError, Refused

AT = datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC)  # the clocks go back within the second
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
READS_AND_WRITES = 5  # to take a batch, with a savepoint in the test's own transaction
CANARY = "https://canary.example/of-a-value"

pytestmark = pytest.mark.django_db


def take(at: datetime = AT, most: int = 50, worker: str = "w", kinds=("a", "b")) -> list[Job]:
    return queue.claim(worker=worker, kinds=kinds, at=at, most=most)


def ask(kind: str = "a", **more: object) -> int:
    return queue.ask(kind=kind, at=AT, **more)


def now_is(number: int) -> Job:
    return Job.objects.get(pk=number)


def failed_for_good(number: int) -> None:
    [job] = take()
    assert job.pk == number
    assert queue.fail(job=job, error=Refused("a rule says no"), at=AT)


# --- asking


class Changed(Exception):
    pass


def test_a_job_goes_with_its_caller() -> None:
    with pytest.raises(Changed), transaction.atomic():
        ask()
        raise Changed

    assert Job.objects.count() == 0


@pytest.mark.parametrize(
    ("story", "asked", "jobs"),
    [
        ("the same work twice", [("a", "1"), ("a", "1")], 1),
        ("other work of the kind", [("a", "1"), ("a", "2")], 2),
        ("the same word for another kind", [("a", "1"), ("b", "1")], 2),
        ("no word: each counts", [("a", ""), ("a", "")], 2),
    ],
)
def test_what_waits_is_not_put_in_twice(
    story: str, asked: list[tuple[str, str]], jobs: int
) -> None:
    del story
    numbers = [ask(kind, dedupe=word) for kind, word in asked]

    assert Job.objects.count() == jobs == len(set(numbers))


def test_work_asked_for_while_it_runs_is_done_once_more() -> None:
    number = ask(dedupe="1")
    [job] = take()

    assert ask(dedupe="1") == number
    queue.finish(jobs=[job], at=AT)

    [again] = take()
    assert (again.pk, again.attempts) == (number, 1)
    queue.finish(jobs=[again], at=AT)
    assert now_is(number).done_at == AT


def test_work_that_is_done_or_set_aside_may_be_asked_for_again() -> None:
    ask(dedupe="1")
    queue.finish(jobs=take(), at=AT)
    aside = ask(dedupe="1")
    failed_for_good(aside)

    assert ask(dedupe="1") not in (None, aside)
    assert Job.objects.count() == 3


def together(*works: Callable[[], None]) -> list[BaseException]:
    """Run each in a thread with a connection of its own; return what went wrong."""
    wrong: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as e:  # noqa: BLE001 - told by the test
            wrong.append(e)
        finally:
            connection.close()

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return wrong


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="its second writer waits for the first")
def test_two_that_ask_at_once_put_in_one_job_and_keep_what_else_they_wrote() -> None:
    both_wrote = threading.Barrier(2)

    def write_and_ask(word: str) -> None:
        with transaction.atomic():
            ask("b", dedupe=word)
            both_wrote.wait(10)
            ask(dedupe="the same")

    wrong = together(lambda: write_and_ask("first"), lambda: write_and_ask("second"))

    assert wrong == []
    assert sorted(Job.objects.values_list("kind", flat=True)) == ["a", "b", "b"]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="its second writer waits for the first")
def test_a_job_that_somebody_counts_on_is_not_run_before_they_have_written() -> None:
    ask(dedupe="the same")
    asked, looked = threading.Event(), threading.Event()
    taken: list[int] = []

    def write_and_ask() -> None:
        with transaction.atomic():
            ask(dedupe="the same")
            asked.set()
            looked.wait(10)

    def look() -> None:
        asked.wait(10)
        taken.append(len(take()))
        looked.set()

    wrong = together(write_and_ask, look)

    assert (wrong, taken, len(take())) == ([], [0], 1)


# --- taking


def test_due_work_comes_longest_due_first_and_once() -> None:
    later, first = ask(run_at=AT), ask(run_at=AT - SECOND)
    ask(run_at=AT + SECOND)
    ask("of another program")

    assert [job.pk for job in take()] == [first, later]
    assert take() == []


@pytest.mark.parametrize(
    ("story", "at", "taken"),
    [
        ("within the lease", AT + queue.LEASE - SECOND, 0),
        ("as it ends", AT + queue.LEASE, 1),
        ("the clock was set back an hour", AT - 60 * MINUTE, 1),
        ("the clock was set back a second", AT - SECOND, 0),
    ],
)
def test_a_lease_keeps_others_off_for_as_long_as_it_can_be_true(
    story: str, at: datetime, taken: int
) -> None:
    del story
    ask(run_at=AT - timedelta(days=1))
    take()

    assert len(take(at, worker="another")) == taken


def test_who_lost_the_lease_can_mark_nothing() -> None:
    number = ask()
    late = take()
    [mine] = take(AT + queue.LEASE, worker="another")

    for mark in (
        lambda: queue.finish(jobs=late, at=AT),
        lambda: queue.fail(job=late[0], error=Refused("no"), at=AT),
    ):
        with pytest.raises(queue.LeaseLost), transaction.atomic():
            mark()
    assert queue.renew(jobs=late, at=AT) == queue.release(jobs=late) == 0
    queue.finish(jobs=[mine], at=AT + queue.LEASE)
    assert now_is(number).done_at == AT + queue.LEASE


def test_the_same_worker_that_takes_a_job_again_does_not_hold_the_old_one() -> None:
    ask()
    before = take()
    take(AT + queue.LEASE)

    with pytest.raises(queue.LeaseLost):
        queue.finish(jobs=before, at=AT + queue.LEASE)


def test_a_renewed_lease_ends_later() -> None:
    ask()
    jobs = take()

    assert queue.renew(jobs=jobs, at=AT + queue.LEASE - SECOND) == 1

    assert take(AT + queue.LEASE, worker="another") == []


def test_work_given_back_has_lost_no_attempt() -> None:
    ask()
    queue.release(jobs=take())

    assert [job.attempts for job in take()] == [1]


def test_what_may_have_ended_its_worker_comes_alone_and_is_set_aside_at_last() -> None:
    killer = ask(run_at=AT - MINUTE)
    for _ in range(3):
        ask()
    at = AT
    assert len(take(at)) == 4

    for attempt in range(2, MOST_ATTEMPTS + 1):
        at += queue.LEASE
        assert [(j.pk, j.attempts) for j in take(at)] == [(killer, attempt)]
        if attempt == 2:
            for _ in range(3):
                [other] = take(at)
                queue.finish(jobs=[other], at=at)
    assert take(at + queue.LEASE) == []
    assert now_is(killer).trouble.startswith("WorkerEnded")
    assert now_is(killer).set_aside_at == at + queue.LEASE


def test_an_empty_queue_is_looked_at_without_a_write(django_assert_num_queries) -> None:
    with django_assert_num_queries(1) as made:
        take()

    assert made[0]["sql"].startswith("SELECT")


def test_a_batch_is_taken_and_marked_by_the_same_few_statements(
    django_assert_num_queries,
) -> None:
    for _ in range(40):
        ask()

    with django_assert_num_queries(READS_AND_WRITES):
        jobs = take()
    with django_assert_num_queries(2):
        queue.finish(jobs=jobs, at=AT)

    assert Job.objects.filter(done_at=AT).count() == 40


# --- failing


@pytest.mark.parametrize(
    ("error", "passing", "trouble"),
    [
        (Refused("a rule says no"), False, "Refused: a rule says no"),
        (BadInput("row 3"), False, "BadInput: row 3"),
        (OutsideError("closed", passing=False), False, "OutsideError: closed"),
        (OutsideError("asleep", passing=True), True, "OutsideError: asleep"),
        (EtmaalError("x" * 400), True, "EtmaalError: " + "x" * 287),
        (ValueError(CANARY), True, "ValueError"),
    ],
)
def test_an_error_says_whether_to_try_again_and_quotes_no_value(
    error: Exception, passing: bool, trouble: str
) -> None:
    number = ask()
    [job] = take()

    aside = queue.fail(job=job, error=error, at=AT)

    found = now_is(number)
    assert (may_pass(error), trouble_of(error)) == (passing, trouble)
    assert (aside, found.trouble) == (not passing, trouble)
    assert (found.set_aside_at is None) == passing
    assert (found.leased_by, found.lease_until) == ("", None)


def test_the_last_attempt_sets_a_job_aside() -> None:
    number, at = ask(), AT
    for attempt in range(1, MOST_ATTEMPTS + 1):
        [job] = take(at)
        aside = queue.fail(job=job, error=ValueError(), at=at)
        assert aside == (attempt == MOST_ATTEMPTS)
        assert take(at) == []
        at = now_is(number).run_at

    assert now_is(number).set_aside_at is not None


def test_what_was_asked_for_meanwhile_is_tried_afresh() -> None:
    number = ask(dedupe="1")
    [job] = take()
    ask(dedupe="1")

    assert not queue.fail(job=job, error=Refused("no"), at=AT)

    assert (now_is(number).attempts, now_is(number).set_aside_at) == (0, None)


def test_pauses_grow_are_spread_and_end_somewhere() -> None:
    first = {pause_after(job, 1) for job in range(200)}
    middles = [sum((pause_after(j, n) for j in range(200)), timedelta()) / 200 for n in (1, 2, 3)]

    assert 0.5 * 15 * SECOND <= min(first) < max(first) <= 1.5 * 15 * SECOND
    assert len(first) > 190
    assert middles[0] * 1.8 < middles[1] < middles[1] * 1.8 < middles[2]
    assert max(pause_after(job, 1_000) for job in range(200)) <= 1.5 * LONGEST_PAUSE
    assert pause_after(7, 3) == pause_after(7, 3)


# --- coming back


@pytest.mark.parametrize(
    ("after", "every_s", "expected"),
    [
        (AT, 1, AT + SECOND),
        (AT + SECOND / 2, 1, AT + SECOND),
        (AT, 3_600, AT + SECOND),
        (AT, 86_400, datetime(2026, 10, 26, tzinfo=UTC)),
        (datetime(2026, 10, 26, tzinfo=UTC), 86_400, datetime(2026, 10, 27, tzinfo=UTC)),
    ],
)
def test_the_grid_has_one_next_moment(after: datetime, every_s: int, expected: datetime) -> None:
    assert next_on_grid(after, every_s) == expected


def test_after_a_day_down_periodic_work_is_done_once() -> None:
    queue.keep_periodic(periods={"a": 60}, at=AT)
    queue.finish(jobs=take(), at=AT)
    tomorrow = AT + timedelta(days=1)

    rounds = 0
    while jobs := take(tomorrow):
        queue.finish(jobs=jobs, at=tomorrow)
        rounds += 1

    assert rounds == 1
    assert Job.objects.get().run_at == tomorrow + SECOND  # the full minute


@pytest.mark.parametrize(
    ("story", "at", "periods", "put_right"),
    [
        ("all is as it was", AT, {"a": 60}, 0),
        ("the clock was set back a year", AT - timedelta(days=365), {"a": 60}, 1),
        ("the clock was set back a moment", AT - 3 * SECOND, {"a": 60}, 0),
        ("it is to run more often", AT, {"a": 30}, 1),
        ("there is more to do", AT, {"a": 60, "b": 60}, 1),
    ],
)
def test_periodic_work_is_kept_as_it_is_meant(
    story: str, at: datetime, periods: dict[str, int], put_right: int
) -> None:
    del story
    queue.keep_periodic(periods={"a": 60}, at=AT)
    queue.finish(jobs=take(), at=AT)

    assert queue.keep_periodic(periods=periods, at=at) == put_right

    assert queue.keep_periodic(periods=periods, at=at) == 0
    assert {j.kind: j.every_s for j in Job.objects.all()} == periods
    assert len(take(at)) == put_right


def test_periodic_work_that_fails_comes_back_soon_for_ever_and_says_so() -> None:
    queue.keep_periodic(periods={"a": 1}, at=AT)
    at = AT
    for _ in range(MOST_ATTEMPTS + 5):
        [job] = take(at)
        assert not queue.fail(job=job, error=Refused("no"), at=at)
        pause = Job.objects.get().run_at - at
        assert timedelta() < pause <= MINUTE
        at += pause
    assert Job.objects.get().trouble == "Refused: no"

    queue.finish(jobs=take(at), at=at)

    assert (Job.objects.get().attempts, Job.objects.get().trouble) == (0, "")


# --- cleaning


@pytest.fixture
def done_at() -> Iterator[Callable[[datetime], int]]:
    def make(at: datetime) -> int:
        number = ask()
        queue.finish(jobs=take(), at=at)
        return number

    yield make


def test_what_was_done_before_is_removed_and_nothing_else(done_at) -> None:
    done_at(AT - SECOND)
    kept = {done_at(AT), ask(run_at=AT - timedelta(days=90))}

    assert queue.clean(before=AT) == 1

    assert set(Job.objects.values_list("pk", flat=True)) == kept
