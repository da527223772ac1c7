"""A worker may end at any moment: nothing is lost, and nothing in our database is done twice."""

import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

pytestmark = pytest.mark.slow
JOBS = 30


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, said = process.communicate(timeout=60)
    return process.returncode, said


def ask(record, *words: str) -> None:
    code, said = ended(record.start("ask", *words))
    assert code == 0, said


def effects(record) -> list[int]:
    """Return how often each job's line was written."""
    found = Counter(
        subject
        for (subject,) in record.sql(
            "SELECT subject FROM accounts_auditline WHERE verb = 'test.done'"
        )
    )
    return sorted(found.values())


def left(record) -> int:
    [[n]] = record.sql(
        "SELECT count(*) FROM accounts_job WHERE done_at IS NULL AND every_s IS NULL"
    )
    return n


@pytest.mark.parametrize(
    ("place", "passed"),
    [
        ("before claim", 1),
        ("after claim", 1),
        ("after the effect", 7),
        ("before finish", 1),
        ("after finish", 1),  # marked, and not committed
    ],
)
def test_work_on_our_database_is_done_once_wherever_its_worker_is_killed(
    record, place: str, passed: int
) -> None:
    ask(record, "write", str(JOBS))

    code, said = ended(record.start("work", KILL_AT=place, KILL_ON=str(passed)))
    assert code == -signal.SIGKILL, said
    assert effects(record) == []
    code, said = ended(record.start("work-off"))

    assert (code, left(record)) == (0, 0), said
    assert effects(record) == [1] * JOBS


@pytest.mark.parametrize(
    ("place", "times_sent"),
    [("before the effect", 1), ("after the effect", 2), ("after finish", 1)],
)
def test_work_on_others_is_done_at_least_once_under_the_same_number(
    record, place: str, times_sent: int
) -> None:
    ask(record, "send", "1")

    assert ended(record.start("work", KILL_AT=place))[0] == -signal.SIGKILL
    ended(record.start("work-off"))

    sent = (record.home / "sent").read_text().split()
    assert (len(sent), len(set(sent)), left(record)) == (times_sent, 1, 0)


def test_killed_at_moments_of_chance_two_workers_lose_and_double_nothing(record) -> None:
    ask(record, "write", "1000")
    for _ in range(2):
        before = left(record)
        workers = [record.start("work") for _ in range(2)]
        while left(record) == before:  # ends: leases run out after a second
            time.sleep(0.01)
        for worker in workers:
            worker.kill()
            ended(worker)
        assert 0 < left(record) < before, "they were killed in the midst of it"

    ended(record.start("work-off"))

    assert (left(record), effects(record)) == (0, [1] * 1000)


def test_two_workers_share_500_jobs_and_do_none_twice(record) -> None:
    ask(record, "write", "500")

    workers = [record.start("work-off") for _ in range(2)]

    assert [ended(worker)[0] for worker in workers] == [0, 0]
    assert (left(record), effects(record)) == (0, [1] * 500)


def test_a_poisoned_job_stops_no_other_and_its_values_are_logged_nowhere(record) -> None:
    ask(record, "poison", "1")
    ask(record, "write", "10")
    ask(record, "unfit", "1")
    ask(record, "write", "10")

    worker = record.start("work")
    time.sleep(0.1)
    for _ in range(100):
        if left(record) == 2:
            break
        time.sleep(0.1)
    worker.send_signal(signal.SIGTERM)
    code, said = ended(worker)

    assert (code, effects(record)) == (0, [1] * 20)
    rows = record.sql(
        "SELECT kind, attempts, trouble, leased_by FROM accounts_job "
        "WHERE kind IN ('poison', 'unfit') ORDER BY kind"
    )
    assert rows == [("poison", 1, "ValueError", ""), ("unfit", 1, "IntegrityError", "")]
    assert '"event": "job.failed"' in said and "worker_script.py" in said
    assert "canary" not in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_told_to_stop_finishes_the_job_at_hand(record, number: int) -> None:
    ask(record, "linger", "2", "1")
    worker = record.start("work")
    assert worker.stdout is not None and worker.stdout.readline() == "begun\n"

    worker.send_signal(number)
    code, said = ended(worker)

    assert (code, left(record)) == (0, 1), said
    assert len((record.home / "sent").read_text().split()) == 1
    [row] = record.sql(
        "SELECT attempts, leased_by FROM accounts_job WHERE done_at IS NULL AND kind='linger'"
    )
    assert row == (0, "")


def test_what_runs_apart_does_not_wait_for_a_long_job(record) -> None:
    ask(record, "linger", "1", "30")
    worker = record.start("work")
    assert worker.stdout is not None and worker.stdout.readline() == "begun\n"

    ask(record, "quick", "1")
    for _ in range(100):
        if effects(record):
            break
        time.sleep(0.1)
    worker.kill()
    ended(worker)

    assert (effects(record), (record.home / "sent").exists()) == ([1], False)


def test_a_worker_told_twice_ends_at_once(record) -> None:
    ask(record, "linger", "1", "30")
    worker = record.start("work")
    assert worker.stdout is not None and worker.stdout.readline() == "begun\n"

    worker.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    begun = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    ended(worker)

    assert time.monotonic() - begun < 5
    assert worker.returncode == -signal.SIGTERM


def test_a_job_that_takes_longer_than_its_lease_stays_with_its_worker(record) -> None:
    ask(record, "linger", "1", "3")  # with a lease of 1 s

    workers = [record.start("work") for _ in range(2)]
    time.sleep(5)
    for worker in workers:
        worker.terminate()
    assert [ended(worker)[0] for worker in workers] == [0, 0]

    assert len((record.home / "sent").read_text().split()) == 1


def begun(record) -> tuple[subprocess.Popen[str], str]:
    """Start a command with two workers; return it when both have begun, and what was said."""
    command = [sys.executable, "-m", "etmaal", "worker", "--processes", "2"]
    group = subprocess.Popen(command, env=record.env, stderr=subprocess.PIPE, text=True)
    assert group.stderr is not None
    said = ""
    while said.count("worker.started") < 2:
        said += group.stderr.readline()
    return group, said


def test_processes_of_one_command_work_and_end_together(record) -> None:
    group, _ = begun(record)

    group.terminate()

    code, said = ended(group)
    assert (code, said.count("worker.ended"), said.count("worker.died")) == (0, 2, 0)


def test_processes_end_when_what_started_them_is_killed(record) -> None:
    group, _ = begun(record)

    group.kill()

    _, said = ended(group)  # stderr is open for as long as one of them lives
    assert (said.count("worker.orphaned"), said.count("worker.ended")) == (2, 2)
