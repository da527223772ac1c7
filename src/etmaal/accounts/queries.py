"""Who is here, in which roles, and whom does a link let in?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from allauth.mfa.models import Authenticator
from django.db.models import Prefetch

from etmaal.accounts.models import Grant, Invitation, Person
from etmaal.accounts.roles import Role
from etmaal.core.errors import Refused

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class NoSuchPerson(Refused):
    """Nobody with that address was ever invited."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One person as a list shows them; ``invited`` says that a link waits to be used."""

    id: int
    email: str
    name: str
    language: str
    active: bool
    roles: tuple[Role, ...]
    second_factor: bool
    last_login: datetime | None
    invited: bool


def person_by_email(email: str) -> Person:
    """Return who goes by an address, however it is written.

    Raises:
        NoSuchPerson: if nobody does.
    """
    person = Person.objects.filter(email=email.strip().lower()).first()
    if person is None:
        raise NoSuchPerson("nobody with that address was invited")
    return person


def roles_of(person: Person) -> frozenset[Role]:
    """Return the roles that somebody has now: asked anew each time, so that an end counts."""
    held = Grant.objects.filter(person=person, ended_at__isnull=True).values_list("role", flat=True)
    return frozenset(Role(role) for role in held)


def needs_second_factor(roles: frozenset[Role]) -> bool:
    """Tell whether a password alone is too little: for all but those who only answer for a desk."""
    return roles != {Role.DESK_USER}


def has_second_factor(person: Person) -> bool:
    """Tell whether somebody has set up an app or a passkey; recovery codes alone are none."""
    found = Authenticator.objects.filter(user_id=person.pk, type__in=SECOND_FACTORS)
    return bool(found.exists())


def digest_of(code: str) -> str:
    """Return what is kept of a link's code. It holds 256 random bits: no salt is needed."""
    return sha256(code.encode()).hexdigest()


def open_invitation(code: str, *, at: datetime) -> Invitation | None:
    """Return the invitation that a code opens; None if it is unknown, used, replaced or too old."""
    return (
        Invitation.objects.select_related("person")
        .filter(digest=digest_of(code), ended_at__isnull=True, expires_at__gt=at)
        .filter(person__is_active=True)
        .first()
    )


def people(*, at: datetime) -> Iterator[Listed]:
    """Yield everybody, by address; four queries for any number."""
    held = Prefetch("grants", Grant.objects.filter(ended_at__isnull=True), to_attr="held")
    waiting = set(
        Invitation.objects.filter(ended_at__isnull=True, expires_at__gt=at).values_list(
            "person_id", flat=True
        )
    )
    secured = set(
        Authenticator.objects.filter(type__in=SECOND_FACTORS).values_list("user_id", flat=True)
    )
    for person in Person.objects.prefetch_related(held).order_by("email"):
        yield Listed(
            id=person.pk,
            email=person.email,
            name=person.name,
            language=person.language,
            active=person.is_active,
            roles=tuple(sorted(Role(grant.role) for grant in person.held)),
            second_factor=person.pk in secured,
            last_login=person.last_login,
            invited=person.pk in waiting,
        )
