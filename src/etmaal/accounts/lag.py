"""What waits in the queue, for how long, and what was set aside?"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q

from etmaal.accounts.models import AuditWaiting, Job


@dataclass(frozen=True, slots=True)
class KindLag:
    """The jobs of one kind that are not done; each is in one of the four counts.

    ``due`` could run now, ``planned`` not yet, ``running`` are with a worker, ``set_aside`` wait
    for a person. ``oldest_s`` is how long the longest due has waited; ``attempts`` the most that a
    job was tried in vain.
    """

    kind: str
    due: int
    planned: int
    running: int
    set_aside: int
    oldest_s: float
    attempts: int


@dataclass(frozen=True, slots=True)
class Lag:
    """The whole queue at one moment, by kind in order of name."""

    kinds: tuple[KindLag, ...]

    @property
    def oldest_s(self) -> float:
        """How long the longest due job has waited, in seconds; 0 if none is due."""
        return max((kind.oldest_s for kind in self.kinds), default=0.0)

    @property
    def set_aside(self) -> int:
        return sum(kind.set_aside for kind in self.kinds)


def lag(at: datetime) -> Lag:
    """Return what is not done, and how long it has waited."""
    aside = Q(set_aside_at__isnull=False)
    runs = Q(lease_until__gt=at) & ~aside
    due = Q(run_at__lte=at) & ~aside & ~runs
    rows = (
        Job.objects.filter(done_at__isnull=True)
        .values("kind")
        .annotate(
            due=Count("id", filter=due),
            planned=Count("id", filter=~due & ~runs & ~aside),
            running=Count("id", filter=runs),
            aside=Count("id", filter=aside),
            oldest=Min("run_at", filter=due),
            tried=Max("attempts", filter=~aside & ~runs),
        )
        .order_by("kind")
    )
    return Lag(
        tuple(
            KindLag(
                kind=row["kind"],
                due=row["due"],
                planned=row["planned"],
                running=row["running"],
                set_aside=row["aside"],
                oldest_s=(at - row["oldest"]).total_seconds() if row["oldest"] else 0.0,
                attempts=row["tried"] or 0,
            )
            for row in rows
        )
    )


def unlinked(at: datetime) -> tuple[int, float]:
    """Return how many audit lines wait for their link, and the age of the oldest in seconds."""
    tail = AuditWaiting.objects.aggregate(n=Count("line"), oldest=Min("line__at"))
    age = (at - tail["oldest"]).total_seconds() if tail["oldest"] else 0.0
    return tail["n"], max(age, 0.0)
