"""How much does the work queue cost beside writing the same rows without one, on both databases?

Asked for: jobs one by one, in transactions of 50, beside inserts of the same rows in the same
transactions. Done: a worker takes jobs in batches, each writes one audit line, and marks them;
beside it the same lines are inserted and the same rows updated, 50 to a transaction.
Ratios are of rows a second; the best of three rounds counts. Durability is as in production.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

JOBS, TRANSACTION, ROUNDS = 3_000, 50, 3
PLUGINS = Path(__file__).resolve().parents[1] / "tests" / "plugins"


def one(work: Callable[[], Any]) -> float:
    """Return rows a second."""
    begun = time.perf_counter()
    work()
    return JOBS / (time.perf_counter() - begun)


def asked() -> None:
    from django.db import transaction

    from etmaal.accounts import queue
    from etmaal.jobs.running import now

    for _ in range(JOBS // TRANSACTION):
        with transaction.atomic():
            for n in range(TRANSACTION):
                queue.ask(kind="line", arguments={"n": n}, at=now())


def inserted() -> None:
    """The same rows by the same layer, without the queue."""
    from django.db import transaction

    from etmaal.accounts.models import Job
    from etmaal.jobs.running import now

    for _ in range(JOBS // TRANSACTION):
        with transaction.atomic():
            for n in range(TRANSACTION):
                Job(kind="plain", arguments={"n": n}, run_at=now()).save(force_insert=True)


def done() -> None:
    from threading import Event

    from etmaal.accounts.audit import log
    from etmaal.jobs.kinds import Kind, Task
    from etmaal.jobs.running import now
    from etmaal.jobs.worker import Worker

    def line(task: Task) -> None:
        log(verb="bench.done", subject=f"job:{task.number}", by="bench", at=task.at)

    took = Worker([Kind("line", line)], clock=now).run_due(Event())
    assert took == JOBS, took  # noqa: S101 - or the figure would be of something else


def updated() -> None:
    """The same lines and the same marks, by rows known beforehand."""
    from django.db import transaction

    from etmaal.accounts.audit import log
    from etmaal.accounts.models import Job
    from etmaal.jobs.running import now

    rows = list(Job.objects.filter(kind="plain", done_at=None).values_list("pk", flat=True))
    assert len(rows) == JOBS, len(rows)  # noqa: S101 - or the figure would be of something else
    for start in range(0, JOBS, TRANSACTION):
        batch = rows[start : start + TRANSACTION]
        with transaction.atomic():
            for row in batch:
                log(verb="bench.done", subject=f"job:{row}", by="bench", at=now())
            Job.objects.filter(pk__in=batch).update(done_at=now())


def measured() -> dict[str, float]:
    """Measure on the database that the environment names."""
    import logging

    from etmaal.cli.record import use_record

    use_record()
    from etmaal.config.preparing import prepare
    from etmaal.jobs.running import now

    logging.disable()
    prepare(at=now())
    best: dict[str, float] = {}
    for _ in range(ROUNDS):
        for work in (asked, inserted, done, updated):
            best[work.__name__] = max(best.get(work.__name__, 0.0), one(work))
    return best


def on(database: str, url: str) -> dict[str, float]:
    """Measure in a process of its own, with a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "ETMAAL_HOME": f"{home}/home", "DATABASE_URL": url}
        command = [sys.executable, __file__, "measure"]
        said = subprocess.run(
            command, env=env, check=True, stdout=subprocess.PIPE, text=True
        ).stdout
    best: dict[str, float] = json.loads(said)
    ratios = {"asked": best["asked"] / best["inserted"], "done": best["done"] / best["updated"]}
    print(f"{database:11} asked  {best['asked']:8.0f}/s  plain {best['inserted']:8.0f}/s  "
          f"ratio {ratios['asked']:.2f}")  # fmt: skip
    print(f"{database:11} done   {best['done']:8.0f}/s  plain {best['updated']:8.0f}/s  "
          f"ratio {ratios['done']:.2f}", flush=True)  # fmt: skip
    return {
        **{k: round(v) for k, v in best.items()},
        **{f"{k}_ratio": round(v, 2) for k, v in ratios.items()},
    }


def main() -> None:
    sys.path.insert(0, str(PLUGINS))
    import real_postgresql

    real_postgresql._SETTINGS = ("listen_addresses=",)  # as in production: it waits for the disk
    found = {"sqlite": on("sqlite", "")}
    server = real_postgresql.Server()
    try:
        server_url = server.url.rpartition("/")[0] + "/postgres"
        found["postgresql"] = on("postgresql", server_url)
    finally:
        server.stop()
    print(json.dumps(found))


if __name__ == "__main__":
    if sys.argv[1:] == ["measure"]:
        print(json.dumps(measured()))
    else:
        main()
