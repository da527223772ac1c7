"""`etmaal jobs`: what waits in the record, for how long, and what waits for a person."""

import getpass
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from etmaal.cli.record import use_record

if TYPE_CHECKING:  # the record is imported only when the command runs
    from etmaal.accounts.lag import KindLag

_HEADINGS = ("kind", "due", "planned", "running", "set aside", "oldest")
_MOST_SHOWN = 50


@click.command(name="jobs")
@click.option("--again", type=int, metavar="ID", help="Take up again a job that was set aside.")
@click.option("--drop", type=int, metavar="ID", help="Never do a job that waits or was set aside.")
@click.option("--why", default="", help="The reason, for the audit chain; --drop needs one.")
@click.option("--json", "as_json", is_flag=True, help="Print the same for machines.")
def command(again: int | None, drop: int | None, why: str, as_json: bool) -> None:
    """Show what work waits, and decide on what was set aside.

    \b
    Examples:
      etmaal jobs
      etmaal jobs --again 12 --why "the mail server is back"
      etmaal jobs --drop 12 --why "imported by hand"

    A job is set aside when trying again cannot help, or did not help often enough.
    """
    if again is not None and drop is not None:
        raise click.UsageError("give --again or --drop, not both")
    use_record()
    from etmaal.accounts import set_aside
    from etmaal.config.migrating import refuse_unless_current

    refuse_unless_current()
    at = datetime.now(UTC)  # noqa: TID251 - the command line reads the clock
    by = f"command:{getpass.getuser()}"
    if again is not None:
        set_aside.take_up_again(job=again, by=by, at=at, why=why)
    if drop is not None:
        set_aside.drop(job=drop, by=by, at=at, why=why)
    _show(at, as_json)


def _show(at: datetime, as_json: bool) -> None:
    from etmaal.accounts.lag import lag
    from etmaal.accounts.set_aside import those_set_aside

    found, aside = lag(at), those_set_aside()
    if as_json:
        said: dict[str, Any] = {
            "oldest_s": found.oldest_s,
            "kinds": [asdict(kind) for kind in found.kinds],
            "set_aside": [dict(asdict(job), at=job.at.isoformat()) for job in aside],
        }
        click.echo(json.dumps(said, indent=2, sort_keys=True))
        return
    table = [_HEADINGS, *(_line(kind) for kind in found.kinds)]
    widths = [max(len(line[k]) for line in table) for k in range(len(_HEADINGS))]
    for line in table:
        pairs = enumerate(zip(line, widths, strict=True))
        click.echo("  ".join(c.rjust(w) if k else c.ljust(w) for k, (c, w) in pairs))
    for job in aside[:_MOST_SHOWN]:
        click.echo(
            f"set aside: job {job.number} ({job.kind}), {job.at:%Y-%m-%d %H:%M} UTC, "
            f"after {job.attempts} attempts: {job.trouble or 'no reason kept'}"
        )
    if len(aside) > _MOST_SHOWN:
        click.echo(f"and {len(aside) - _MOST_SHOWN} more: etmaal jobs --json")


def _line(kind: "KindLag") -> tuple[str, ...]:
    counts = (kind.due, kind.planned, kind.running, kind.set_aside)
    oldest = f"{kind.oldest_s:.0f} s" if kind.due else "-"
    return (kind.kind, *(str(count) for count in counts), oldest)
