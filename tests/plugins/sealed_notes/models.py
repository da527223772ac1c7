"""A table with sealed fields, before the record's own tables have any."""

import uuid

from django.db import models

from etmaal.accounts.fields import SealedField
from etmaal.accounts.handling import Handled


class Note(Handled):
    """A text, as many times as it was written; and perhaps a contact."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.IntegerField(default=1)
    body = SealedField()
    contact = SealedField(null=True)

    class Handling:
        public: frozenset[str] = frozenset()
        internal = frozenset({"id", "uuid", "edition"})
        sealed = frozenset({"body", "contact"})
        kept_days = 1
        kept_why = "It is made up."

    def __str__(self) -> str:
        return f"note #{self.pk}"
