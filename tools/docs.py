"""Write the pages that are made from the code, or with --check say which are out of date."""

import sys
import textwrap
from pathlib import Path

import click

from etmaal.accounts.permissions import ALLOWED, WITHOUT_SECOND_FACTOR, is_allowed
from etmaal.accounts.roles import Role
from etmaal.cli.main import COMMANDS, main
from etmaal.config.environment import SETTINGS
from etmaal.definitions import loader
from etmaal.engine.columns import Column
from etmaal.engine.intake.describe import filled, schema_text
from etmaal.engine.package import FILES

DOCS = Path(__file__).parent.parent / "docs"
MADE = "*This page is made from the code by `make docs`; change the code, then make it again.*"


def commands() -> str:
    """Return the page of commands: each one's own help."""
    parts = ["# The `etmaal` command", "", MADE, ""]
    context = click.Context(main, info_name="etmaal")
    for name in ["", *sorted(COMMANDS)]:
        command = main.get_command(context, name) if name else main
        assert command is not None, name
        inner = click.Context(command, info_name=name, parent=context) if name else context
        parts += _help(command, inner, "##")
        if name and isinstance(command, click.Group):
            for part in command.list_commands(inner):
                below = command.get_command(inner, part)
                assert below is not None, part
                parts += _help(below, click.Context(below, info_name=part, parent=inner), "###")
    return "\n".join(parts)


def _help(command: click.Command, context: click.Context, heading: str) -> list[str]:
    context.terminal_width = 96
    return [f"{heading} `{context.command_path}`", "", "```", command.get_help(context), "```", ""]


def definitions() -> str:
    """Return the page of definitions: every clock, floor and indicator with its reason."""
    parts = ["# Definitions", "", MADE, ""]
    parts += ["Reviewed data, not code. `etmaal definitions ID` shows one in full.", ""]
    group = None
    for found in loader.all_definitions():
        if found.group != group:
            group = found.group
            parts += [
                f"## {group.value.capitalize()}", "",
                "| id | version | title | titel | reason | owner | reviewed |",
                "| --- | --- | --- | --- | --- | --- | --- |",
            ]  # fmt: skip
        why = " ".join(found.why.en.split())
        parts.append(
            f"| `{found.id}` | {found.version} | {found.title.en} | {found.title.nl} | {why} "
            f"| {found.owner} | {found.reviewed} |"
        )
    return "\n".join([*parts, ""])


def edition() -> str:
    """Return the page of an edition's files, column by column."""
    parts = ["# The files of an edition", "", MADE, ""]
    parts += [
        "Text files are UTF-8 with a line feed; an empty cell is not known, never zero; shares are",
        "fractions of 1, times are hours, moments are UTC. `edition.json` says what was asked, of",
        "which rows (by content), under which versions; `snapshot/` holds the rows as they were",
        "used; `datapackage.json` describes the tables to other software; `rejects.csv` lists the",
        "input rows that could not be used. `etmaal verify` computes all of it again.", "",
    ]  # fmt: skip
    for name, (says, columns) in FILES.items():
        parts += [f"## `{name}.csv`", "", f"{says}.", "", *_table(columns), ""]
    return "\n".join(parts)


def _table(columns: tuple[Column, ...]) -> list[str]:
    rows = [f"| `{c.name}` | {c.type} | {c.says} |" for c in columns]
    return ["| column | type | what it says |", "| --- | --- | --- |", *rows]


def data() -> str:
    """Return the page of the input tables, its column tables put in again."""
    return filled((DOCS / "data.md").read_text(encoding="utf-8"))


def settings() -> str:
    """Return the page of settings."""
    parts = ["# Settings", "", MADE, ""]
    parts += [
        "Everything is set by the environment; [dotenv-sample](../dotenv-sample) has it all in one",
        "file to start from. What is policy (norms, floors, thresholds) is no setting: it is",
        "[reviewed data](definitions.md). A value that cannot be used stops the command;",
        "an empty one counts as not set, but for a key, where it is refused.",
        "[Operating](operating.md) tells how to run Etmaal.", "",
        "| variable | without it | what it says |",
        "| --- | --- | --- |",
    ]  # fmt: skip
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else "nothing"
        secret = " **Secret.**" if setting.secret else ""
        parts.append(f"| `{setting.name}` | {default} | {setting.meaning}{secret} |")
    return "\n".join([*parts, ""])


def dotenv() -> str:
    """Return a file of all settings, each as it is without it."""
    parts = ["# Settings of Etmaal; docs/settings.md says more. Take the # away to set one.", ""]
    for setting in SETTINGS:
        parts += textwrap.wrap(setting.meaning, 98, initial_indent="# ", subsequent_indent="# ")
        parts += [f"#{setting.name}={setting.default}", ""]
    return "\n".join(parts)


def permissions() -> str:
    """Return the page of permissions: who may go where, route by route."""
    visitors: list[tuple[str, frozenset[Role] | None]] = [
        ("stranger", None),
        ("no role", frozenset()),
    ]
    visitors += [(role.value.replace("_", " "), frozenset({role})) for role in Role]
    parts = ["# Who may go where", "", MADE, ""]
    parts += [
        "Every route of the site, and who is let in. What is not here is not there for anybody",
        "(404). A stranger is sent to sign in; somebody without the role is refused (403). With",
        "several roles one may go where any of them may. All but desk users need a second step at",
        "signing in: without one they reach only the routes marked \\*. What somebody may do to",
        "which row is decided where the row is fetched. A guard test tries each route as each",
        "visitor.", "",
        f"| route | {' | '.join(name for name, _ in visitors)} |",
        "| --- |" + " --- |" * len(visitors),
    ]  # fmt: skip
    for route in ALLOWED:
        cells = ["yes" if is_allowed(route, roles) else "" for _, roles in visitors]
        mark = " \\*" if route in WITHOUT_SECOND_FACTOR else ""
        parts.append(f"| `{route}`{mark} | {' | '.join(cells)} |")
    return "\n".join([*parts, ""])


PAGES = {
    "../dotenv-sample": dotenv,
    "commands.md": commands,
    "data.md": data,
    "definitions.md": definitions,
    "edition.md": edition,
    "permissions.md": permissions,
    "schema/tables.schema.json": schema_text,
    "settings.md": settings,
}


def run(*, check: bool) -> int:
    """Write the pages, or count those that differ from what would be written."""
    stale = 0
    for name, page in PAGES.items():
        path, text = DOCS / name, page()
        if not check:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            sys.stderr.write(f"docs/{name} is out of date: run make docs\n")
            stale += 1
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(run(check="--check" in sys.argv))
