"""`etmaal people`: invite somebody, see who is here, give and end roles, end an account."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from etmaal.accounts.roles import Role
from etmaal.cli.record import use_record
from etmaal.core.errors import BadInput

if TYPE_CHECKING:
    from etmaal.accounts.actions import Link

BY = "command:people"
ROLES = [role.value for role in Role]

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
why_option = click.option("--why", default="", help="The reason, for the audit chain.")
address = click.argument("email")


def _role(text: str, *, multiple: bool = False) -> Callable[[Any], Any]:
    return click.option(
        "--role",
        "roles" if multiple else "role",
        multiple=multiple,
        required=True,
        type=click.Choice(ROLES),
        help=text,
    )


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the command line reads the clock


@contextmanager
def _record() -> Iterator[None]:
    """Use the record; say what to do where there is none yet."""
    use_record()
    from django.db.utils import OperationalError, ProgrammingError

    try:
        yield
    except (OperationalError, ProgrammingError) as e:
        raise BadInput(
            "the record cannot be reached, or its tables are not there: run etmaal doctor"
        ) from e


@click.group(name="people")
def command() -> None:
    """Say who may come in, and in which roles. There is no other way in than an invitation.

    \b
    Example:
      etmaal people invite analyst@example.org --name "A. Analyst" --role analyst --language nl
      etmaal people list
    """


@command.command()
@address
@click.option("--name", required=True, help="What they are called on screen.")
@_role("A role; may be repeated.", multiple=True)
@click.option("--language", type=click.Choice(["nl", "en"]), default="nl", show_default=True)
@as_json
def invite(email: str, name: str, roles: tuple[str, ...], language: str, as_json: bool) -> None:
    """Invite EMAIL, and print the link with which they come in.

    \b
    Example:
      etmaal people invite operator@example.org --name "O. Operator" --role operator --language en

    The link works once, for seven days. It is shown now and kept nowhere: hand it over in a way
    that only they can read. Somebody whose account was ended is invited again like this too.
    """
    with _record():
        from etmaal.accounts import actions

        link = actions.invite(
            email=email, name=name, roles={Role(role) for role in roles}, language=language,
            by=BY, at=_now(),
        )  # fmt: skip
        _show(link, as_json)


@command.command()
@address
@click.option("--second-factor", is_flag=True, help="Take app, passkeys and recovery codes too.")
@as_json
def reset(email: str, second_factor: bool, as_json: bool) -> None:
    """Make the password of EMAIL useless, end their sessions, and print a new link.

    \b
    Example:
      etmaal people reset analyst@example.org --second-factor

    For somebody who forgot the password, lost the link, or lost the telephone. Make sure that it
    is they who ask: who has the link has the account.
    """
    with _record():
        from etmaal.accounts import actions, queries

        person = queries.person_by_email(email)
        link = actions.reset(person=person, second_factor=second_factor, by=BY, at=_now())
        _show(link, as_json)


@command.command(name="list")
@as_json
def list_(as_json: bool) -> None:
    """List everybody who was ever invited, with the roles they have now.

    \b
    Example:
      etmaal people list --json
    """
    with _record():
        from etmaal.accounts import queries

        found = list(queries.people(at=_now()))
    if as_json:
        rows = [
            {
                "id": p.id, "email": p.email, "name": p.name, "language": p.language,
                "active": p.active, "roles": list(p.roles), "second_factor": p.second_factor,
                "last_login": p.last_login.isoformat() if p.last_login else None,
                "invited": p.invited,
            }
            for p in found
        ]  # fmt: skip
        click.echo(json.dumps(rows, indent=2))
        return
    for p in found:
        roles = ", ".join(p.roles) or "no role"
        state = "ended" if not p.active else "invited" if p.invited else "active"
        step = "second step" if p.second_factor else "no second step"
        click.echo(f"{p.id:>5}  {p.email:<32}  {state:<8} {step:<15} {roles}")


@command.command()
@address
@_role("The role.")
def grant(email: str, role: str) -> None:
    """Give EMAIL another role.

    \b
    Example:
      etmaal people grant analyst@example.org --role manager
    """
    with _record():
        from etmaal.accounts import actions, queries

        person = queries.person_by_email(email)
        actions.grant(person=person, role=Role(role), by=BY, at=_now())
    click.echo(f"{person} is {role} now", err=True)


@command.command(name="end-role")
@address
@_role("The role.")
@why_option
def end_role(email: str, role: str, why: str) -> None:
    """Take a role back from EMAIL; it counts from their next click on.

    \b
    Example:
      etmaal people end-role analyst@example.org --role manager --why "back to the queues"
    """
    with _record():
        from etmaal.accounts import actions, queries

        person = queries.person_by_email(email)
        actions.end_role(person=person, role=Role(role), by=BY, at=_now(), why=why)
    click.echo(f"{person} is no {role} any more", err=True)


@command.command()
@address
@why_option
def deactivate(email: str, why: str) -> None:
    """End the account of EMAIL: roles, links, second step and sessions, at once.

    \b
    Example:
      etmaal people deactivate analyst@example.org --why "left the hotline"
    """
    with _record():
        from etmaal.accounts import actions, queries

        person = queries.person_by_email(email)
        actions.deactivate(person=person, by=BY, at=_now(), why=why)
    click.echo(f"the account of {person} is ended", err=True)


def _show(link: "Link", as_json: bool) -> None:
    from django.conf import settings
    from django.urls import reverse

    whole = settings.SITE_ADDRESS + reverse("invitation", args=[link.code])
    if as_json:
        said = {"id": link.person.pk, "link": whole, "expires_at": link.expires_at.isoformat()}
        click.echo(json.dumps(said, indent=2))
        return
    click.echo(whole)
    click.echo(
        f"for {link.person}; works once, until {link.expires_at:%Y-%m-%d %H:%M} UTC", err=True
    )
