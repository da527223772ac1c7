"""Under which keys are values sealed? Each data key lies here wrapped under the master key."""

from django.db import models

from etmaal.accounts.handling import Handled


class DataKey(Handled):
    """A key of sealed values. Values say by its number which one opens them.

    ``wrapped`` is the key sealed under the master key. New values are sealed under the newest that
    is not retired; one that is retired opens what is not sealed anew yet.
    """

    wrapped = models.BinaryField()
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Handling:
        public: frozenset[str] = frozenset()
        internal = frozenset({"id", "made_at", "retired_at", "destroyed_at"})
        sealed = frozenset({"wrapped"})
        kept_days = None
        kept_why = "Without its row a value that was sealed under the key cannot be opened."

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(destroyed_at__isnull=True)
                | models.Q(retired_at__isnull=False, destroyed_at__gte=models.F("retired_at")),
                name="data_key_is_retired_before_it_is_destroyed",
            ),
        )

    def __str__(self) -> str:
        return f"data key #{self.pk}"
