"""`etmaal verify`: does an edition say what its frozen rows say?"""

import json
from pathlib import Path

import click

from etmaal.cli.steps import progress_over


@click.command(name="verify")
@click.argument("edition", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_context
def command(ctx: click.Context, edition: Path, as_json: bool) -> None:
    """Compute an EDITION again from its frozen snapshot and compare every byte.

    \b
    Example:
      etmaal verify edition/

    Exit code 0 if every file is byte-equal, 1 if not; then it says what differs first.
    """
    from etmaal.engine.edition import STEPS
    from etmaal.engine.verify import verify

    with progress_over(STEPS[1:]) as begin:
        result = verify(edition, progress=begin)
    equal = not result.differences
    if as_json:
        said = {
            "equal": equal,
            "files": result.files,
            "warnings": list(result.warnings),
            "differences": list(result.differences),
        }
        click.echo(json.dumps(said, indent=2, sort_keys=True))
    else:
        for line in (*result.warnings, *result.differences):
            click.echo(line, err=True)
        if equal:
            click.echo(f"{result.files} files computed again: every byte is equal")
    ctx.exit(0 if equal else 1)
