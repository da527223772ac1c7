"""`etmaal read`: a hotline's own files in, a folder of tables and a report on their quality out."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etmaal.cli.home import sealing_key, sealing_key_for_a_trial
from etmaal.cli.read_files import KINDS, SCART, FileKind, check_zone, kind_of
from etmaal.cli.read_place import check_out, keep_rejected, put_in_place
from etmaal.cli.read_words import human, remarks
from etmaal.cli.steps import progress_over

if TYPE_CHECKING:
    from etmaal.engine.reading.read import Report


@click.command(name="read")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The tables folder.")
@click.option(
    "--zone",
    help="The civil zone in which the hotline's tool writes its times, such as Europe/Amsterdam. "
    "Its files do not say; needed for every scart kind.",
)
@click.option(
    "--country",
    default="NL",
    show_default=True,
    metavar="XX",
    help="The hotline's own country: a case closed because its host is elsewhere has moved abroad.",
)
@click.option(
    "--exported-at",
    metavar="TIME",
    help="When the files were made, local in --zone or with a zone of its own. "
    "[default: from a name such as export-20260329120000.csv]",
)
@click.option("--add", is_flag=True, help="Add to the folder that is there; nothing is doubled.")
@click.option("--replace", is_flag=True, help="Put the new tables in the place of those there.")
@click.option(
    "--keep-rejected",
    "kept_in",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Keep the rejected records themselves, to be mended. Confidential: they hold all that "
    "the files hold.",
)
@click.option(
    "--dry-run", is_flag=True, help="Read everything, write nothing, say what came of it."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report for machines.")
@click.option("--memory", default="300MB", show_default=True, help="What the engine may use.")
def command(
    kind: str,
    files: tuple[Path, ...],
    out: Path,
    zone: str | None,
    country: str,
    exported_at: str | None,
    add: bool,
    replace: bool,
    kept_in: Path | None,
    dry_run: bool,
    as_json: bool,
    memory: str,
) -> None:
    """Read a hotline's FILES of one KIND into a folder of tables.

    URLs and file numbers become keyed digests; the key is made on first use in ETMAAL_HOME
    (var/). Beside the tables stand rejects.csv, with what could not be read and why, and the
    data-quality report: quality.json, quality.nl.html, quality.en.html.

    \b
    Kinds:
      scart-report, scart-list, scart-console, scart-mail-csv   exports, several files together
      scart-db   folders with dumps of input, input_history, ntd, ntd_url, abusecontact
      xarf       XARF v4 reports, one a file or one a line
      tables     folders of tables, checked and put together

    \b
    Examples:
      etmaal read scart-report export-20260401093000.csv --zone Europe/Amsterdam --out tables/
      etmaal read scart-db dumps/ --zone UTC --exported-at 2026-04-01T09:30 --out tables/
      etmaal read scart-report mended/export-20260401093000.csv --zone Europe/Amsterdam \\
          --out tables/ --add
    """
    if add and replace:
        raise click.UsageError("--add keeps what is there and --replace does not: give one")
    code = country.strip().upper()
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        raise click.UsageError(f"--country: {country!r} is not two letters such as NL")
    if kind in SCART and zone is None:
        raise click.UsageError(
            f"--zone is needed: a {kind} does not say what zone its times are in"
        )
    if kind == "tables" and kept_in is not None:
        raise click.UsageError("--keep-rejected: tables are mended in their own folder")
    how = kind_of(kind, files, check_zone(zone or "UTC"), exported_at)
    if not dry_run:
        check_out(out, add=add, replace=replace)
    report, lost = _read(how, code, out, add, dry_run, kept_in, memory)
    click.echo(_machine(report) if as_json else human(report, None if dry_run else out))
    for remark in remarks(report, how, dry_run=dry_run, keep=kept_in, lost=lost):
        click.echo(remark, err=True)


def _read(
    how: FileKind,
    country: str,
    out: Path,
    add: bool,
    dry_run: bool,
    keep: Path | None,
    memory: str,
) -> tuple["Report", int]:
    """Return what came of it, and how many rejected records could not be kept."""
    from etmaal.engine.reading.read import MERGE, WRITE, read
    from etmaal.engine.reading.seal import Seal
    from etmaal.engine.reading.sources import Asked

    at = datetime.now(UTC)  # noqa: TID251 - the command line reads the clock
    how.check(at)
    lost = 0
    asked = Asked(
        kind=how.kind,
        zone=how.zone.key if how.kind in SCART else "",
        country=country,
        seal=Seal(sealing_key_for_a_trial() if dry_run else _key()),
        at=at,
        before=out if add and out.exists() else None,
        memory=memory,
    )
    with progress_over([*how.steps, MERGE, WRITE]) as begin:
        if dry_run:
            return read(how.open(at, begin), asked, None, begin), lost

        def fill(folder: Path) -> "Report":
            nonlocal lost
            report = read(how.open(at, begin), asked, folder, begin)
            if keep is not None and report.rejected:
                lost = keep_rejected(keep, how, report.rejected)
            return report

        return put_in_place(out, fill), lost


def _key() -> bytes:
    key, made = sealing_key()
    if made is not None:
        click.echo(
            f"made {made}, the key under which ids are made. Keep it secret, and keep it: without "
            "it nothing can be added to these tables.",
            err=True,
        )
    return key


def _machine(report: "Report") -> str:
    from etmaal.engine.reading.quality import as_json

    return json.dumps(as_json(report.quality), indent=2, ensure_ascii=False)
