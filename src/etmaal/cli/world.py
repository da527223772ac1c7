"""The `etmaal world` command: a made-up hotline's year, with its truth, in a tables folder."""

import json
import sys
from pathlib import Path

import click
import numpy as np

from etmaal.world.folder import check_place, write_world
from etmaal.world.make import STEPS, make_world
from etmaal.world.preset import scaled
from etmaal.world.presets import PRESETS, preset


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
@click.option("--json", "as_json", is_flag=True, help="Print the summary for machines.")
def command(name: str, seed: int, out: Path, scale: float, as_json: bool) -> None:
    """Make up a hotline's year, with a truth to compare a monitor with.

    Nothing in it exists: providers, networks, sites and looks are invented, in ranges set
    aside for that. The folder is a tables folder; `monitor` ignores its truth/.

    \b
    Example:
      etmaal world --preset small --seed 1 --out world/
      etmaal monitor world/ --out edition/
    """
    check_place(out)
    chosen = scaled(preset(name), scale)
    with click.progressbar(
        length=len(STEPS) + 1,
        label="Making a world",
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    ) as bar:
        world = make_world(chosen, np.random.default_rng(seed), on_step=lambda _: bar.update(1))
        rows = write_world(world, out, seed=seed, scale=scale)
        bar.update(1)
    if as_json:
        summary = {"preset": name, "seed": seed, "scale": scale, "rows": rows}
        summary["truth"] = world.truth["providers"].to_pylist()
        click.echo(json.dumps(summary, indent=2))
        return
    click.echo(f"{out}: {len(chosen.providers)} providers over {chosen.begins} to {chosen.ends}")
    for file, count in rows.items():
        if not file.startswith("routing/"):
            click.echo(f"  {file:<22} {count:>10,} rows")
    click.echo(f"  {'routing/':<22} {len(world.routes):>10,} tables")
