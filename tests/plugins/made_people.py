"""Invented people for the tests of pages: invited by the real actions, with a real second step."""

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from etmaal.accounts import actions
from etmaal.accounts.models import Person
from etmaal.accounts.roles import Role
from etmaal.web.clock import now

# Argon2 as in production, but not as slow: hundreds of passwords are set and tried.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost = 1, 1024
Argon2PasswordHasher.parallelism = 1

PASSWORD = "een lang woord voor de proef"  # noqa: S105 - of invented people
BY = "command:test"


def invited(
    role: Role | None = Role.ANALYST, *, language: str = "en", name: str = ""
) -> actions.Link:
    """Return the link of somebody new."""
    word = role.value if role else "none"
    number = Person.objects.count() + 1
    return actions.invite(
        email=f"{word}{number}@example.org",
        name=name or f"{word.capitalize()} Jansen",
        roles=[role] if role else [],
        language=language,
        by=BY,
        at=now(),
    )


def entered(role: Role | None = Role.ANALYST, *, language: str = "en", name: str = "") -> Person:
    """Return somebody new who has set a password, and no second step yet."""
    link = invited(role, language=language, name=name)
    return actions.accept(code=link.code, password=PASSWORD, at=now())


def with_app(person: Person) -> str:
    """Give somebody an app; return its key."""
    secret = str(generate_totp_secret())
    TOTP.activate(person, secret)
    return secret


def code_of(secret: str, *, ahead: int = 0) -> str:
    """Return what an app with a key shows now, or some half minutes ahead."""
    now = sorted(counters())[1]  # earlier, now, later
    return str(format_hotp_value(hotp_value(secret, now + ahead)))


def signed_in(person: Person) -> Client:
    """Return a browser in which somebody has signed in."""
    client = Client()
    client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    return client
