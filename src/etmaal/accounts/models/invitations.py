"""How does somebody come in for the first time, or again? By a link that works once."""

from django.db import models

from etmaal.accounts.handling import Handled
from etmaal.accounts.models.people import Person


class Invitation(Handled):
    """A link with which one person sets a password. Only the digest of its code is kept.

    It ended when it was used, or when another took its place.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Handling:
        public: frozenset[str] = frozenset()
        internal = frozenset({"id", "person", "digest", "made_at", "expires_at", "ended_at"})
        sealed: frozenset[str] = frozenset()
        kept_days = 90
        kept_why = "Who was invited, and came in, stands in the audit chain."

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(ended_at__isnull=True),
                name="invitation_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")),
                name="invitation_expires_after_it_is_made",
            ),
        )

    def __str__(self) -> str:
        return f"invitation #{self.pk}"
