"""How is work done? Take a batch, do it, mark it, until told to stop.

Work on our own database is marked in its own transaction: a worker may be killed at any moment, and
nothing is lost or done twice. Nothing of a job's arguments, and no message of an error that is not
ours, reaches the log.
"""

import os
import socket
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Event
from time import monotonic

import structlog
from django.db import close_old_connections, connection, transaction

from etmaal.accounts import queue
from etmaal.accounts.models import Job
from etmaal.accounts.retrying import trouble_of
from etmaal.jobs.heartbeat import Heartbeat
from etmaal.jobs.kinds import Kind, Task

BATCH = 50  # measured: more does not go faster
BATCH_S = 0.2  # how long a batch may keep SQLite's one writer, and rows of others, waiting
PAUSE_S = 0.5  # between looks at an empty queue
KEEP_S = 60.0  # between looks whether the periodic jobs are there
LONGEST_REST_S = 30.0  # after errors of the database itself

_log = structlog.get_logger("etmaal.jobs")


class Worker:
    """Does the work of some kinds, in one thread."""

    def __init__(
        self,
        kinds: Sequence[Kind],
        *,
        clock: Callable[[], datetime],
        lease: timedelta = queue.LEASE,
    ) -> None:
        self._kinds = {kind.name: kind for kind in kinds}
        self._inside = [kind.name for kind in kinds if not kind.outside]
        self._outside = [kind.name for kind in kinds if kind.outside]
        self._periods = {kind.name: kind.every_s for kind in kinds if kind.every_s}
        self._clock, self._lease = clock, lease
        self._name = f"{socket.gethostname()[:40]}-{os.getpid()}"
        self._kept = -KEEP_S
        self._heartbeat = Heartbeat(clock=clock, lease=lease)

    def run(self, stop: Event) -> None:
        """Work until told to stop; the job at hand is finished first."""
        rest = PAUSE_S
        with self._heartbeat:
            while not stop.is_set():
                try:
                    took = self.round(stop)
                except Exception as e:  # noqa: BLE001 - the outermost guard: the worker outlives it
                    _log.error("worker.troubled", trouble=trouble_of(e), rest_s=rest)
                    connection.close()
                    stop.wait(rest)
                    rest = min(2 * rest, LONGEST_REST_S)
                else:
                    rest = PAUSE_S
                    if not took:  # periodic work is due on full seconds: look then
                        stop.wait(PAUSE_S - self._clock().timestamp() % PAUSE_S)
        connection.close()

    def run_due(self, stop: Event) -> int:
        """Do what is due until nothing is; return how many jobs were taken."""
        total = 0
        with self._heartbeat:
            while not stop.is_set() and (took := self.round(stop)):
                total += took
        return total

    def round(self, stop: Event) -> int:
        """Take a batch and do it; return how many jobs were taken."""
        self._keep_periodic()
        took = 0
        for kinds, most, do in (
            (self._inside, BATCH, self._do_inside),
            (self._outside, 1, self._do_outside),
        ):
            if kinds and not stop.is_set():
                jobs = queue.claim(
                    worker=self._name, kinds=kinds, at=self._clock(), most=most, lease=self._lease
                )
                took += len(jobs)
                with self._heartbeat.holding(jobs):
                    do(jobs, stop)
        return took

    def _keep_periodic(self) -> None:
        if self._periods and monotonic() - self._kept >= KEEP_S:
            queue.keep_periodic(periods=self._periods, at=self._clock())
            self._kept = monotonic()

    def _do_inside(self, jobs: Sequence[Job], stop: Event) -> None:
        """Do a batch, as many in one transaction as fit into a moment; give the rest back.

        Where one fails, all effects go with it, and each is done by itself: a savepoint for each
        would cost all of them more than this costs the few.
        """
        while jobs and not stop.is_set():
            try:
                jobs = jobs[self._in_one_transaction(jobs, stop) :]
            except Exception as e:  # noqa: BLE001 - any fault of a job is written down
                close_old_connections()
                if len(jobs) == 1:
                    self._mark(jobs[0], e)
                    return
                for job in jobs:
                    self._do_inside([job], stop)
                return
        if jobs:
            queue.release(jobs=jobs)

    def _in_one_transaction(self, jobs: Sequence[Job], stop: Event) -> int:
        """Do the first jobs and mark them; return how many."""
        since, done = monotonic(), 0
        with transaction.atomic():
            for job in jobs:
                self._call(job)
                done += 1
                if stop.is_set() or monotonic() - since > BATCH_S:
                    break
            queue.finish(jobs=jobs[:done], at=self._clock())
        for job in jobs[:done]:
            self._tell(job)
        return done

    def _do_outside(self, jobs: Sequence[Job], stop: Event) -> None:
        del stop
        for job in jobs:
            error: Exception | None = None
            try:
                self._call(job)
            except Exception as e:  # noqa: BLE001 - any fault of a job is written down
                error = e
            self._mark(job, error)

    def _mark(self, job: Job, error: Exception | None) -> None:
        """Mark a job in a transaction of its own."""
        aside = False
        try:
            if error is None:
                queue.finish(jobs=[job], at=self._clock())
            else:
                aside = queue.fail(job=job, error=error, at=self._clock())
        except queue.LeaseLost:
            _log.warning("job.lease_lost", job=job.pk, kind=job.kind)
        else:
            self._tell(job, error, aside=aside)

    def _call(self, job: Job) -> None:
        self._kinds[job.kind].run(Task(job.pk, job.arguments, self._clock()))

    def _tell(self, job: Job, error: Exception | None = None, *, aside: bool = False) -> None:
        said = {"job": job.pk, "kind": job.kind, "attempt": job.attempts}
        if error is not None:
            level = _log.error if aside else _log.warning
            level("job.set_aside" if aside else "job.failed", exc_info=error, **said)
        elif job.every_s is None:  # those that come back every second are no news
            _log.info("job.done", **said)
