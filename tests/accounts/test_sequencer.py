"""Many write, one links: processes of their own, killed, late, rolled back, two at once."""

import json
import os
import signal
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from etmaal.accounts.audit import log
from etmaal.accounts.chain import link_some
from etmaal.accounts.chain_check import verify
from etmaal.accounts.chain_lines import Line
from etmaal.accounts.chain_rows import lines
from etmaal.accounts.models import AuditLine, AuditLink

AT = datetime(2026, 3, 29, 1, tzinfo=UTC)
TOLD = {"verb": "item.opened", "subject": "item:1", "by": "person:7"}
PATIENCE_S = 60

SET_UP = """
import json, random, sys, time
from datetime import UTC, datetime, timedelta
import django
django.setup()
from django.db import connection, transaction
from etmaal.accounts.audit import log
from etmaal.accounts.chain import link_some
from etmaal.accounts.chain_check import verify
from etmaal.accounts.models import AuditLine, AuditLink, AuditWaiting
AT = datetime(2026, 3, 29, 1, tzinfo=UTC)
"""
WRITER = (
    SET_UP
    + """
rng, who = random.Random(sys.argv[1]), f"person:{sys.argv[1]}"
for k in range(int(sys.argv[2])):
    with transaction.atomic():
        log(verb="item.opened", subject=f"item:{k}", by=who, at=AT, why="\\u202e'\\n" * (k % 3))
        if k % 10 == 0:
            time.sleep(rng.random() / 100)
        if k % 7 == 0:
            transaction.set_rollback(True)
"""
)
SEQUENCER = (
    SET_UP
    + """
steps = []
print("ready", flush=True)
import select
while not select.select([sys.stdin], [], [], 0.002)[0]:
    steps.append(link_some(at=AT, most=50))
while link_some(at=AT, most=50):
    pass
print(json.dumps([step for step in steps if step]))
"""
)
STOPPED = (
    SET_UP
    + """
def stop(execute, sql, params, many, context):
    at = sys.argv[1]
    before, mark = at.split(":")
    if before == "before" and mark in sql:
        print("here", flush=True)
        time.sleep(600)
    result = execute(sql, params, many, context)
    if before == "after" and mark in sql:
        print("here", flush=True)
        time.sleep(600)
    return result
with connection.execute_wrapper(stop):
    link_some(at=AT)
"""
)
TOLD_OF = (
    SET_UP
    + """
checked = verify()
print(json.dumps({
    "findings": [str(found) for found in checked.findings],
    "links": checked.links,
    "lines": AuditLine.objects.count(),
    "unlinked": checked.unlinked.lines,
    "waiting": AuditWaiting.objects.count(),
    "places": AuditLink.objects.order_by("-place").values_list("place", flat=True).first(),
}))
"""
)
MIGRATE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""
LINK = SET_UP + "print(link_some(at=AT))"


