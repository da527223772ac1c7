"""Who works here, and in which roles? People come in by invitation only."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from etmaal.accounts.handling import Handled
from etmaal.accounts.roles import Role


class People(BaseUserManager["Person"]):
    """Finds people by what they sign in with."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser, Handled):
    """Somebody who can sign in, by e-mail address."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    language = models.CharField(max_length=2, choices=[("nl", "Nederlands"), ("en", "English")])
    is_active = models.BooleanField(default=True)
    invited_at = models.DateTimeField()

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Handling:
        public: frozenset[str] = frozenset()
        internal = frozenset(
            {"id", "email", "name", "language", "is_active", "invited_at", "last_login", "password"}
        )
        sealed: frozenset[str] = frozenset()
        kept_days = None
        kept_why = "The audit chain names who did what, for as long as it is kept."

    class Meta:
        constraints = (
            # One mailbox is one person, however it is written.
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="person_email_in_small_letters"
            ),
        )

    def __str__(self) -> str:
        return f"person #{self.pk}"


class Grant(Handled):
    """A role that somebody was given, and when it was taken back."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Handling:
        public: frozenset[str] = frozenset()
        internal = frozenset({"id", "person", "role", "granted_at", "ended_at"})
        sealed: frozenset[str] = frozenset()
        kept_days = None
        kept_why = "Who was entitled to what, when, belongs to the audit chain."

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=models.Q(ended_at__isnull=True),
                name="grant_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="grant_of_a_role"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True)
                | models.Q(ended_at__gte=models.F("granted_at")),
                name="grant_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return f"grant #{self.pk}"
