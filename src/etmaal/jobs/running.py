"""How are workers started and ended? Lanes as threads; processes as children; signals end both."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from types import FrameType

import structlog

from etmaal.accounts.queue import LEASE
from etmaal.jobs.kinds import Kind
from etmaal.jobs.registry import KINDS, lanes
from etmaal.jobs.worker import Worker

_REST_S = 2.0  # before a process that ended by itself is started again

_log = structlog.get_logger("etmaal.jobs")


def now() -> datetime:
    """Return this moment, for workers."""
    return datetime.now(UTC)  # noqa: TID251 - jobs read the clock


def stop_on_signals(then: Callable[[], None] | None = None) -> Event:
    """Return what is set at the first SIGTERM or SIGINT; a second one ends the process at once."""
    stop = Event()

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_DFL)
        if then is not None:
            then()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, end)
    return stop


def start(
    stop: Event, kinds: Sequence[Kind] = KINDS, lease: timedelta = LEASE
) -> tuple[Thread, ...]:
    """Start a thread for each lane of work; they end after `stop`, each with its job at hand."""
    workers = [Worker(lane, clock=now, lease=lease) for lane in lanes(kinds)]
    threads = tuple(Thread(target=w.run, args=(stop,), name="worker") for w in workers)
    for thread in threads:
        thread.start()
    return threads


def run(
    stop: Event,
    kinds: Sequence[Kind] = KINDS,
    lease: timedelta = LEASE,
    parent: int | None = None,
) -> None:
    """Work in this process until told to stop, or until the process that started it is gone."""
    _log.info("worker.started", kinds=len(kinds))
    threads = start(stop, kinds, lease)
    while not stop.wait(_REST_S):
        if parent is not None and os.getppid() != parent:
            _log.error("worker.orphaned")
            stop.set()
    for thread in threads:
        thread.join()
    _log.info("worker.ended")


def run_due(stop: Event, kinds: Sequence[Kind] = KINDS) -> int:
    """Do what is due now, and return how many jobs that took."""
    return sum(Worker(lane, clock=now).run_due(stop) for lane in lanes(kinds))


def run_processes(stop: Event, processes: int, arguments: Sequence[str]) -> None:
    """Keep so many processes working; each ends its job at hand when told to stop.

    They are in a session of their own: a Ctrl-C reaches them once, through us.
    """
    command = [sys.executable, "-m", "etmaal", *arguments, "--parent", str(os.getpid())]

    def begin() -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own command

    children = [begin() for _ in range(processes)]
    while not stop.wait(_REST_S):
        for place, child in enumerate(children):
            if child.poll() is not None:
                _log.error("worker.died", exit=child.returncode)
                children[place] = begin()
    for child in children:
        child.terminate()
    for child in children:
        child.wait()
