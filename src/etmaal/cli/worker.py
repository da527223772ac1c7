"""`etmaal worker`: does the work that waits in the record, until told to stop."""

import click

from etmaal.cli.record import use_record


@click.command(name="worker")
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="How many work side by side.",
)
@click.option("--json", "as_json", is_flag=True, help="With --once: print the count as JSON.")
@click.option("--parent", type=int, hidden=True, help="End when this process is gone.")
def command(once: bool, processes: int, as_json: bool, parent: int | None) -> None:
    """Do the work that waits in the record.

    \b
    Examples:
      etmaal worker
      etmaal worker --processes 2
      etmaal worker --once

    Ends after the job at hand at Ctrl-C or SIGTERM, and at once at a second one. It may be killed
    at any moment: what was not finished is done again, and nothing twice. Its log goes to stderr,
    as lines of JSON.
    """
    use_record()
    from etmaal.config.migrating import refuse_unless_current
    from etmaal.jobs import running

    refuse_unless_current()
    stop = running.stop_on_signals()
    if once:
        took = running.run_due(stop)
        click.echo(f'{{"jobs": {took}}}' if as_json else f"jobs done or tried: {took}")
    elif processes > 1:
        running.run_processes(stop, processes, ["worker"])
    else:
        running.run(stop, parent=parent)
