"""The table of permissions is what really happens: each route is tried as each visitor."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from made_people import entered, signed_in, with_app

from etmaal.accounts.models import Person
from etmaal.accounts.permissions import ALLOWED, WITHOUT_SECOND_FACTOR, is_allowed
from etmaal.accounts.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# What stands in an address, by its name in the route; a row that is not there.
EXAMPLES = {"code": "unknown", "pk": 2**31 - 1, "provider_id": "oidc"}
SIGN_IN = "/account/sign-in/?next="


def patterns(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield each pattern with its name, as a request finds it."""
    for found in resolver.url_patterns:
        if isinstance(found, URLResolver):
            yield from patterns(found, f"{space}{found.namespace}:" if found.namespace else space)
        else:
            yield f"{space}{found.name}", found


ROUTES = dict(patterns(get_resolver()))


def address(route: str) -> str:
    names = ROUTES[route].pattern.converters
    return reverse(route, kwargs={name: EXAMPLES[name] for name in names})


def happened(client: Client, route: str) -> str:
    answer = client.get(address(route))
    if answer.status_code == 302 and answer.headers["Location"].startswith(SIGN_IN):
        return "sent to sign in"
    if answer.status_code == 403:
        return "refused"
    assert answer.status_code < 500
    return "let in"


def test_every_route_is_in_the_table_and_the_table_names_no_other() -> None:
    assert sorted(ROUTES) == sorted(ALLOWED)
    assert len(ROUTES) == sum(1 for _ in patterns(get_resolver()))  # no name stands twice


def test_a_stranger_gets_where_the_table_says() -> None:
    said = {r: "let in" if is_allowed(r, None) else "sent to sign in" for r in ALLOWED}

    assert {route: happened(Client(), route) for route in ALLOWED} == said


@pytest.mark.parametrize("role", [*Role, None], ids=lambda r: r or "no role")
def test_everybody_gets_where_the_table_says(role: Role | None) -> None:
    person: Person = entered(role)
    with_app(person)
    roles = frozenset([role] if role else [])
    said = {r: "let in" if is_allowed(r, roles) else "refused" for r in ALLOWED}

    found = {}
    for route in ALLOWED:  # to sign out ends the session: each route is tried in a new one
        found[route] = happened(signed_in(person), route)

    assert found == said


@pytest.mark.parametrize("role", [*sorted(set(Role) - {Role.DESK_USER}), None])
def test_staff_without_a_second_step_get_nowhere_but_to_set_one_up(role: Role | None) -> None:
    person = entered(role)

    for route in sorted(set(ALLOWED) - WITHOUT_SECOND_FACTOR):
        answer = signed_in(person).get(address(route))
        assert (answer.status_code, answer.headers["Location"]) == (302, "/account/second-step/")


def test_a_route_that_is_not_in_the_table_is_not_there_for_anybody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "etmaal.web.doors.ALLOWED", {k: v for k, v in ALLOWED.items() if k != "home"}
    )
    operator = entered(Role.OPERATOR)
    with_app(operator)

    for client in (Client(), signed_in(operator)):
        assert client.get("/home/").status_code == 404


def test_a_route_for_one_role_is_refused_to_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ALLOWED, "home", frozenset({Role.AUDITOR}))  # type: ignore[arg-type]
    answers = {}
    for role in Role:
        person = entered(role)
        with_app(person)
        answers[role] = signed_in(person).get("/home/").status_code

    assert answers == {role: 200 if role is Role.AUDITOR else 403 for role in Role}
    assert Client().get("/home/").status_code == 302
