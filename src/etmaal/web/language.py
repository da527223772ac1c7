"""In which language? The one that was chosen, else the person's own, else the browser's.

The switch is a link to the same page with `?language=en`. Only then a cookie is set.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import escape_leading_slashes

from etmaal.web.visitors import person_of

CHOICE = "language"
KEPT_FOR_S = 365 * 24 * 3600


class SpokenLanguage:
    """Turns the language on for a request, and remembers a choice."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.GET.get(CHOICE)
        if request.method == "GET" and chosen in dict(settings.LANGUAGES):
            return _remembered(request, str(chosen))
        with translation.override(spoken(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "")
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


def spoken(request: HttpRequest) -> str:
    """Return the language to answer in."""
    kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if kept in dict(settings.LANGUAGES):
        return str(kept)
    person = person_of(request)
    return person.language if person else translation.get_language_from_request(request)


def _remembered(request: HttpRequest, chosen: str) -> HttpResponse:
    rest = request.GET.copy()
    del rest[CHOICE]
    path = escape_leading_slashes(request.get_full_path().partition("?")[0])  # //host is elsewhere
    response = HttpResponseRedirect(f"{path}?{rest.urlencode()}" if rest else path)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=KEPT_FOR_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
