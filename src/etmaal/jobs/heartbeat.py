"""How does a long job keep its lease? A thread beside it prolongs it; it dies with the process."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread
from types import TracebackType
from typing import Self

import structlog
from django.db import Error, connection

from etmaal.accounts import queue
from etmaal.accounts.models import Job
from etmaal.accounts.retrying import trouble_of

_BEATS = 3  # to a lease: two may fail

_log = structlog.get_logger("etmaal.jobs")


class Heartbeat:
    """Prolongs the leases of the jobs at hand. While it runs, `holding` says which those are."""

    def __init__(self, *, clock: Callable[[], datetime], lease: timedelta) -> None:
        self._clock, self._lease = clock, lease
        self._jobs: Sequence[Job] = ()
        self._ended = Event()
        self._thread: Thread | None = None

    def __enter__(self) -> Self:
        self._ended.clear()
        self._thread = Thread(target=self._beat, name="heartbeat", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    @contextmanager
    def holding(self, jobs: Sequence[Job]) -> Iterator[None]:
        """Keep these jobs leased meanwhile."""
        self._jobs = jobs
        try:
            yield
        finally:
            self._jobs = ()

    def _beat(self) -> None:
        while not self._ended.wait(self._lease.total_seconds() / _BEATS):
            jobs = self._jobs
            if not jobs:
                continue
            try:
                queue.renew(jobs=jobs, at=self._clock(), lease=self._lease)
            except Error as e:  # such as SQLite's writer busy: then nobody can take the job either
                _log.warning("lease.not_renewed", trouble=trouble_of(e), jobs=len(jobs))
        connection.close()
