"""What is there to do, and who is at it? One row a piece of work, asked for in a transaction."""

from django.db import models

from etmaal.accounts.handling import Handled


class Job(Handled):
    """Work to be done once. A worker that takes it has it until its lease runs out.

    ``kind`` names the work and ``arguments`` what it needs: numbers of rows, never a sealed value.
    While a job with a ``dedupe`` waits or runs, another with the same is not put in; if it runs,
    ``asked_again`` has it run once more, since it may have looked already. ``every_s`` is the
    period of one that comes back by itself. A job that failed for good has ``set_aside_at``: a
    person looks at it (`etmaal jobs`), and one that is dropped has ``done_at`` too.
    """

    kind = models.CharField(max_length=60)
    arguments = models.JSONField(default=dict, blank=True)
    dedupe = models.CharField(max_length=120, blank=True)
    run_at = models.DateTimeField()
    asked_again = models.BooleanField(default=False)
    every_s = models.PositiveIntegerField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_by = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    set_aside_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=300, blank=True)

    class Handling:
        public: frozenset[str] = frozenset()
        internal = frozenset(
            {"id", "kind", "arguments", "dedupe", "run_at", "every_s", "attempts", "leased_by"}
            | {"lease_until", "done_at", "set_aside_at", "trouble", "asked_again"}
        )
        sealed: frozenset[str] = frozenset()
        kept_days = 30
        kept_why = "What was done stands in the audit chain; a finished job says no more."

    class Meta:
        indexes = (
            models.Index(
                fields=["run_at", "id"],
                condition=models.Q(done_at__isnull=True, set_aside_at__isnull=True),
                name="job_waiting",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "dedupe"],
                condition=models.Q(done_at__isnull=True, set_aside_at__isnull=True)
                & ~models.Q(dedupe=""),
                name="job_waits_once",
            ),
        )

    def __str__(self) -> str:
        return f"job #{self.pk}"
