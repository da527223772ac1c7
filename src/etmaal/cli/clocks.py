"""`etmaal clocks`: an edition's data under other norms and other bodies' clocks, side by side."""

import json
from pathlib import Path

import click

from etmaal.cli.steps import progress_over

STEPS = ("checking the frozen rows", "reading them under other clocks", "writing")


@click.command(name="clocks")
@click.argument("edition", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The pages' folder.")
@click.option(
    "--norm",
    "norms",
    multiple=True,
    type=click.FloatRange(min=0, min_open=True, max=1440),
    help="A norm in hours; may be repeated.  [default: 24, 12 and 1]",
)
@click.option("--replace", is_flag=True, help="Replace figures that say something else.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def command(
    edition: Path, out: Path, norms: tuple[float, ...], replace: bool, as_json: bool
) -> None:
    """Show an EDITION's data under other clocks. Nobody is judged on them.

    \b
    Example:
      etmaal clocks edition/ --out clocks/

    The frozen rows of the edition are read again under other norms (what-if), and as other
    bodies count: from the report, or in days. Writes clocks.csv, clocks.json and a page in Dutch
    and English.
    """
    from etmaal.cli.monitor import refuse_to_overwrite
    from etmaal.engine.clock_files import DESCRIPTION, clocks_of, content_of, write_clocks
    from etmaal.engine.clocks import WHAT_IF_HOURS

    refuse_to_overwrite(out, DESCRIPTION)
    warnings: list[str] = []
    with progress_over(STEPS) as begin:
        found = clocks_of(edition, norms or WHAT_IF_HOURS, progress=begin, warn=warnings.append)
        begin(STEPS[2])
        write_clocks(found, out, may_replace=replace)
    for warning in warnings:
        click.echo(warning, err=True)
    if as_json:
        click.echo(json.dumps(content_of(found), indent=2, sort_keys=True))
        return
    for share in found.what_if:
        if share.provider is None and share.value is not None:
            surely, possibly = 100 * (share.surely or 0), 100 * (share.possibly or 0)
            click.echo(
                f"within {share.hours:g} h: {100 * share.value:.1f} % "
                f"({surely:.1f} surely, {possibly:.1f} possibly)"
            )
    click.echo(f"the pages: {out / 'clocks.nl.html'} and {out / 'clocks.en.html'}")
