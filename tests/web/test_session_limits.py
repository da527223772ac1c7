"""A session ends after half an hour of nothing and after twelve hours of anything."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from made_people import entered, signed_in

from etmaal.accounts.models import AuditLine, Person
from etmaal.accounts.roles import Role
from etmaal.web.clock import now
from etmaal.web.session_limits import SessionLimits

pytestmark = pytest.mark.django_db
BEGAN = datetime(2026, 10, 24, 23, 50, tzinfo=UTC)  # the night the clocks go back


def asked(person: Person | AnonymousUser, session: SessionStore, at: datetime) -> HttpResponse:
    request: HttpRequest = RequestFactory().get("/home/")
    request.user, request.session = person, session
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return SessionLimits(lambda _: HttpResponse("in"), clock=lambda: at)(request)


@pytest.mark.parametrize(
    ("story", "minutes", "is_in"),
    [
        ("just signed in", [0], True),
        ("a click a moment before the half hour", [0, 29.9], True),
        ("half an hour of nothing", [0, 30], False),
        ("a click on the way counts", [0, 20, 45], True),
        (
            "a click within the minute is not written, and counts as the one before",
            [0, 0.5, 30],
            False,
        ),
        ("a working day", [k * 25 for k in range(28)], True),
        ("twelve hours, busy to the end", [*(k * 25 for k in range(29)), 720], False),
        ("a moment before twelve hours", [*(k * 25 for k in range(29)), 719.9], True),
        ("a week", [0, 7 * 24 * 60], False),
    ],
)
def test_a_session_lasts_as_long_as_it_may(story: str, minutes: list[float], is_in: bool) -> None:
    del story
    person = Person.objects.create(email="a@example.org", name="A", language="nl", invited_at=BEGAN)
    session = SessionStore()

    answers = [asked(person, session, BEGAN + timedelta(minutes=m)) for m in minutes]

    assert all(answer.content == b"in" for answer in answers[:-1])
    assert (answers[-1].content == b"in") is is_in
    if not is_in:
        assert answers[-1].headers["Location"] == "/account/sign-in/?next=/home/"
        assert "began_at" not in session
    told = AuditLine.objects.filter(verb="session.ended", subject=f"person:{person.pk}")
    assert told.count() == (0 if is_in else 1)


def test_a_stranger_has_no_session_that_could_end() -> None:
    session = SessionStore()

    assert asked(AnonymousUser(), session, BEGAN).content == b"in"
    assert session.is_empty()


@pytest.mark.slow
def test_who_was_away_too_long_is_told_so_at_the_door() -> None:
    client = signed_in(entered(Role.DESK_USER))
    client.get("/home/")
    session = client.session
    session["seen_at"] = (now() - timedelta(minutes=31)).isoformat()
    session.save()

    page = client.get("/home/", follow=True)

    assert page.redirect_chain == [("/account/sign-in/?next=/home/", 302)]
    assert "omdat u te lang weg was" in page.content.decode() or "away" in page.content.decode()
    assert client.get("/home/").status_code == 302
