"""`etmaal up`: the whole record in one process: makes what is missing, then works and serves."""

import json
import sys

import click

from etmaal.cli.record import use_record


@click.command(name="up")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any free."
)
@click.option("--no-serve", is_flag=True, help="Only make what is missing.")
@click.option("--no-worker", is_flag=True, help="Leave the work to `etmaal worker` elsewhere.")
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
def command(host: str, port: int, no_serve: bool, no_worker: bool, as_json: bool) -> None:
    """Make home, keys and tables where they are missing; then serve the site and do the work.

    \b
    Examples:
      etmaal up
      etmaal up --port 8080
      etmaal up --no-serve

    Doing it again changes nothing. Ends at Ctrl-C or SIGTERM, after the requests and the job at
    hand; at once at a second one.
    """
    use_record()
    from etmaal.config.preparing import prepare
    from etmaal.jobs import running

    done = prepare(at=running.now())
    click.echo(json.dumps({"done": done}) if as_json else "\n".join(done or ["all is there"]))
    if no_serve:
        return
    from etmaal.config.serving import addresses, server

    stop = running.stop_on_signals(then=_leave)
    site = server(host, port)
    threads = () if no_worker else running.start(stop)
    try:
        for address in addresses(site):
            click.echo(f"serving {address} until Ctrl-C", err=True)
        site.run()
    except SystemExit:
        pass
    finally:
        stop.set()
        site.close()
        for thread in threads:
            thread.join()


def _leave() -> None:
    """End the server's loop, which runs in the thread that gets the signals."""
    sys.exit(0)
