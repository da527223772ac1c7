"""`etmaal audit`: is the chain of what was done whole, and how does somebody else check that?"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etmaal.cli.audit_words import told, told_as_json
from etmaal.core.errors import BadInput, OutsideError

if TYPE_CHECKING:  # neither Django nor the signatures are needed for --help
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from etmaal.accounts.chain_findings import Checked
    from etmaal.accounts.head_files import Head

BY = "command:audit"
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])


@click.group(name="audit")
def command() -> None:
    """Verify the chain of what was done, hand it to others, sign its head.

    \b
    Example:
      etmaal audit verify --head elsewhere/head-2026-03-29.json
      etmaal audit export --out chain.jsonl.gz
    """


@command.command(name="verify")
@click.option("--head", "heads", multiple=True, type=_FILE, help="A signed head kept elsewhere.")
@click.option("--key", "keys", multiple=True, type=_FILE, help="Public key of the heads (PEM).")
@click.option("--file", "export", type=_FILE, help="Verify an export, without any record.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_context
def verify(
    ctx: click.Context,
    heads: tuple[Path, ...],
    keys: tuple[Path, ...],
    export: Path | None,
    as_json: bool,
) -> None:
    """Walk the whole chain; say what was changed, put in or taken out, and where.

    \b
    Example:
      etmaal audit verify --head elsewhere/head-2026-03-29.json
      etmaal audit verify --file chain.jsonl.gz --key head.pub

    The heads that lie beside the record are always looked at. Without --key they must be signed by
    this installation's own key; with it, by one of those given and no other.

    Exit code 0 if the chain is whole, 1 if something was found. What is only odd (lines that wait
    long for their link, lines that are dated back) is said and does not count.
    """
    from etmaal.accounts.head_files import read_head_file, read_public_key

    given = [read_head_file(file) for file in heads]
    trusted = [read_public_key(file) for file in keys]
    if export is not None:
        checked = _verify_file(export, given, trusted)
    else:
        with _record():
            checked = _verify_record(given, trusted)
    at = _now()
    if as_json:
        click.echo(json.dumps(told_as_json(checked, at), indent=2, ensure_ascii=False))
    else:
        results, warnings = told(checked, at)
        for line in warnings:
            click.echo(f"note: {line}", err=True)
        for line in results:
            click.echo(line)
    ctx.exit(1 if checked.findings else 0)


@command.command(name="export")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="FILE.jsonl or FILE.jsonl.gz."
)
@click.option(
    "--from", "day_from", type=_DAY, metavar="DAY", help="Linked from this day or moment (UTC) on."
)
@click.option(
    "--before",
    "day_before",
    type=_DAY,
    metavar="DAY",
    help="Linked before this day or moment (UTC).",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def export(
    out: Path, day_from: datetime | None, day_before: datetime | None, as_json: bool
) -> None:
    """Write the lines with their places and digests to a file that others can verify.

    \b
    Example:
      etmaal audit export --out march.jsonl.gz --from 2026-03-01 --before 2026-04-01

    The file ends with a head signed now. Whoever gets it needs the public key
    (`etmaal audit head --public-key`), got by another way, and no record.
    """
    with _record():
        from etmaal.accounts import chain_export

        since, before = (day and day.replace(tzinfo=UTC) for day in (day_from, day_before))
        chosen = chain_export.span(linked_from=since, linked_before=before)
        with _progress(chosen.lines) as progress:
            chain_export.export(chosen, out, by=BY, at=_now(), progress=progress)
    if as_json:
        said = {"file": str(out), "lines": chosen.lines, "first": chosen.first, "last": chosen.last}
        click.echo(json.dumps(said, indent=2))
    else:
        click.echo(f"places {chosen.first:,} to {chosen.last:,} written: {out}")


@command.command(name="head")
@click.option("--public-key", is_flag=True, help="Print the key with which others check heads.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def head(public_key: bool, as_json: bool) -> None:
    """Sign the head of the chain, once a day, and say where it lies: keep it elsewhere as well.

    \b
    Example:
      etmaal audit head
      etmaal audit head --public-key > head.pub
    """
    with _record():
        from etmaal.accounts import heads
        from etmaal.accounts.head_files import public_text

        if public_key:
            pem = public_text(heads.public_key())
            click.echo(json.dumps({"public_key": pem}) if as_json else pem, nl=as_json)
            return
        at = _now()
        file = heads.sign_today(by=BY, at=at)
        there = heads.file_of(at)
    if as_json:
        said = {"file": str(there) if there.exists() else None, "signed_now": file is not None}
        click.echo(json.dumps(said, indent=2))
    elif file is not None:
        click.echo(f"head signed: {file}")
    elif there.exists():
        click.echo(f"this day has its head already: {there}")
    else:
        click.echo("nothing is linked yet: there is nothing to sign")


@command.command(name="link")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def link(as_json: bool) -> None:
    """Link the lines that wait for it, now: what the worker does every second.

    \b
    Example:
      etmaal audit link

    Lines that somebody took out of the queue are put back first.
    """
    with _record():
        from etmaal.accounts import chain

        lost, linked = chain.queue_again(), 0
        with _progress(chain.waiting()) as progress:
            while some := chain.link_some(at=_now()):
                progress(some)
                linked += some
        left = chain.waiting()
    if as_json:
        click.echo(json.dumps({"linked": linked, "put_back": lost, "waiting": left}, indent=2))
        return
    if lost:
        click.echo(f"{lost:,} lines had been taken out of the queue; they are linked now", err=True)
    rest = f"{left:,} wait: another sequencer is at work, or they cannot be linked (verify)"
    click.echo(f"{linked:,} lines linked; {rest if left else 'none waits'}")


def _verify_record(given: "list[Head]", trusted: "list[Ed25519PublicKey]") -> "Checked":
    from etmaal.accounts import heads
    from etmaal.accounts.chain_check import last_place, verify

    if not trusted and (own := heads.own_key()) is not None:
        trusted = [own]
    every = [*heads.own_heads(), *given]
    if every and not trusted:
        raise BadInput("there is no key here to check the heads with: give it with --key")
    with _progress(last_place()) as progress:
        return verify(heads=every, keys=trusted, progress=progress)


def _verify_file(file: Path, given: "list[Head]", trusted: "list[Ed25519PublicKey]") -> "Checked":
    from etmaal.accounts.chain_files import verify_file

    if not trusted:
        raise BadInput("--file needs --key: the public key of whoever exported it")
    with _progress(file.stat().st_size) as progress:
        return verify_file(file, heads=given, keys=trusted, progress=progress)


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - commands are among those that read the clock


@contextmanager
def _record() -> Iterator[None]:
    """Set Django up; turn what the database refuses into a message without its values."""
    from etmaal.cli.record import use_record

    use_record()
    from django.db import DatabaseError, InterfaceError

    try:
        yield
    except (DatabaseError, InterfaceError) as e:
        raise OutsideError(
            f"the record cannot be used ({type(e).__name__}): is its database there and up to "
            "date? See ETMAAL_HOME and DATABASE_URL",
            passing=True,
        ) from e


@contextmanager
def _progress(length: int) -> Iterator[Callable[[int], None]]:
    """Show a bar on a terminal."""
    stream = sys.stderr
    with click.progressbar(
        length=max(length, 1), file=stream, hidden=not stream.isatty(), width=24
    ) as bar:
        yield bar.update
