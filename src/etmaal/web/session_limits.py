"""How long is somebody signed in? Not longer than a working day, and not while nobody is there."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from etmaal.accounts.own_account import note
from etmaal.web.clock import now
from etmaal.web.visitors import person_of

# The longest times that NIST SP 800-63B-4 gives for its second level are 24 hours and 1 hour; what
# is seen here is worth half of that, and a working day fits in it.
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
JUST_NOW = timedelta(minutes=5)  # as long as a proof counts that is asked for before a change
WRITTEN_EVERY = timedelta(minutes=1)  # so that not each request writes to the database

BEGAN, SEEN = "began_at", "seen_at"


class SessionLimits:
    """Ends the session of somebody who signed in too long ago, or was away too long."""

    def __init__(
        self,
        get_response: Callable[[HttpRequest], HttpResponse],
        clock: Callable[[], datetime] = now,
    ) -> None:
        self.get_response = get_response
        self.clock = clock

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            at = self.clock()
            if is_over(request.session, at=at):
                return _signed_out(request, at)
            _mark(request.session, at)
        return self.get_response(request)


def is_over(session: SessionBase, *, at: datetime) -> bool:
    """Tell whether a session has reached either limit; one without marks has just begun."""
    began, seen = session.get(BEGAN), session.get(SEEN)
    if began is None or seen is None:
        return False
    return (
        at - datetime.fromisoformat(began) >= ABSOLUTE or at - datetime.fromisoformat(seen) >= IDLE
    )


def has_just_signed_in(session: SessionBase, *, at: datetime) -> bool:
    """Tell whether somebody proved a moment ago who they are, by signing in."""
    began = session.get(BEGAN)
    return began is not None and at - datetime.fromisoformat(began) < JUST_NOW


def _mark(session: SessionBase, at: datetime) -> None:
    session.setdefault(BEGAN, at.isoformat())
    seen = session.get(SEEN)
    if seen is None or at - datetime.fromisoformat(seen) >= WRITTEN_EVERY:
        session[SEEN] = at.isoformat()


def _signed_out(request: HttpRequest, at: datetime) -> HttpResponse:
    looks = request.method in ("GET", "HEAD")
    if (person := person_of(request)) is not None:
        note(verb="session.ended", person=person, by="session-limits", at=at)
    logout(request)
    messages.info(request, _("You were signed out, because you were away or signed in too long."))
    return redirect_to_login(request.get_full_path() if looks else reverse("home"))
