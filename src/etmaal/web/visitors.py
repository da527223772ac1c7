"""Who asks for this page? The person and the roles they have now, asked once a request."""

from typing import cast

from django.http import HttpRequest

from etmaal.accounts.models import Person
from etmaal.accounts.queries import roles_of
from etmaal.accounts.roles import Role

_KEPT = "_etmaal_roles"


def person_of(request: HttpRequest) -> Person | None:
    """Return who is signed in; None for a stranger."""
    return request.user if request.user.is_authenticated else None


def roles_in(request: HttpRequest) -> frozenset[Role] | None:
    """Return the roles of who is signed in; None for a stranger."""
    person = person_of(request)
    if person is None:
        return None
    if not hasattr(request, _KEPT):
        setattr(request, _KEPT, roles_of(person))
    return cast(frozenset[Role], getattr(request, _KEPT))
