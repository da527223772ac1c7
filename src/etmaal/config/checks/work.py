"""Is the work done: does a worker keep up, does anything wait for a person, is the chain linked?"""

from datetime import datetime

from etmaal.accounts.lag import lag, unlinked
from etmaal.config.checks.findings import Finding, good, trouble
from etmaal.jobs.registry import KINDS

_MOST_LAG_S = 60.0  # as `/health/ready` says too
_MOST_UNLINKED_S = 30.0
_OFTEN = 3
_START = "start a worker (etmaal worker, or etmaal up), or more of them"


def queue(at: datetime) -> Finding:
    """Tell whether somebody does the work, and in time."""
    found = lag(at)
    known = {kind.name for kind in KINDS}
    if strange := [kind.kind for kind in found.kinds if kind.kind not in known and kind.due]:
        says = f"work that this program does not know: {', '.join(strange)}"
        return trouble("queue", says, "upgrade the workers, or drop it: etmaal jobs --drop ID")
    periodic = {kind.name for kind in KINDS if kind.every_s}
    if missing := sorted(periodic - {kind.kind for kind in found.kinds}):
        says = f"periodic work that is not planned: {', '.join(missing)}"
        return trouble("queue", says, "etmaal up --no-serve")
    if found.oldest_s > _MOST_LAG_S:
        return trouble("queue", f"a job has waited for {found.oldest_s:.0f} s", _START)
    return good("queue", f"the longest due job has waited for {found.oldest_s:.0f} s")


def set_aside(at: datetime) -> Finding:
    """Tell whether jobs failed for good, or fail again and again."""
    found = lag(at)
    if found.set_aside:
        says = f"{found.set_aside} jobs were set aside"
        return trouble("failed work", says, "etmaal jobs shows why; then --again or --drop")
    failing = [f"{k.kind} ({k.attempts} times)" for k in found.kinds if k.attempts >= _OFTEN]
    if failing:
        says = f"keeps failing: {', '.join(failing)}"
        return trouble("failed work", says, "read the worker's log: it says where")
    return good("failed work", "none")


def chain(at: datetime) -> Finding:
    """Tell whether audit lines are linked soon after they were written."""
    n, oldest_s = unlinked(at)
    says = f"{n} of the newest lines are not linked, the oldest for {oldest_s:.0f} s"
    if oldest_s > _MOST_UNLINKED_S:
        return trouble("audit chain", says, _START)
    return good("audit chain", says)
