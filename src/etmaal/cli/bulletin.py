"""`etmaal bulletin`: an edition as it is laid before parliament, with names or with letters."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

import click
import numpy as np

from etmaal.cli.bulletin_files import key_text, write_bulletin
from etmaal.cli.colophon import Line, signed
from etmaal.cli.steps import progress_over
from etmaal.core.errors import Refused

LANGUAGES = ("nl", "en")
SHOWN, CODED = "shown", "coded"

# Whoever can try every seed below this in a day can draw the same letters.
_GUESSABLE = 2**64


class Languages(click.ParamType[tuple[str, ...]]):
    """Languages separated by commas."""

    name = "languages"

    def convert(
        self,
        value: str | tuple[str, ...],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        asked = [part.strip() for part in value.split(",")]
        unknown = sorted({part for part in asked if part not in LANGUAGES})
        if unknown:
            self.fail(f"{', '.join(map(repr, unknown))}: there are {' and '.join(LANGUAGES)}")
        return tuple(language for language in LANGUAGES if language in asked)


@click.command(name="bulletin")
@click.argument("edition", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The pages' folder.")
@click.option(
    "--names",
    type=click.Choice([SHOWN, CODED]),
    default=SHOWN,
    show_default=True,
    help="Providers by name, or by a letter in random order.",
)
@click.option("--lang", "languages", type=Languages(), default="nl,en", show_default=True)
@click.option(
    "--key",
    type=click.Path(path_type=Path),
    help="Where the letters' key goes, never with the pages. [default: <out>-key.csv]",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    help="Draws the same letters again; it is as secret as the key. [default: drawn]",
)
@click.option("--publisher", type=Line(), help="Who makes it public, for the colophon.")
@click.option("--contact", type=Line(), help="Where questions and corrections go, likewise.")
@click.option("--licence", type=Line(), help="Under which licence it may be passed on, likewise.")
@click.option("--replace", is_flag=True, help="Replace a bulletin that says something else.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def command(
    edition: Path,
    out: Path,
    names: str,
    languages: tuple[str, ...],
    key: Path | None,
    seed: int | None,
    publisher: str | None,
    contact: str | None,
    licence: str | None,
    replace: bool,
    as_json: bool,
) -> None:
    """Write an EDITION as a bulletin: a page and a PDF in Dutch and in English.

    \b
    Examples:
      etmaal bulletin edition/ --out bulletin/
      etmaal bulletin edition/ --names coded --key safe/key.csv --lang nl --out coded/
      etmaal bulletin edition/ --publisher "Example Hotline" --licence "CC BY 4.0" --out bulletin/

    Everything is computed again from the edition's frozen rows; rows that were changed are
    refused. With coded names the key is written apart, readable by you alone, and the files are
    searched for names, AS numbers and addresses before they are kept. Counts of a provider are
    then rounded to two digits and its shares to whole percents; whoever knows a company's own
    counts may still know its letter.
    """
    from etmaal.engine.reissue import STEPS, pages, reissue

    if names == SHOWN and (key is not None or seed is not None):
        raise click.UsageError("--key and --seed belong to --names coded")
    _refuse_place(edition, out)
    key = key or out.parent / f"{out.name}-key.csv"
    if names == CODED:
        _refuse_key(key, edition, out)
    steps = (*STEPS, *(f"writing {language}" for language in languages))
    with progress_over((*steps, "looking for names") if names == CODED else steps) as begin:
        made = reissue(edition, progress=begin)
        shown = signed(made.bulletin, publisher, contact, licence)
        keyed = None
        if names == CODED:
            from etmaal.engine.coding import coded, values_as_text

            drawn = secrets.randbits(128) if seed is None else seed
            bulletin, providers = coded(shown, np.random.default_rng(drawn))
            files = pages(bulletin, languages, progress=begin)
            begin("looking for names")
            _refuse_leaks({**files, "the values": values_as_text(bulletin)}, made.identifiers)
            keyed = (key, key_text(providers, drawn))
        else:
            files = pages(shown, languages, progress=begin)
    write_bulletin(out, files, keyed, may_replace=replace)
    for warning in made.warnings:
        click.echo(f"{warning}: the figures may differ from the edition's", err=True)
    if seed is not None and seed < _GUESSABLE:
        click.echo("this seed can be guessed, and with it the letters; use it for trials", err=True)
    _tell(out, files, key if keyed else None, names, made.warnings, as_json=as_json)


def _refuse_place(edition: Path, out: Path) -> None:
    """Refuse to write into an edition, over one, or over anything else than a bulletin.

    Raises:
        Refused: if ``out`` is such a place.
    """
    place, source = out.resolve(), edition.resolve()
    if place == Path.cwd() or source.is_relative_to(place) or place.is_relative_to(source):
        raise Refused(f"{out} cannot be the bulletin's folder; give another place with --out")
    if out.is_file():
        raise Refused(f"{out} is a file; choose another place with --out")
    others = {p.name for p in out.iterdir()} - _names(LANGUAGES) if out.is_dir() else set()
    if others:
        raise Refused(
            f"{out} holds something else ({', '.join(sorted(others)[:3])}); "
            "choose another place with --out"
        )


def _refuse_key(key: Path, edition: Path, out: Path) -> None:
    """Refuse to keep the key with the pages that it opens, or with any other bulletin or edition.

    Raises:
        Refused: if ``key`` lies there, or is a folder.
    """
    kept = key.resolve()
    if key.is_dir() or any(kept.is_relative_to(folder.resolve()) for folder in (out, edition)):
        raise Refused(f"the key cannot be kept at {key}; give a file elsewhere with --key")
    if any(kept.parent.glob("bulletin.*")):
        raise Refused(
            f"the key cannot be kept at {key}: that folder holds a bulletin; give a file elsewhere "
            "with --key"
        )


def _names(languages: Iterable[str]) -> set[str]:
    return {f"bulletin.{language}.{form}" for language in languages for form in ("html", "pdf")}


def _refuse_leaks(contents: Mapping[str, bytes], identifiers: Iterable[str]) -> None:
    from etmaal.engine.coding import leaks

    found = leaks(contents, identifiers)
    if found:
        more = f"\n  and {len(found) - 5} more" if len(found) > 5 else ""
        raise Refused(
            "the coded bulletin would still tell who is who; nothing was written:\n  "
            + "\n  ".join(found[:5])
            + more
        )


def _tell(
    out: Path,
    files: Mapping[str, bytes],
    key: Path | None,
    names: str,
    warnings: tuple[str, ...],
    *,
    as_json: bool,
) -> None:
    if as_json:
        said = {
            "names": names,
            "files": {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)},
            "key": None if key is None else str(key),
            "warnings": list(warnings),
        }
        click.echo(json.dumps(said, indent=2, sort_keys=True))
        return
    click.echo(f"bulletin written: {out}")
    for name in sorted(files):
        click.echo(f"  {name}")
    if key is not None:
        click.echo(f"the key, to be kept apart: {key}")
