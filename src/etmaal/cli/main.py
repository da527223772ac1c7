"""The `etmaal` command: which jobs there are. Each is imported only when it is called."""

import importlib
import sys
from collections.abc import Sequence
from typing import Any

import click

from etmaal.core.errors import EtmaalError

COMMANDS = {
    "attribute": "etmaal.cli.attribute",
    "audit": "etmaal.cli.audit",
    "bulletin": "etmaal.cli.bulletin",
    "clocks": "etmaal.cli.clocks",
    "compare": "etmaal.cli.compare",
    "curve": "etmaal.cli.curve",
    "definitions": "etmaal.cli.definitions",
    "doctor": "etmaal.cli.doctor",
    "jobs": "etmaal.cli.jobs",
    "keys": "etmaal.cli.keys",
    "monitor": "etmaal.cli.monitor",
    "people": "etmaal.cli.people",
    "read": "etmaal.cli.read",
    "show": "etmaal.cli.show",
    "up": "etmaal.cli.up",
    "verify": "etmaal.cli.verify",
    "worker": "etmaal.cli.worker",
    "world": "etmaal.cli.world",
}


class LazyGroup(click.Group):
    """A group whose subcommands live in modules of their own, so that `--help` starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name]).command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a subcommand; turn every foreseen error into a message and exit code 1."""
        try:
            return super().invoke(ctx)
        except EtmaalError as e:
            raise click.ClickException(str(e)) from e
        except OSError as e:
            if isinstance(e, BrokenPipeError):  # the reader of our output left; nothing to tell it
                sys.exit(1)
            raise click.ClickException(f"{e.strerror or e}") from e
        except Exception as e:
            if _of_the_database(e):
                raise click.ClickException(
                    f"the database failed us ({type(e).__name__}): etmaal doctor says more"
                ) from e
            raise


def _of_the_database(error: Exception) -> bool:
    """Tell whether it is an error of the record's database, without importing Django for it."""
    django_db = sys.modules.get("django.db")
    return django_db is not None and isinstance(error, django_db.Error)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="etmaal")
def main() -> None:
    """Measure how fast hosting companies remove illegal material after a hotline's notice.

    \b
    Example, from a folder of tables to a finished edition:
      etmaal world --preset small --seed 1 --out world/
      etmaal monitor world/ --out edition/
      etmaal show edition/
    """


def run(arguments: Sequence[str] | None = None) -> None:
    """Run the command line (used by ``python -m etmaal``)."""
    main(args=arguments)