class Record:
    """A database of its own, reached by processes of their own."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = os.environ | env | {"DJANGO_SETTINGS_MODULE": "etmaal.config.settings"}

    def start(self, script: str, *arguments: object) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", script, *map(str, arguments)]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, env=self.env, stdin=pipe, stdout=pipe, stderr=pipe, text=True
        )

    def told(self, process: "subprocess.Popen[str]") -> str:
        """End a process that waits for its input to close, and return what it said."""
        out, err = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, err
        return out

    def ask(self, script: str, *arguments: object) -> Any:
        return json.loads(self.told(self.start(script, *arguments)))


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        made = Record({"ETMAAL_HOME": str(tmp_path_factory.mktemp("home"))})
        made.told(made.start(MIGRATE))
        yield made
        return
    url, name = os.environ["DATABASE_URL"].rpartition("/")[0], f"etmaal_{os.getpid()}"
    with psycopg.connect(f"{url}/postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    made = Record({"DATABASE_URL": f"{url}/{name}"})
    made.told(made.start(MIGRATE))
    yield made
    with psycopg.connect(f"{url}/postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.slow
def test_four_writers_and_two_sequencers_at_once_leave_one_whole_chain(record: Record) -> None:
    each = 120
    sequencers = [record.start(SEQUENCER) for _ in range(2)]
    for sequencer in sequencers:
        assert sequencer.stdout is not None
        assert sequencer.stdout.readline() == "ready\n"
    before = record.ask(TOLD_OF)
    writers = [record.start(WRITER, k, each) for k in range(4)]
    for writer in writers:
        record.told(writer)
    steps = [json.loads(record.told(sequencer)) for sequencer in sequencers]

    after = record.ask(TOLD_OF)
    written = 4 * (each - len(range(0, each, 7)))
    assert after["findings"] == []
    assert after["lines"] - before["lines"] == written
    assert (after["links"], after["unlinked"], after["waiting"]) == (after["lines"], 0, 0)
    assert after["places"] == after["links"]
    assert sum(map(len, steps)) > 1, "the writers were linked while they wrote"


@pytest.mark.slow
@pytest.mark.parametrize(
    "moment",
    ["before:INSERT INTO", "after:INSERT INTO", "before:DELETE FROM", "after:DELETE FROM"],
)
def test_a_sequencer_killed_halfway_leaves_nothing_and_the_next_goes_on(
    moment: str, record: Record
) -> None:
    record.told(record.start(WRITER, 1, 15))
    before = record.ask(TOLD_OF)
    sequencer = record.start(STOPPED, moment)
    assert sequencer.stdout is not None
    assert sequencer.stdout.readline() == "here\n"

    sequencer.send_signal(signal.SIGKILL)
    sequencer.communicate(timeout=PATIENCE_S)

    assert before["unlinked"] == 12
    assert record.ask(TOLD_OF) == before
    assert record.ask(LINK) == 12
    after = record.ask(TOLD_OF)
    assert (after["findings"], after["unlinked"]) == ([], 0)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_line_that_commits_late_under_a_lower_number_is_linked_when_it_is_seen() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("on SQLite one transaction writes at a time: numbers commit in order")
    written, go_on = threading.Event(), threading.Event()

    def late() -> None:
        with transaction.atomic():
            log(**TOLD, at=AT, why="late")
            written.set()
            go_on.wait(PATIENCE_S)
        connection.close()

    thread = threading.Thread(target=late)
    thread.start()
    assert written.wait(PATIENCE_S)
    for _ in range(3):
        with transaction.atomic():
            log(**TOLD, at=AT)
    early = link_some(at=AT)
    go_on.set()
    thread.join(PATIENCE_S)

    assert (early, link_some(at=AT)) == (3, 1)
    link = AuditLink.objects.get(place=4)
    assert link.line.why == "late"
    assert link.line_id < AuditLink.objects.get(place=1).line_id
    assert verify().findings == ()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_second_sequencer_neither_waits_nor_fails_while_the_first_is_at_work() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("the second waits for the one lock there is; see the four writers")
    with transaction.atomic():
        log(**TOLD, at=AT)
    at_work, go_on = threading.Event(), threading.Event()

    def stop(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if "INSERT INTO" in sql:
            at_work.set()
            go_on.wait(PATIENCE_S)
        return result

    def first() -> None:
        with connection.execute_wrapper(stop):
            link_some(at=AT)
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert at_work.wait(PATIENCE_S)
    with transaction.atomic():  # nor does a writer wait
        log(**TOLD, at=AT)
    second = link_some(at=AT)
    go_on.set()
    thread.join(PATIENCE_S)

    assert (second, link_some(at=AT)) == (0, 1)
    assert verify().findings == ()


@pytest.mark.django_db
def test_lines_are_linked_in_the_order_of_their_numbers_some_at_a_time() -> None:
    for _ in range(7):
        log(**TOLD, at=AT)
    numbers = list(AuditLine.objects.order_by("id").values_list("id", flat=True))

    assert [link_some(at=AT, most=3) for _ in range(4)] == [3, 3, 1, 0]
    assert list(AuditLink.objects.order_by("place").values_list("place", "line_id")) == list(
        enumerate(numbers, start=1)
    )


@pytest.mark.django_db
def test_a_clock_that_goes_back_does_not_make_a_link_older_than_the_one_before() -> None:
    for hour in (5, 3, 6):
        log(**TOLD, at=AT)
        link_some(at=AT + timedelta(hours=hour))

    linked_at = AuditLink.objects.order_by("place").values_list("linked_at", flat=True)
    assert list(linked_at) == [AT + timedelta(hours=hour) for hour in (5, 5, 6)]
    assert verify().findings == ()


@pytest.mark.django_db
def test_a_step_with_nothing_to_do_writes_nothing(django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        assert link_some(at=AT) == 0


@pytest.mark.slow
@pytest.mark.django_db
def test_a_chain_three_times_as_long_takes_no_more_memory_to_walk() -> None:
    def peak(lines: int) -> int:
        AuditLine.objects.bulk_create(
            [AuditLine(at=AT, who="w", verb="v", subject="s", why="x" * 300) for _ in range(lines)]
        )
        while link_some(at=AT):
            pass
        tracemalloc.start()
        assert verify().findings == ()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    few = peak(2_500)  # over two pages
    assert peak(5_000) < few * 1.2


@pytest.mark.django_db
def test_a_sequencer_that_was_overtaken_while_it_reckoned_links_nothing(monkeypatch) -> None:
    for _ in range(3):
        log(**TOLD, at=AT)
    others = []

    def overtake(numbers: list[int]) -> list[Line]:
        monkeypatch.undo()
        others.append(link_some(at=AT, most=2))
        return lines(numbers)

    monkeypatch.setattr("etmaal.accounts.chain.lines", overtake)
    overtaken = link_some(at=AT)

    assert others == [2]
    assert (overtaken, link_some(at=AT)) == (0, 1)
    assert verify().findings == ()
