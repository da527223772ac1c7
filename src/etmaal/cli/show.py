"""`etmaal show`: an edition's table on the terminal."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from etmaal.core.errors import BadInput

if TYPE_CHECKING:  # the engine is imported only when the command runs
    from etmaal.engine.columns import Column

_HEADINGS = (
    "provider",
    "episodes",
    "n",
    "surely",
    "possibly",
    "estimate",
    "95 % interval",
    "median",
    "verdict",
)


@click.command(name="show")
@click.argument("edition", type=click.Path(path_type=Path))
@click.option("--provider", help="Show one provider in full.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def command(edition: Path, provider: str | None, as_json: bool) -> None:
    """Show the table of an EDITION: shares within the norm, with their bounds and verdicts.

    \b
    Example:
      etmaal show edition/
      etmaal show edition/ --provider p03
    """
    from etmaal.engine.columns import OVERALL, PROVIDERS
    from etmaal.engine.verify import read_edition

    content = read_edition(edition)
    rows = _rows(edition / "providers.csv", PROVIDERS)
    overall = {row["indicator"]: row for row in _rows(edition / "overall.csv", OVERALL)}
    if not rows or not overall:
        raise BadInput(f"{edition.name} is damaged: its tables are empty; see etmaal verify")
    if provider is not None:
        rows = [row for row in rows if row["provider"] == provider]
        if not rows:
            raise BadInput(f"there is no provider {provider!r} in this edition")
    if as_json:
        said = {
            "edition": content,
            "providers": [_typed(row) for row in rows],
            "overall": [_typed(row) for row in overall.values()],
        }
        click.echo(json.dumps(said, indent=2, sort_keys=True, ensure_ascii=False))
    elif provider is not None:
        _show_one(rows[0], content)
    else:
        _show_table(rows, overall, content)


def _rows(path: Path, columns: "Sequence[Column]") -> list[dict[str, str]]:
    names = [column.name for column in columns]
    try:
        with path.open(newline="", encoding="utf-8") as f:
            header, *rows = csv.reader(f)
    except (OSError, ValueError, csv.Error) as e:
        raise BadInput(f"{path.name} of this edition cannot be read: {e}") from e
    if header != names or any(len(row) != len(names) for row in rows):
        raise BadInput(f"{path.name} of this edition is damaged; see etmaal verify")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _typed(row: dict[str, str]) -> dict[str, Any]:
    """Turn cells into numbers where they are; an empty cell is not known."""
    texts = {"provider", "name", "verdict", "because", "proposed", "role", "seat_country",
             "indicator", "unit"}  # fmt: skip
    return {key: (value or None) if key in texts else _number(value) for key, value in row.items()}


def _number(value: str) -> float | int | None:
    if value == "":
        return None
    number = float(value)
    return int(number) if number.is_integer() and "." not in value else number


def _percent(value: str) -> str:
    return "-" if value == "" else f"{float(value):.1%}"


def _heading(content: dict[str, Any]) -> str:
    period, clock = content["period"], content["clock"]
    provisional = ", provisional" if content["provisional"] else ""
    return (
        f"{period['from']} to {period['before']} ({period['zone']}), known as of "
        f"{content['as_of']}{provisional}\n"
        f"clock {clock['id']} version {clock['version']}: norm {content['norm_hours']:g} hours"
    )


def _show_table(
    rows: list[dict[str, str]], overall: dict[str, dict[str, str]], content: dict[str, Any]
) -> None:
    click.echo(_heading(content) + "\n")
    table = [_HEADINGS, *(_line(row) for row in rows), _total(overall)]
    widths = [max(len(line[k]) for line in table) for k in range(len(_HEADINGS))]
    for number, line in enumerate(table):
        cells = [
            cell.ljust(width) if k in (0, len(_HEADINGS) - 1) else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())
        if number in (0, len(table) - 2):
            click.echo("  ".join("-" * width for width in widths))
    pooled, mean = overall["pooled_share"], overall["mean_over_providers"]
    click.echo(
        f"\npooled over items {_percent(pooled['value'])}; mean over {mean['n']} providers "
        f"{_percent(mean['value'])}"
    )
    if "expected_false_lax" in overall:
        expected = overall["expected_false_lax"]
        click.echo(
            f"{expected['n']} providers could be judged; at most {float(expected['value']):.2f} "
            "false `lax` are to be expected among them"
        )


def _line(row: dict[str, str]) -> tuple[str, ...]:
    interval = "-"
    if row["in_time_low"]:
        interval = f"{_percent(row['in_time_low'])} to {_percent(row['in_time_high'])}"
    verdict = row["verdict"] + (f" ({row['because']})" if row["verdict"] else "")
    if row["verdict"] and row["surely_low"]:
        verdict += f", bounds {_percent(row['surely_low'])} to {_percent(row['possibly_high'])}"
    if row["proposed"]:
        verdict += f", {row['proposed']} proposed"
    median = f"{float(row['p50_hours']):.1f} h" if row["p50_hours"] else "-"
    named = row["name"] not in ("", row["provider"])
    return (
        f"{row['provider']} {row['name']}" if named else row["provider"],
        row["episodes"], row["n"], _percent(row["surely_in_time"]),
        _percent(row["possibly_in_time"]), _percent(row["in_time"]), interval, median, verdict,
    )  # fmt: skip


def _total(overall: dict[str, dict[str, str]]) -> tuple[str, ...]:
    estimate = overall["in_time"]
    interval = "-"
    if estimate["low"]:
        interval = f"{_percent(estimate['low'])} to {_percent(estimate['high'])}"
    median = overall["p50_hours"]["value"]
    return (
        "all", overall["episodes"]["value"], overall["n"]["value"],
        _percent(overall["surely_in_time"]["value"]),
        _percent(overall["possibly_in_time"]["value"]), _percent(estimate["value"]), interval,
        f"{float(median):.1f} h" if median else "-", "",
    )  # fmt: skip


def _show_one(row: dict[str, str], content: dict[str, Any]) -> None:
    click.echo(_heading(content) + "\n")
    width = max(len(key) for key in row)
    for key, value in row.items():
        click.echo(f"{key.ljust(width)}  {value or '-'}")
