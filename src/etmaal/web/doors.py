"""May this visitor go through? Every request is held against the one table of permissions."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from etmaal.accounts.permissions import ALLOWED, WITHOUT_SECOND_FACTOR, is_allowed
from etmaal.accounts.queries import has_second_factor, needs_second_factor
from etmaal.web.visitors import person_of, roles_in


class Doors:
    """Lets a request through to its view, or answers it: deny by default."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Return None to go on to the view.

        Raises:
            Http404: for a route that is not in the table: it is not there for anybody.
            PermissionDenied: for somebody who has signed in, and has no role that may go there.
        """
        del view, args, kwargs
        route = request.resolver_match.view_name if request.resolver_match else ""
        if route not in ALLOWED:
            raise Http404
        person, roles = person_of(request), roles_in(request)
        if person is None or roles is None:
            return None if is_allowed(route, None) else _to_sign_in(request)
        if (
            route not in WITHOUT_SECOND_FACTOR
            and needs_second_factor(roles)
            and not has_second_factor(person)
        ):
            return HttpResponseRedirect(reverse("mfa_index"))
        if not is_allowed(route, roles):
            raise PermissionDenied
        return None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send a stranger to sign in; back here afterwards only if that means to look, not to do."""
    looks = request.method in ("GET", "HEAD")
    return redirect_to_login(request.get_full_path() if looks else reverse("home"))
