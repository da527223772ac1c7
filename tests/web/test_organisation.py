"""An organisation's own sign-in lets in who was invited, by a verified address, and nobody else.

The organisation is a real server on this machine, which speaks OpenID Connect.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from made_organisation import NAME, Organisation, running
from made_people import BY, entered, invited, signed_in, with_app

from etmaal.accounts import actions
from etmaal.accounts.models import AuditLine, Person
from etmaal.accounts.roles import Role
from etmaal.web.clock import now

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.allow_hosts(["127.0.0.1"])]
START, BACK = "/account/organisation/oidc/", "/account/organisation/oidc/back/"


@pytest.fixture
def organisation(settings) -> Iterator[Organisation]:
    with running(settings) as found:
        yield found


def came_in(organisation: Organisation, client: Client, **says: Any):
    """Sign in there, as a browser would, and come back; return the last answer."""
    organisation.says.update(says)
    page = client.get("/account/sign-in/").content.decode()
    assert NAME in page
    there = client.post(START)
    assert there.headers["Location"].startswith(f"{organisation.address}/authorize?")
    asked = organisation.was_asked(there.headers["Location"])
    assert asked["redirect_uri"] == f"http://testserver{BACK}"
    return client.get(BACK, {"code": "one", "state": asked["state"]})


def test_who_was_invited_comes_in_and_is_known_the_next_time(organisation: Organisation) -> None:
    person = invited(Role.DESK_USER).person

    for _ in range(2):
        client = Client()
        answer = came_in(organisation, client, email=person.email.upper(), email_verified=True)

        assert answer.headers["Location"] == "/home/"
        assert client.get("/home/").status_code == 200
    verbs = list(AuditLine.objects.order_by("id").values_list("verb", flat=True))
    assert verbs.count("person.signed_in") == 2
    assert verbs.count("person.linked_to_organisation") == 1


@pytest.mark.parametrize(
    ("story", "says"),
    [
        ("an address that nobody invited", {"email": "nobody@example.org", "email_verified": True}),
        ("it does not vouch for the address", {"email": "ours", "email_verified": False}),
        ("it says nothing of it", {"email": "ours"}),
        ("it says so in words", {"email": "ours", "email_verified": "false"}),
        ("no address at all", {}),
    ],
)
def test_nobody_else_comes_in(organisation: Organisation, story: str, says: dict[str, Any]) -> None:
    del story
    person, client = entered(Role.DESK_USER), Client()
    if says.get("email") == "ours":
        says = {**says, "email": person.email}

    answer = came_in(organisation, client, **says)

    assert answer.status_code == 403
    assert client.get("/home/").status_code == 302
    assert Person.objects.count() == 1


def test_whose_account_was_ended_stays_out(organisation: Organisation) -> None:
    person = entered(Role.DESK_USER)
    says = {"email": person.email, "email_verified": True}
    assert came_in(organisation, Client(), **says).headers["Location"] == "/home/"

    actions.deactivate(person=person, by=BY, at=now())

    client = Client()
    assert came_in(organisation, client, **says).headers["Location"] == "/account/ended/"
    assert client.get("/home/").status_code == 302


def test_the_second_step_is_asked_for_all_the_same(organisation: Organisation) -> None:
    person, client = entered(Role.OFFICER), Client()
    with_app(person)

    answer = came_in(organisation, client, email=person.email, email_verified=True)

    assert answer.headers["Location"] == "/account/second-step/sign-in/"
    assert client.get("/home/").status_code == 302


def test_who_has_no_password_here_can_use_every_page_of_the_account(
    organisation: Organisation,
) -> None:
    person, client = invited(Role.DESK_USER).person, Client()
    came_in(organisation, client, email=person.email, email_verified=True)

    assert "You have no password" in client.get("/account/password/").content.decode()
    for path in ("", "app/add/", "passkeys/add/", "passkeys/"):
        assert client.get(f"/account/second-step/{path}").status_code == 200, path
    assert client.get("/account/confirm/").status_code < 500


@pytest.mark.parametrize("process", ["connect", "redirect", "x"])
def test_nobody_ties_another_identity_to_an_account(
    organisation: Organisation, process: str
) -> None:
    del organisation
    client = signed_in(entered(Role.DESK_USER))

    for answer in (
        client.post(f"{START}?process={process}"),
        client.post(START, {"process": process}),
        client.get(f"{START}?process=login&process={process}"),
    ):
        assert answer.status_code == 404


def test_an_answer_that_nobody_asked_for_is_refused(organisation: Organisation) -> None:
    person, client = entered(Role.DESK_USER), Client()
    organisation.says.update({"email": person.email, "email_verified": True})

    answer = client.get(BACK, {"code": "one", "state": "forged"})

    assert answer.status_code in (401, 403)
    assert client.get("/home/").status_code == 302


@pytest.mark.parametrize("when", ["before", "on the way back"])
def test_an_organisation_that_cannot_be_reached_is_said_to_be_so(
    organisation: Organisation, when: str
) -> None:
    client = Client()
    if when == "before":
        organisation.stop()
        answer = client.post(START)
    else:
        there = client.post(START)
        organisation.stop()
        state = parse_qs(urlsplit(there.headers["Location"]).query)["state"][0]
        answer = client.get(BACK, {"code": "one", "state": state})

    assert answer.status_code == 503
    assert "Inloggen is niet gelukt" in answer.content.decode()


def test_without_one_there_is_no_such_door() -> None:
    assert "organisation" not in Client().get("/account/sign-in/").content.decode()
    assert Client().get(START).status_code == Client().get(BACK).status_code == 404
