"""`etmaal keys`: are the keys of sealed values there, and how are they exchanged?"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from etmaal.cli.record import use_record
from etmaal.core.errors import OutsideError, Refused

if TYPE_CHECKING:
    from etmaal.accounts.key_states import KeyState

BY = "etmaal keys"

as_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
why = click.option("--why", default="", metavar="TEXT", help="The reason, for the audit chain.")


class NotWhole(Refused):
    """Something about the keys, or about what is under them, is not as it should be."""


@click.group()
def command() -> None:
    """List, check and exchange the keys under which values are sealed.

    \b
    Example, each year and whenever somebody who knew a key leaves:
      etmaal keys rotate --why "yearly"
      etmaal keys reseal
      etmaal keys check
    """


@command.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List the data keys: what each is good for, and how many values are under it.

    \b
    Example:
      etmaal keys list --json
    """
    with _record():
        from etmaal.accounts.key_states import key_states

        states = key_states()
    if as_json:
        _print_json([asdict(key) for key in states])
    else:
        click.echo("\n".join(_table(states)))


@command.command()
@why
@as_json
def rotate(why: str, as_json: bool) -> None:
    """Make a new data key; those before it go on opening what is under them.

    Nothing stands still meanwhile. `etmaal keys reseal` then brings all values under the new key.

    \b
    Example:
      etmaal keys rotate --why "a colleague who knew the master key has left"
    """
    with _record():
        from etmaal.accounts import keys

        number = keys.rotate(by=BY, at=_now(), why=why)
    if as_json:
        _print_json({"number": number})
    else:
        click.echo(f"data key {number} seals from now on; next: etmaal keys reseal")


@command.command()
@as_json
def reseal(as_json: bool) -> None:
    """Seal anew all that is under retired keys, then destroy those keys.

    It may be stopped at any moment and run again, and it runs beside all other work.

    \b
    Example:
      etmaal keys reseal
    """
    with _record():
        from etmaal.accounts import resealing

        stream = sys.stderr
        with click.progressbar(
            length=resealing.waiting(), file=stream, label="sealed anew",
            hidden=not stream.isatty(), width=24,
        ) as bar:  # fmt: skip
            found = resealing.reseal(by=BY, clock=_now, progress=bar.update)
    if as_json:
        _print_json(asdict(found))
    else:
        click.echo(f"{found.values:,} values sealed anew; keys destroyed: {_list(found.destroyed)}")
    if found.unopened:
        places = ", ".join(f"{n:,} in {place}" for place, n in found.unopened.items())
        raise NotWhole(
            f"values that do not open stay as they are, and so do their keys: {places} "
            "(docs/handling.md, lost keys)"
        )
    if found.in_use:
        click.echo(
            f"still in use by what is being written now: {_list(found.in_use)}; run it again later",
            err=True,
        )


@command.command("rotate-master")
@why
@as_json
def rotate_master(why: str, as_json: bool) -> None:
    """Put all data keys under a new master key. Stopped halfway, run it again.

    The one before is kept beside it under a name with its fingerprint: backups that were made
    under it need it. Move it to where their keys are kept.

    \b
    Example:
      etmaal keys rotate-master --why "the machine was replaced"
    """
    with _record():
        from etmaal.accounts import master_rotation

        done = master_rotation.rotate_master(by=BY, at=_now(), why=why)
    if as_json:
        _print_json(asdict(done))
        return
    click.echo(f"all data keys are under the master key {done.fingerprint}")
    if done.kept is not None:
        click.echo(f"for older backups the one before is kept in {done.kept}: move it away")
    if done.to_be_given is not None:
        click.echo(
            f"now set ETMAAL_MASTER_KEY to what {done.to_be_given} holds, start everything anew, "
            "then remove that file; until then it must stay"
        )


@command.command()
@as_json
def check(as_json: bool) -> None:
    """Say whether all keys are there, and open one value under each.

    \b
    Example, from a job of the night:
      etmaal keys check --json
    """
    with _record():
        from etmaal.accounts import key_states

        found = key_states.check(by=BY, at=_now())
    if as_json:
        _print_json(asdict(found))
    else:
        for number, opens in found.opened.items():
            said = {True: "opens", False: "does not open", None: "there, with nothing under it"}
            click.echo(f"data key {number}: {said[opens]}")
    if found.troubles:
        raise NotWhole("\n".join(found.troubles))
    if not as_json:
        click.echo("all keys are there" if found.opened else "nothing is sealed yet")


@contextmanager
def _record() -> Iterator[None]:
    """Start Django; say in words what the database may do to us."""
    use_record()
    from django.db import DatabaseError

    try:
        yield
    except DatabaseError as e:
        kind = type(e).__name__  # its text may quote a statement
        raise OutsideError(
            f"the database does not answer, is busy, or has no tables yet ({kind}): "
            "DATABASE_URL and ETMAAL_HOME say where it is",
            passing=True,
        ) from None


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the command line reads the clock


def _print_json(found: Any) -> None:
    click.echo(json.dumps(found, default=_word, indent=2))


def _word(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _table(states: tuple["KeyState", ...]) -> Iterator[str]:
    yield f"{'key':>5}  {'state':<9}  {'made':<16}  {'values':>12}  master key"
    for key in states:
        made = f"{key.made_at:%Y-%m-%d %H:%M}"
        yield f"{key.number:>5}  {key.state:<9}  {made}  {key.values:>12,}  {key.master or '-'}"


def _list(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers)) or "none"
