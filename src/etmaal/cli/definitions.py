"""`etmaal definitions`: which reviewed definitions hold, whose they are, why, and until when."""

import json
import textwrap
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import click

from etmaal.core.errors import BadInput
from etmaal.definitions import loader
from etmaal.definitions.values import Definition, Group

WIDTH = 100  # as wide as people read; reasons are wrapped to it


@click.command()
@click.argument("id", required=False, metavar="[ID]")
@click.option(
    "--kind",
    type=click.Choice([str(group) for group in Group]),
    help="Only the definitions of this kind.",
)
@click.option(
    "--lang",
    type=click.Choice(["nl", "en"]),
    default="en",
    show_default=True,
    help="Language of the texts (--json always gives both).",
)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Mark what is due for review on this day instead of today.",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def command(
    id: str | None, kind: str | None, lang: str, on: datetime | None, as_json: bool
) -> None:
    """List the clocks, bodies, floors and indicators that hold; with an ID, show all of that one.

    \b
    Examples:
      etmaal definitions --kind clocks
      etmaal definitions nl-covenant-2018 --lang nl
    """
    # The command line may read the clock: whether a review is due depends on today.
    today = (on or datetime.now(UTC)).date()  # noqa: TID251 - see above
    chosen = _chosen(id, kind)
    if as_json:
        click.echo(json.dumps(_machine(chosen, today), ensure_ascii=False, indent=2))
    else:
        show = _table if id is None else _whole
        click.echo("\n".join(show(chosen, lang, today)))


def _chosen(id: str | None, kind: str | None) -> tuple[Definition, ...]:
    """Return the definitions asked for; one id may name a clock and its floors."""
    among = loader.all_definitions() if kind is None else loader.definitions(Group(kind))
    chosen = tuple(d for d in among if id is None or d.id == id)
    if not chosen:
        known = ", ".join(sorted({d.id for d in among}))
        raise BadInput(f"no definition {id!r}{f' in {kind}' if kind else ''}; there are: {known}")
    return chosen


def _machine(chosen: tuple[Definition, ...], today: date) -> dict[str, Any]:
    return {
        "digest": loader.digest(),
        "definitions": [
            {"kind": d.group, "file": d.file, "review_due": d.review_due(today), **d.content}
            for d in chosen
        ],
    }


def _table(chosen: tuple[Definition, ...], lang: str, today: date) -> Iterator[str]:
    """Yield a row for each definition, and under it the reason."""
    ids = max(len(d.id) for d in chosen)
    for group in Group:
        rows = [d for d in chosen if d.group is group]
        if rows:
            yield f"{group} ({len(rows)})"
        for d in rows:
            review = f"{'review due' if d.review_due(today) else 'review before'} {d.review_before}"
            named = f"{d.id:<{ids}}  v{d.version:<2}  {d.owner:<7}  {review:<24}"
            yield f"  {named}  {d.title.in_language(lang)}"
            yield from _wrapped(d.why.in_language(lang), 6)


def _whole(chosen: tuple[Definition, ...], lang: str, today: date) -> Iterator[str]:
    """Yield all there is in each definition, texts in one language."""
    for d in chosen:
        yield f"{d.file}{'  (review due)' if d.review_due(today) else ''}"
        yield from _lines(d.content, lang, 2)


def _lines(content: Mapping[str, Any], lang: str, indent: int) -> Iterator[str]:
    for key, value in content.items():
        name = f"{' ' * indent}{key}:"
        if isinstance(value, Mapping) and set(value) == {"nl", "en"}:
            value = value[lang]
        if isinstance(value, Mapping):
            yield name
            yield from _lines(value, lang, indent + 2)
        elif isinstance(value, str) and len(name) + 1 + len(value) > WIDTH:
            yield name
            yield from _wrapped(value, indent + 2)
        else:
            yield f"{name} {_word(value)}"


def _word(value: Any) -> str:
    """Return a single value as it would stand in the file."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    return str(value)


def _wrapped(text: str, indent: int) -> Iterator[str]:
    pad = " " * indent
    yield from textwrap.wrap(text, WIDTH, initial_indent=pad, subsequent_indent=pad)
