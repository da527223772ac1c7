"""How the figures were made, from what, and whom to ask."""

from dataclasses import dataclass, replace

from markupsafe import Markup

from etmaal.letters.blocks.block import NAME, NUMBER, TEXT, Table, columns, norm, rows_of
from etmaal.letters.values import Bulletin
from etmaal.letters.words import enriched
from etmaal.letters.writing import Writing

# Characters of a hash that tell two snapshots apart in a citation.
_SHORT = 12
_ON_PAPER = ("clocks", "floors")


@dataclass(frozen=True, slots=True)
class About:
    """Method as pairs of term and text; what the edition was made from; use and contact."""

    method: tuple[tuple[str, Markup], ...]
    versions: Table
    inputs: Table
    definitions: Table
    colophon: tuple[str, ...]


def about(b: Bulletin, w: Writing) -> About:
    """Return the last part of the page."""
    return About(
        method=_method(b, w),
        versions=_versions(b, w),
        inputs=_inputs(b, w),
        definitions=_definitions(b, w),
        colophon=_colophon(b, w),
    )


def about_on_paper(b: Bulletin, w: Writing) -> About:
    """Return the same for paper: of the definitions only those that the bulletin speaks of."""
    return replace(about(b, w), definitions=_definitions(b, w, _ON_PAPER))


def _method(b: Bulletin, w: Writing) -> tuple[tuple[str, Markup], ...]:
    values = {
        "start": w.words.text(f"start.{b.measured.clock.start}"),
        "norm": norm(b, w),
        "floor": w.words.locale.percent(b.floors.floor, 0),
        "odds": w.count(round(1 / b.floors.tail)),
        "smallest_n": b.floors.smallest_n,
        "smallest_effective_n": f"{b.floors.smallest_effective_n:g}",
    }
    return tuple(
        (item["term"], enriched(item["text"], **values))
        for item in w.words.entry("method.items")
        if item.get("verdicts", b.judges) == b.judges
    )


def _versions(b: Bulletin, w: Writing) -> Table:
    t, v = w.words.text, b.versions
    return Table(
        t("versions.caption"),
        columns((NAME, t("versions.what")), (TEXT, t("versions.value"))),
        (
            (t("versions.code"), v.code),
            (
                t("versions.snapshot"),
                t("versions.untold") if v.snapshot is None else _hash(v.snapshot),
            ),
            (t("versions.seed"), t("versions.untold") if v.seed is None else str(v.seed)),
        ),
    )


def _inputs(b: Bulletin, w: Writing) -> Table:
    t = w.words.text
    return Table(
        t("versions.inputs_caption"),
        columns(
            (NAME, t("versions.file")), (NUMBER, t("versions.rows")), (TEXT, t("versions.hash"))
        ),
        rows_of(
            [
                (
                    file.name,
                    t("unit.none") if file.rows is None else w.count(file.rows),
                    _hash(file.sha256),
                )
                for file in b.versions.inputs
            ]
            or [(t("versions.untold"), t("unit.none"), t("unit.none"))]
        ),
    )


def _definitions(b: Bulletin, w: Writing, groups: tuple[str, ...] | None = None) -> Table:
    t = w.words.text

    def group(name: str) -> str:
        known = w.words.has(f"versions.groups.{name}")
        return t(f"versions.groups.{name if known else 'other'}")

    shown = [d for d in b.versions.definitions if groups is None or d.group in groups]
    return Table(
        t("versions.definitions_caption"),
        columns(
            (NAME, t("versions.definition")),
            (TEXT, t("versions.group")),
            (NUMBER, t("versions.version")),
        ),
        rows_of([(d.id, group(d.group), str(d.version)) for d in shown]),
    )


def _hash(value: str) -> Markup:
    return Markup("<code>{}</code>").format(value)


def _colophon(b: Bulletin, w: Writing) -> tuple[str, ...]:
    t, c = w.words.text, b.colophon
    return (
        *([t("colophon.publisher", publisher=c.publisher)] if c.publisher else []),
        t("colophon.licence", licence=c.licence) if c.licence else t("colophon.no_licence"),
        *([t("colophon.contact", contact=c.contact)] if c.contact else []),
        t(
            "colophon.cite_coded" if b.versions.snapshot is None else "colophon.cite",
            title=t("page.title"),
            period=w.period(b.measured),
            as_of=w.moment(b.measured.as_of),
            snapshot=(b.versions.snapshot or "")[:_SHORT],
        ),
    )
