"""What was done, by whom, to what, when and why? Lines that are written once and never change.

A line commits with the write that it tells of. Afterwards one sequencer links the lines into a
chain of digests (`AuditLink`): so writers never wait for one another, and a line that is changed,
removed or put in between is found.
"""

from django.db import models

from etmaal.accounts.handling import Handled


class AuditLine(Handled):
    """One write, one opening of a sealed value, or one batch of either.

    ``who`` is a person's number as ``person:7``, a client's as ``client:3``, ``public``, or the
    name of the job or command that did it; ``verb`` what was done (``item.opened``); ``subject`` to
    what (``item:12``). A batch is one line: ``rows`` says of how many rows, ``root`` what their
    digest is. ``details`` never holds a sealed value.
    """

    at = models.DateTimeField()
    who = models.CharField(max_length=100)
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=100)
    why = models.CharField(max_length=300, blank=True)
    details = models.JSONField(default=dict, blank=True)
    rows = models.PositiveBigIntegerField(null=True, blank=True)
    root = models.CharField(max_length=64, blank=True)

    class Handling:
        public: frozenset[str] = frozenset()
        internal = frozenset(
            {"id", "at", "who", "verb", "subject", "why", "details", "rows", "root"}
        )
        sealed: frozenset[str] = frozenset()
        kept_days = None
        kept_why = "The chain is worth nothing with a line missing."

    class Meta:
        indexes = (
            models.Index(fields=["subject", "at"], name="audit_line_by_subject"),
            models.Index(fields=["who", "at"], name="audit_line_by_who"),
        )

    def __str__(self) -> str:
        return f"audit line #{self.pk}"


class AuditWaiting(Handled):
    """A line that is not linked yet; the database puts it here with the line (migration 0002).

    Without it the sequencer would have to look through all lines, or guess below which number
    none can come any more: of two transactions the one with the lower number may commit last.
    """

    line = models.OneToOneField(
        AuditLine,
        on_delete=models.DO_NOTHING,
        primary_key=True,
        db_constraint=False,  # nothing is ever removed there, and writers need not pay for it
        related_name="waiting",
    )

    class Handling:
        public: frozenset[str] = frozenset()
        internal = frozenset({"line"})
        sealed: frozenset[str] = frozenset()
        kept_days = None
        kept_why = "It goes when the line is linked, and not before."

    def __str__(self) -> str:
        return f"waiting audit line #{self.pk}"


class AuditLink(Handled):
    """The place of a line in the chain. ``digest`` is over the line and the digest before it.

    ``linked_at`` is part of what it is over, and never before that of the place before.
    """

    place = models.PositiveBigIntegerField(primary_key=True)
    line = models.OneToOneField(AuditLine, on_delete=models.PROTECT, related_name="link")
    linked_at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Handling:
        public: frozenset[str] = frozenset()
        internal = frozenset({"place", "line", "linked_at", "digest"})
        sealed: frozenset[str] = frozenset()
        kept_days = None
        kept_why = "As its line."

    def __str__(self) -> str:
        return f"audit link #{self.pk}"
