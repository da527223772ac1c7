"""`etmaal attribute`: whose every address in a folder of tables was, on the day of the look."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from etmaal.cli.steps import progress_over
from etmaal.core.attribution import State
from etmaal.core.errors import BadInput

if TYPE_CHECKING:
    from etmaal.engine.attribute import Report, TableUse

DAY = click.DateTime(formats=["%Y-%m-%d"])
WIDTH = max(len(state) for state in State)


@click.command(name="attribute")
@click.argument("tables", type=click.Path(path_type=Path))
@click.option(
    "--routes",
    multiple=True,
    required=True,
    metavar="FILE[@DATE]",
    help="A routing table, and of which day unless its name says so (YYYYMMDD). Give several: "
    "each look takes the nearest.",
)
@click.option(
    "--registry",
    "register",
    type=click.Path(path_type=Path),
    help="Who runs which network: a registry.csv. [default: the folder's own providers]",
)
@click.option("--at", type=DAY, metavar="YYYY-MM-DD", help="Attribute all as on this day.")
@click.option(
    "--floors",
    "floors_id",
    default="nl-covenant-2018",
    show_default=True,
    help="The definition that says how many days off a table may be.",
)
@click.option("--memory", default="2GB", show_default=True, help="What the engine may use.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts for machines.")
def command(
    tables: Path,
    routes: tuple[str, ...],
    register: Path | None,
    at: datetime | None,
    floors_id: str,
    memory: str,
    as_json: bool,
) -> None:
    """Say whose every address in a folder of TABLES was, by routing tables and a register.

    Adds attributions.parquet to the folder and changes nothing else. Each pair of address and
    UTC day is looked up in the routing table nearest to that day. Where that is too far off,
    rows are counted, but no verdict rests on them.

    \b
    Examples:
      etmaal attribute tables/ --routes ipasn_20190601.dat.gz
      etmaal attribute tables/ --routes jan.csv@2025-01-01 --routes feb.csv@2025-02-01 \\
          --registry registry.csv

    \b
    Routing tables: pyasn .dat, iptoasn .tsv, CAIDA pfx2as, or CSV with the columns prefix,asn
    or first,last,asn; plain or gzipped.
    """
    from etmaal.adapters.registry import fetch_registry
    from etmaal.adapters.routing import fetch_routes, read_argument
    from etmaal.definitions import loader
    from etmaal.engine.attribute import STEPS, attribute
    from etmaal.engine.routes import RouteTable

    if not tables.is_dir():
        raise BadInput(f"there is no folder {tables}; give the folder that holds notices.csv")
    files = [read_argument(argument) for argument in routes]
    far_days = loader.floors(floors_id).far_days
    registry = None if register is None else fetch_registry(register)
    with progress_over([*(f"reading {path.name}" for path, _ in files), *STEPS]) as begin:
        known = []
        for path, day in files:
            begin(f"reading {path.name}")
            known.append(RouteTable.build(fetch_routes(path), name=path.name, day=day))
        report = attribute(
            tables,
            known,
            registry,
            at=None if at is None else at.date(),
            far_days=far_days,
            memory=memory,
            progress=begin,
        )
    click.echo(json.dumps(_machine(report, far_days), indent=2) if as_json else _human(report))
    _remark(report, far_days)


def _machine(report: "Report", far_days: int) -> dict[str, Any]:
    return {
        "rows": report.rows,
        "states": {state.value: count for state, count in report.states.items()},
        "days_off": _span([use.days_off for use in report.tables]),
        "far_days": far_days,
        "tables": [
            {
                "name": use.name,
                "date": use.day.isoformat(),
                "versions": list(use.versions),
                "rows": use.rows,
                "days_off": _span([use.days_off]),
            }
            for use in report.tables
        ],
        "skipped": report.skipped,
    }


def _span(ranges: list[tuple[int, int] | None]) -> dict[str, int] | None:
    known = [r for r in ranges if r is not None]
    if not known:
        return None
    return {"least": min(low for low, _ in known), "most": max(high for _, high in known)}


def _human(report: "Report") -> str:
    pairs = _many(report.rows, "pair", "pairs")
    lines = [f"attributions.parquet: {pairs} of address and day"]
    for state, count in report.states.items():
        if count:
            lines.append(f"  {state:<{WIDTH}} {count:>12,}  {count / report.rows:7.1%}")
    lines.append("by routing table")
    lines.extend(f"  {_line(use)}" for use in report.tables)
    return "\n".join(lines)


def _line(use: "TableUse") -> str:
    kinds = " ".join(f"IPv{version}" for version in use.versions)
    off = "not used" if use.days_off is None else "{} to {} days off".format(*use.days_off)
    return f"{use.day}  {kinds:<9} {use.rows:>12,}  {off:<22} {use.name}"


def _remark(report: "Report", far_days: int) -> None:
    """Say what the counts mean for later steps, to whoever watches."""
    far = report.states[State.TOO_FAR]
    if far:
        click.echo(
            f"{_many(far, 'pair is', 'pairs are')} attributed by a table more than {far_days} days "
            "off: counted, but no verdict rests on it; give a table nearer to their days",
            err=True,
        )
    for table, count in report.skipped.items():
        if count:
            click.echo(
                f"{table}: {_many(count, 'row', 'rows')} could not be used and left out; "
                "`etmaal monitor` lists them with their reasons",
                err=True,
            )


def _many(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"
