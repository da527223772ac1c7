"""How does somebody come in, take on a role, leave one, and leave? Every write on people."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from etmaal.accounts.audit import log
from etmaal.accounts.models import Grant, Invitation, Person
from etmaal.accounts.queries import digest_of, open_invitation
from etmaal.accounts.roles import Role
from etmaal.core.errors import BadInput, Refused

LINK_FOR = timedelta(days=7)  # long enough for a holiday, too short to be found in an old mailbox


class NotAnAddress(BadInput):
    """What was given is no e-mail address."""


class AlreadyHere(Refused):
    """Somebody with this address has an account that works."""


class RolesExclude(Refused):
    """Who answers for a provider's desk can have no part in judging providers."""


class NoSuchGrant(Refused):
    """Somebody does not have that role."""


class NotActive(Refused):
    """An account that was ended gets no role and no link: it is invited anew."""


class LinkEnded(Refused):
    """A link that is unknown, used, replaced or too old. It is not said which."""


@dataclass(frozen=True, slots=True)
class Link:
    """What is handed to somebody, once: the code is kept nowhere."""

    person: Person
    code: str = field(repr=False)
    expires_at: datetime


@transaction.atomic
def invite(
    *, email: str, name: str, roles: Collection[Role], language: str, by: str, at: datetime
) -> Link:
    """Make an account that nobody can enter yet, and the link with which its owner sets a password.

    Somebody whose account was ended is invited again under the same number.

    Raises:
        NotAnAddress: if ``email`` is none.
        AlreadyHere: if somebody goes by it.
        RolesExclude: if ``roles`` do not go together.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as e:
        raise NotAnAddress("that is no e-mail address") from e
    person = Person.objects.select_for_update().filter(email=address).first()
    if person is not None and person.is_active:
        raise AlreadyHere(f"{person} goes by that address; give a role, or reset the password")
    person = person or Person(email=address)
    person.name, person.language = name.strip(), language
    person.is_active, person.invited_at = True, at
    person.set_unusable_password()
    person.save()
    log(
        verb="person.invited", subject=_named(person), by=by, at=at,
        details={"roles": ", ".join(sorted(roles)), "language": language},
    )  # fmt: skip
    _grant(person, roles, at)
    return _new_link(person, at)


@transaction.atomic
def reset(*, person: Person, by: str, at: datetime, second_factor: bool = False) -> Link:
    """Make the password useless and end every session; return a link to set another.

    With ``second_factor`` app, passkeys and recovery codes go too: for somebody who lost them.

    Raises:
        NotActive: if the account was ended.
    """
    _must_be_active(person)
    person.set_unusable_password()  # sessions are bound to the password: they end with it
    person.save(update_fields=["password"])
    if second_factor:
        Authenticator.objects.filter(user_id=person.pk).delete()
    log(
        verb="person.reset", subject=_named(person), by=by, at=at,
        details={"second_factor": second_factor},
    )  # fmt: skip
    return _new_link(person, at)


@transaction.atomic
def accept(*, code: str, password: str, at: datetime) -> Person:
    """Set the password that the holder of a link chose; the link is used up.

    Raises:
        LinkEnded: if the code opens nothing, or another was faster.
    """
    invitation = open_invitation(code, at=at)
    if invitation is None:
        raise LinkEnded("this link does not work any more")
    ours = Invitation.objects.filter(pk=invitation.pk, ended_at__isnull=True).update(ended_at=at)
    if ours != 1:
        raise LinkEnded("this link does not work any more")
    person = invitation.person
    person.set_password(password)
    person.save(update_fields=["password"])
    log(verb="person.accepted", subject=_named(person), by=_named(person), at=at)
    return person


@transaction.atomic
def grant(*, person: Person, role: Role, by: str, at: datetime) -> None:
    """Give somebody a role; it counts from the next request on.

    Raises:
        NotActive: if the account was ended.
        RolesExclude: if it does not go with what they have.
        AlreadyHere: if they have it.
    """
    _must_be_active(person)
    if Grant.objects.filter(person=person, role=role, ended_at__isnull=True).exists():
        raise AlreadyHere(f"{person} is {role} already")
    _grant(person, [role], at)
    log(verb="role.granted", subject=_named(person), by=by, at=at, details={"role": role.value})


@transaction.atomic
def end_role(*, person: Person, role: Role, by: str, at: datetime, why: str = "") -> None:
    """Take a role back; it counts from the next request on.

    Raises:
        NoSuchGrant: if they do not have it.
    """
    held = Grant.objects.filter(person=person, role=role, ended_at__isnull=True)
    if held.update(ended_at=at) == 0:
        raise NoSuchGrant(f"{person} is not {role}")
    log(
        verb="role.ended",
        subject=_named(person),
        by=by,
        at=at,
        why=why,
        details={"role": role.value},
    )


@transaction.atomic
def deactivate(*, person: Person, by: str, at: datetime, why: str = "") -> None:
    """End an account: every role, every open link, every session, at once.

    Raises:
        NotActive: if it was ended before.
    """
    _must_be_active(person)
    ended = Grant.objects.filter(person=person, ended_at__isnull=True)
    roles = sorted(ended.values_list("role", flat=True))
    ended.update(ended_at=at)
    Invitation.objects.filter(person=person, ended_at__isnull=True).update(ended_at=at)
    Authenticator.objects.filter(user_id=person.pk).delete()
    person.is_active = False
    person.set_unusable_password()
    person.save(update_fields=["is_active", "password"])
    log(
        verb="person.ended",
        subject=_named(person),
        by=by,
        at=at,
        why=why,
        details={"roles": ", ".join(roles)},
    )


def _must_be_active(person: Person) -> None:
    if not Person.objects.select_for_update().filter(pk=person.pk, is_active=True).exists():
        raise NotActive(f"the account of {person} was ended; invite them again")


def _grant(person: Person, roles: Collection[Role], at: datetime) -> None:
    held = Grant.objects.filter(person=person, ended_at__isnull=True)
    together = {*held.values_list("role", flat=True), *roles}
    if Role.DESK_USER in together and len(together) > 1:
        raise RolesExclude("a desk user has no other role: they answer for a provider")
    Grant.objects.bulk_create(
        Grant(person=person, role=role, granted_at=at) for role in sorted(set(roles))
    )


def _new_link(person: Person, at: datetime) -> Link:
    Invitation.objects.filter(person=person, ended_at__isnull=True).update(ended_at=at)
    code = secrets.token_urlsafe(32)
    Invitation.objects.create(
        person=person, digest=digest_of(code), made_at=at, expires_at=at + LINK_FOR
    )
    return Link(person, code, at + LINK_FOR)


def _named(person: Person) -> str:
    return f"person:{person.pk}"
