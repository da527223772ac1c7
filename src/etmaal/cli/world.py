"""The `etmaal world` command: a made-up hotline's year, with its truth, in a tables folder."""

import json
import sys
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
import numpy as np

from etmaal.world.folder import check_place, write_world
from etmaal.world.make import STEPS, make_world
from etmaal.world.preset import scaled
from etmaal.world.presets import PRESETS, preset
from etmaal.world.scart.folder import write_scart

SMALL = ("routing/", "exports/mail/")  # many files of a kind, named together


@click.command(name="world")
@click.option(
    "--preset",
    "name",
    type=click.Choice(sorted(PRESETS)),
    default="small",
    show_default=True,
    help="Which world to make.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="The same seed gives the same bytes.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=True, path_type=Path),
    required=True,
    help="The folder to write; an earlier made-up world there is replaced.",
)
@click.option(
    "--scale",
    type=click.FloatRange(min=0, min_open=True, max=100),
    default=1.0,
    show_default=True,
    help="Multiply volume, sites and the checker's capacity.",
)
@click.option(
    "--as",
    "form",
    type=click.Choice(["tables", "scart"]),
    default="tables",
    show_default=True,
    help="Write tables, or the database dumps and exports of the hotline's own tool.",
)
@click.option(
    "--zone",
    help="The zone whose local times the tool writes; only with --as scart.  [default: UTC]",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary for machines.")
def command(
    name: str, seed: int, out: Path, scale: float, form: str, zone: str | None, as_json: bool
) -> None:
    """Make up a hotline's year, with a truth to compare a monitor with.

    Nothing in it exists: providers, networks, sites and looks are invented, in ranges set
    aside for that. The folder is a tables folder; `monitor` ignores its truth/.

    With --as scart it holds what the tool SCART would: dumps/ of its database and exports/,
    and beside them the outages of the checker, which SCART does not record.

    \b
    Examples:
      etmaal world --preset small --seed 1 --out world/
      etmaal monitor world/ --out edition/
      etmaal world --preset small --as scart --zone Europe/Amsterdam --out scart/
    """
    check_place(out)
    own_zone = _zone(form, zone)
    chosen = scaled(preset(name), scale)
    with click.progressbar(
        length=len(STEPS) + 1,
        label="Making a world",
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    ) as bar:
        rng = np.random.default_rng(seed)
        world = make_world(chosen, rng, on_step=lambda _: bar.update(1))
        own = partial(write_scart, world, rng=rng, zone=own_zone) if form == "scart" else None
        rows = write_world(world, out, seed=seed, scale=scale, own_files=own)
        bar.update(1)
    if as_json:
        summary = {"preset": name, "seed": seed, "scale": scale, "rows": rows}
        summary["truth"] = world.truth["providers"].to_pylist()
        click.echo(json.dumps(summary, indent=2))
        return
    click.echo(f"{out}: {len(chosen.providers)} providers over {chosen.begins} to {chosen.ends}")
    width = max(len(file) for file in rows)
    for file, count in rows.items():
        if not file.startswith(SMALL):
            click.echo(f"  {file:<{width}} {count:>10,} rows")
    click.echo(f"  {'routing/':<{width}} {len(world.routes):>10,} tables")


def _zone(form: str, zone: str | None) -> str:
    """Return the zone to write in; a usage error where there is no such zone, or no use for it."""
    if zone is not None and form != "scart":
        raise click.UsageError("--zone goes with --as scart: times in tables are UTC")
    try:
        return ZoneInfo(zone or "UTC").key
    except (ZoneInfoNotFoundError, ValueError, OSError) as e:
        raise click.BadParameter(
            f"there is no zone {zone!r}; give one such as Europe/Amsterdam", param_hint="--zone"
        ) from e
