"""`etmaal compare`: what changed between two editions, and what of it is behaviour."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etmaal.cli.monitor import refuse_to_overwrite
from etmaal.cli.steps import progress_over
from etmaal.core.errors import BadInput

if TYPE_CHECKING:  # the engine is imported only when the command runs
    from etmaal.core.comparison import Change, Comparison, Mark, Span, Warned
    from etmaal.engine.compare.renaming import Same

_HEADINGS = ("provider", "n", "before", "after", "change", "95 % interval", "word", "because")
_LEFT = (0, 6, 7)
_MOST_REASONS = 5


@click.command(name="compare")
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write.")
@click.option(
    "--warned", multiple=True, metavar="IDS", help="Who was warned in between: ids with commas."
)
@click.option(
    "--warned-from",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The same from a file, one id a line.",
)
@click.option(
    "--same",
    multiple=True,
    metavar="OLD=NEW",
    help="A provider renamed or taken over: its id before, its id after.",
)
@click.option("--replace", is_flag=True, help="Replace a comparison that says something else.")
@click.option("--json", "as_json", is_flag=True, help="Print what comparison.json says.")
def command(
    before: Path,
    after: Path,
    out: Path,
    warned: tuple[str, ...],
    warned_from: Path | None,
    same: tuple[str, ...],
    replace: bool,
    as_json: bool,
) -> None:
    """Compare the edition BEFORE with the edition AFTER: who improved, who did not, and is it sure?

    \b
    Example:
      etmaal compare 2020/ 2021/ --out comparison/
      etmaal compare 2020/ 2021/ --out comparison/ --warned p02,p07 --same p09=p31

    Both must be made under one clock and lie apart in time. What was measured otherwise is marked;
    nobody is said to have improved or worsened across a break in the way of measuring.
    """
    from etmaal.engine.compare.compare import STEPS, compare
    from etmaal.engine.compare.files import DESCRIPTION

    refuse_to_overwrite(out, DESCRIPTION)
    pairs = _pairs(same)
    names = _warned(warned, warned_from)
    with progress_over(STEPS) as begin:
        found, said = compare(
            before, after, out, same=pairs, warned=names, may_replace=replace, progress=begin
        )
    if as_json:
        click.echo(json.dumps(said, indent=2, sort_keys=True, ensure_ascii=False))
        return
    for mark in found.marks:
        click.echo(_said(mark), err=True)
    if looked := sum(change.looked_otherwise for change in found.changes):
        many = "1 provider" if looked == 1 else f"{looked} providers"
        click.echo(
            f"not the same: checks on record lie otherwise for {many}: keep in mind", err=True
        )
    _show(found)
    click.echo(f"\ncomparison written: {out}")
    click.echo(f"  the pages: {out / 'comparison.nl.html'} and {out / 'comparison.en.html'}")


def _pairs(same: tuple[str, ...]) -> list["Same"]:
    from etmaal.engine.compare.renaming import Same

    try:
        return [Same.read(text) for text in same]
    except ValueError as e:
        raise click.BadParameter(str(e), param_hint="--same") from e


def _warned(warned: tuple[str, ...], file: Path | None) -> frozenset[str] | None:
    """Return the ids given, None where none is."""
    if not warned and file is None:
        return None
    given = [part for text in warned for part in text.split(",")]
    if file is not None:
        try:
            given += file.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as e:
            raise BadInput(f"{file.name} cannot be read as a list of ids: {e}") from e
    found = frozenset(filter(None, map(str.strip, given)))
    if not found:
        raise BadInput("nobody is named as warned; leave the option out, or give ids")
    return found


def _said(mark: "Mark") -> str:
    """Say in one line what was not the same on both sides."""
    how = f"{mark.before} before, {mark.after} after" if mark.before or mark.after else ""
    when = f"from {mark.on}" if mark.on else ""
    parts = ", ".join(filter(None, (when, how, " ".join(mark.detail.split()))))
    follows = {
        "change": "nobody is said to have improved or worsened",
        "verdicts": "nobody can be named",
        "naming": "nobody can be named",
        "some": "these are not said to have improved or worsened, and cannot be named",
        "caution": "keep in mind",
    }[mark.effect.value]
    return f"not the same: {mark.what.value}{f' ({parts})' if parts else ''}: {follows}"


def _show(found: "Comparison") -> None:
    click.echo(
        f"{found.before.period_from} to {found.before.period_before} beside "
        f"{found.after.period_from} to {found.after.period_before}\n"
        f"clock {found.clock_id} version {found.clock_version}: norm {found.norm_hours:g} hours\n"
    )
    table = [_HEADINGS, *(_line(change) for change in found.changes)]
    widths = [max(len(line[k]) for line in table) for k in range(len(_HEADINGS))]
    for number, line in enumerate(table):
        cells = [
            cell.ljust(width) if k in _LEFT else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())
        if number == 0:
            click.echo("  ".join("-" * width for width in widths))
    _show_together(found)


def _line(change: "Change") -> tuple[str, ...]:
    sides = (change.before, change.after)
    because = change.because.value
    if change.by_itself and change.comparable:
        because += ", no more than to be expected by itself"
    if change.looked_otherwise:
        because += ", checks on record lie farther or less far apart"
    if change.networks:
        because += f" ({', '.join(change.networks)})"
    if change.may_be_named:
        because += ", may be named"
    if change.withheld:
        because += f", naming withheld ({', '.join(change.withheld)})"
    named = change.name not in ("", change.provider)
    return (
        f"{change.provider} {change.name}" if named else change.provider,
        " / ".join("-" if unit is None else str(unit.n) for unit in sides),
        *(_share(None if unit is None else unit.in_time) for unit in sides),
        _points(change.change),
        _interval(change.change),
        change.word.value,
        because,
    )


def _share(span: "Span | None") -> str:
    return "-" if span is None else f"{span.value:.1%}"


def _points(span: "Span | None") -> str:
    return "-" if span is None else f"{span.value * 100:+.1f}"


def _interval(span: "Span | None") -> str:
    return "-" if span is None else f"{span.low * 100:+.1f} to {span.high * 100:+.1f}"


def _show_together(found: "Comparison") -> None:
    whole = found.together
    click.echo()
    for name, average in (("pooled over items", whole.pooled), ("mean over providers", whole.mean)):
        click.echo(
            f"{name}: {_share(average.before)} to {_share(average.after)}, change "
            f"{_points(average.change)} points ({_interval(average.change)})"
        )
    if whole.mix is not None:
        click.echo(
            f"of the pooled change: behaviour {_points(whole.mix.behaviour)} points "
            f"({_interval(whole.mix.behaviour)}), mix "
            f"{(whole.mix.weights + whole.mix.entry) * 100:+.1f}"
        )
    if whole.warned is not None:
        click.echo(f"warned less not warned: {_beside(found, whole.warned)}")
    click.echo(
        f"{whole.tested} providers could be tested; about {whole.expected_by_chance:.1f} words are "
        "to be expected among them by chance alone"
    )


def _beside(found: "Comparison", held: "Warned") -> str:
    """Say how those warned changed beside the others, or why that cannot be said."""
    from etmaal.engine.compare.providers import FEWEST

    groups = [(g.providers, g.providers + g.left_out) for g in (held.warned, held.others)]
    if held.apart is None:
        left = [c for c in found.changes if c.warned and not c.comparable]
        why = ", ".join(f"{c.provider}: {c.because.value}" for c in left[:_MOST_REASONS])
        return (
            f"not told: {groups[0][0]} of {groups[0][1]} warned and {groups[1][0]} of "
            f"{groups[1][1]} others could be counted{f' ({why})' if why else ''}"
        )
    beyond = f"not told, with fewer than {FEWEST} providers before to compare with"
    if held.apart_beyond is not None:
        beyond = f"{_points(held.apart_beyond)} ({_interval(held.apart_beyond)})"
    return (
        f"{_points(held.apart)} points ({_interval(held.apart)}), counted: {groups[0][0]} of "
        f"{groups[0][1]} warned and {groups[1][0]} of {groups[1][1]} others; beyond what comes by "
        f"itself: {beyond}"
    )
