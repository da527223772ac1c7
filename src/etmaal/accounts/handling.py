"""Who may see a field, and how long is it kept? Every model says so, and a guard test reads it."""

from typing import ClassVar, Protocol

from django.db import models


class Handling(Protocol):
    """What a model says of its fields: each is in one of three sets, by its name.

    ``kept_days`` is the term after which a row is erased or emptied; None: as long as the record.
    ``kept_why`` gives the ground for the term.
    """

    public: frozenset[str]
    internal: frozenset[str]
    sealed: frozenset[str]
    kept_days: int | None
    kept_why: str


class Handled(models.Model):
    """A model of ours: its inner class `Handling` says who may see each field."""

    Handling: ClassVar[type[Handling]]

    class Meta:
        abstract = True
