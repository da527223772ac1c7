"""`etmaal people`: the first operator is invited by the command line, and all after."""

import json
import re

import pytest
from click.testing import CliRunner, Result
from django.test import Client

from etmaal.accounts.models import Person
from etmaal.cli.main import COMMANDS, main

pytestmark = pytest.mark.django_db


def people(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["people", *arguments])


def invited(email: str = "o@example.org", *more: str) -> Result:
    return people("invite", email, "--name", "O. Operator", "--role", "operator", *more)


@pytest.mark.slow
def test_an_invitation_prints_a_link_that_leads_to_the_page() -> None:
    said = invited()

    assert (said.exit_code, said.stderr.startswith("for person #")) == (0, True)
    path = re.fullmatch(r"http://localhost:8000(/invitation/[\w-]{43}/)\n", said.stdout)
    assert path is not None
    page = Client().get(path[1])
    assert page.status_code == 200
    assert "O. Operator" in page.content.decode()


def test_machines_are_told_in_json() -> None:
    said = json.loads(invited("o@example.org", "--json").stdout)
    assert sorted(said) == ["expires_at", "id", "link"]

    [row] = json.loads(people("list", "--json").stdout)

    assert row == {
        "id": said["id"], "email": "o@example.org", "name": "O. Operator", "language": "nl",
        "active": True, "roles": ["operator"], "second_factor": False, "last_login": None,
        "invited": True,
    }  # fmt: skip


def test_roles_and_accounts_are_ended_and_the_list_says_so() -> None:
    invited()
    assert people("grant", "o@example.org", "--role", "auditor").exit_code == 0
    assert "auditor, operator" in people("list").stdout
    assert people("end-role", "o@example.org", "--role", "auditor", "--why", "done").exit_code == 0
    assert people("reset", "O@example.org", "--second-factor").stdout.startswith("http://")
    assert people("deactivate", "o@example.org", "--why", "left").exit_code == 0

    assert re.search(r"o@example.org +ended +no second step +no role", people("list").stdout)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("invite", "nonsense", "--name", "x", "--role", "operator"), 1, "no e-mail address"),
        (("invite", "x@example.org", "--name", "x", "--role", "queen"), 2, "not one of"),
        (("invite", "x@example.org", "--role", "operator"), 2, "--name"),
        (
            ("invite", "o@example.org", "--name", "x", "--role", "operator"),
            1,
            "goes by that address",
        ),
        (("reset", "nobody@example.org"), 1, "nobody with that address"),
        (("grant", "o@example.org", "--role", "operator"), 1, "is operator already"),
        (("grant", "o@example.org", "--role", "desk_user"), 1, "no other role"),
        (("end-role", "o@example.org", "--role", "auditor"), 1, "is not auditor"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    arguments: tuple[str, ...], code: int, message: str
) -> None:
    invited()

    said = people(*arguments)

    assert (said.exit_code, message in said.stderr) == (code, True), said.output
    assert "Traceback" not in said.output
    assert Person.objects.count() == 1


def test_each_help_has_an_example() -> None:
    assert "people" in COMMANDS
    for name in ("invite", "reset", "list", "grant", "end-role", "deactivate"):
        assert f"etmaal people {name}" in people(name, "--help").stdout
