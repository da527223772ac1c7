"""`etmaal monitor`: from a folder of tables to an edition."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import click

from etmaal.cli.steps import progress_over
from etmaal.core.errors import BadInput, Refused


class Moment(click.ParamType[datetime]):
    """A day or a moment with its zone; a day is taken as its first moment in UTC."""

    name = "moment"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no moment; write 2019-06-01 or 2019-06-01T12:00:00Z")
        if at.tzinfo is None:
            if len(value) > len("2019-06-01"):
                self.fail(f"{value!r} has no zone; write 2019-06-01T12:00:00Z")
            at = at.replace(tzinfo=UTC)
        if not EARLIEST <= at.year <= LATEST:
            self.fail(f"{value!r} lies outside {EARLIEST} to {LATEST}")
        return at.astimezone(UTC)


class Size(click.ParamType[str]):
    """An amount of memory, with its unit."""

    name = "size"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not re.fullmatch(r"[1-9]\d*(\.\d+)? ?(MB|GB|MiB|GiB)", value):
            self.fail(f"{value!r} is no amount of memory; write 2GB or 500MB")
        return value


class Day(click.DateTime):
    """A civil day of an age that hotlines have known."""

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        day: datetime = super().convert(value, param, ctx)
        if not EARLIEST <= day.year <= LATEST:
            self.fail(f"{day:%Y-%m-%d} lies outside {EARLIEST} to {LATEST}")
        return day


EARLIEST, LATEST = 1990, 2100
DAY = Day(formats=["%Y-%m-%d"])


@click.command(name="monitor")
@click.argument("tables", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The edition's folder.")
@click.option("--from", "from_date", type=DAY, help="First day of the period.")
@click.option("--before", "before_date", type=DAY, help="First day after the period.")
@click.option("--clock", "clock_id", default="nl-covenant-2018", show_default=True)
@click.option("--floors", "floors_id", default="nl-covenant-2018", show_default=True)
@click.option(
    "--as-of",
    type=Moment(),
    help="What is later is not known; a day is taken from its midnight UTC. [default: last look]",
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0))
@click.option("--ignore-extra", is_flag=True, help="Drop unknown columns instead of refusing.")
@click.option(
    "--memory", type=Size(), default="2GB", show_default=True, help="What the engine may use."
)
@click.option("--replace", is_flag=True, help="Replace an edition that says something else.")
@click.option("--json", "as_json", is_flag=True, help="Print what edition.json says.")
def command(
    tables: Path,
    out: Path,
    from_date: datetime | None,
    before_date: datetime | None,
    clock_id: str,
    floors_id: str,
    as_of: datetime | None,
    seed: int,
    ignore_extra: bool,
    memory: str,
    replace: bool,
    as_json: bool,
) -> None:
    """Measure takedown from a folder of TABLES and write an edition.

    \b
    Example, a year of notices under the covenant's clock:
      etmaal monitor tables/ --out edition/ --from 2025-01-01 --before 2026-01-01

    Days are civil days in the clock's zone; without them the notices' own months are taken.
    """
    from etmaal.definitions import loader
    from etmaal.engine.edition import EDITION, STEPS, monitor
    from etmaal.engine.question import Question

    now = datetime.now(UTC)  # noqa: TID251 - the command line reads the clock
    if as_of is not None and as_of > now:
        raise BadInput(
            f"--as-of {as_of:%Y-%m-%d %H:%M} UTC lies in the future: it is not known yet"
        )
    refuse_to_overwrite(out, EDITION)
    if not tables.is_dir():
        raise BadInput(f"there is no folder {tables}; give the folder that holds notices.csv")
    question = Question(
        policy=loader.clock(clock_id),
        floors=loader.floors(floors_id),
        from_date=None if from_date is None else from_date.date(),
        before_date=None if before_date is None else before_date.date(),
        as_of=as_of,
        seed=seed,
    )
    with progress_over(STEPS) as begin:
        content = monitor(
            tables, out, question, now=now, ignore_extra=ignore_extra,
            memory=memory, may_replace=replace, progress=begin,
        )  # fmt: skip
    if as_json:
        click.echo(json.dumps(content, indent=2, sort_keys=True))
        return
    for table, said in sorted(content["inputs"].items()):
        if said["rejected"]:
            click.echo(
                f"{table}: {said['rejected']} of {said['read']} rows could not be used; see "
                f"{out / 'rejects.csv'}",
                err=True,
            )
    period = content["period"]
    click.echo(f"edition written: {out}")
    click.echo(f"  the period:   {period['from']} to {period['before']} ({period['zone']})")
    click.echo(f"  the table:    etmaal show {out}")
    click.echo(f"  the bulletin: {out / 'bulletin.en.html'}")


def refuse_to_overwrite(out: Path, marker: str) -> None:
    """Refuse a place that holds something else than what this command writes there.

    Raises:
        Refused: if ``out`` is a file, or a folder with other things in it.
    """
    if out.resolve() == Path.cwd():
        raise Refused("the current folder cannot be the edition; give another place with --out")
    if out.is_file() or (out.is_dir() and any(out.iterdir()) and not (out / marker).exists()):
        raise Refused(f"{out} holds something else; choose another place with --out")
