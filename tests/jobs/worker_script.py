"""Runs as a process of its own: asks for work of kinds that only tests have, or does it.

`ask N`, `work UNTIL_EMPTY|FOR_EVER`. The environment says where to be killed: KILL_AT names a place,
KILL_ON the how manieth time it is passed.
"""

import os
import signal
import sys
import time
from datetime import timedelta
from threading import Event

from etmaal.cli.record import use_record

use_record()

from django.db import transaction  # noqa: E402

from etmaal.accounts import queue  # noqa: E402
from etmaal.accounts.audit import log  # noqa: E402
from etmaal.accounts.lag import lag  # noqa: E402
from etmaal.accounts.models import AuditLink  # noqa: E402
from etmaal.jobs import running  # noqa: E402
from etmaal.jobs.kinds import Kind, Task  # noqa: E402

LEASE = timedelta(seconds=1)
KILL_AT, KILL_ON = os.environ.get("KILL_AT", ""), int(os.environ.get("KILL_ON", "1"))
passed = 0


def may_be_killed(place: str) -> None:
    global passed
    if place == KILL_AT:
        passed += 1
        if passed == KILL_ON:
            os.kill(os.getpid(), signal.SIGKILL)


def write(task: Task) -> None:
    """The effect in our database: one line a job."""
    may_be_killed("before the effect")
    log(verb="test.done", subject=f"job:{task.number}", by=f"process:{os.getpid()}", at=task.at)
    may_be_killed("after the effect")


def send(task: Task) -> None:
    """An effect elsewhere: a file by the number of the job, which is there once or twice the same."""
    may_be_killed("before the effect")
    with open(os.path.join(os.environ["ETMAAL_HOME"], "sent"), "a") as f:  # noqa: PTH118, PTH123
        f.write(f"{task.number}\n")
    may_be_killed("after the effect")


def poison(task: Task) -> None:
    raise ValueError("https://canary.example/in-an-error")


def unfit(task: Task) -> None:
    """What the database refuses only at the commit: a link to a line that is not there."""
    write(task)
    AuditLink.objects.create(place=task.number, line_id=10**9, digest="0" * 64)


def linger(task: Task) -> None:
    print("begun", flush=True)  # noqa: T201
    time.sleep(float(task.arguments["s"]))
    send(task)


KINDS = (
    Kind("write", write),
    Kind("poison", poison),
    Kind("unfit", unfit),
    Kind("send", send, outside=True),
    Kind("linger", linger, outside=True),
    Kind("quick", write, apart=True),
)


def killed_around(name: str) -> None:
    """Let an action of the queue be the place of a kill: before it, and after it, not committed."""
    action = getattr(queue, name)

    def around(**arguments: object) -> object:
        may_be_killed(f"before {name}")
        result = action(**arguments)
        may_be_killed(f"after {name}")
        return result

    setattr(queue, name, around)


def ask(kind: str, n: int, **arguments: object) -> None:
    with transaction.atomic():
        for _ in range(n):
            queue.ask(kind=kind, at=running.now(), arguments=arguments)


def work() -> None:
    for name in ("claim", "finish"):
        killed_around(name)
    stop = running.stop_on_signals()
    running.run(stop, KINDS, lease=LEASE)


def work_off() -> None:
    """Work until nothing is left; whatever is leased is waited for."""
    stop = Event()
    threads = running.start(stop, KINDS, lease=LEASE)
    periodic = {kind.name for kind in KINDS if kind.every_s}
    end = time.monotonic() + 30
    while time.monotonic() < end and any(
        kind.due or kind.running for kind in lag(running.now()).kinds if kind.kind not in periodic
    ):
        time.sleep(0.1)
    stop.set()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["ask", kind, n]:
            ask(kind, int(n))
        case ["ask", kind, n, seconds]:
            ask(kind, int(n), s=seconds)
        case ["work"]:
            work()
        case ["work-off"]:
            work_off()
