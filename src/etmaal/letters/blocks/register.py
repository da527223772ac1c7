"""The table of all providers, in groups: the one table that always stands open."""

from dataclasses import dataclass

from markupsafe import Markup

from etmaal.charts.palette import MARKS, Mark
from etmaal.letters.blocks.block import Column, norm, notes
from etmaal.letters.blocks.groups import because, grouped
from etmaal.letters.blocks.opening import means
from etmaal.letters.blocks.who import proposed
from etmaal.letters.values import Bulletin, ProviderRow, Section
from etmaal.letters.writing import Writing, isolated


@dataclass(frozen=True, slots=True)
class Line:
    """One provider: its name, what stands under it, figures for the columns, why its verdict."""

    name: Markup
    under: str
    cells: tuple[tuple[Column, str], ...]
    because: str


@dataclass(frozen=True, slots=True)
class Group:
    """The providers of one verdict."""

    mark: Mark
    title: str
    means: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """The table of providers, its groups in order."""

    title: str
    lead: str
    caption: str
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    reading: str
    limits: str
    notes: tuple[Markup, ...]
    empty: str


def register(b: Bulletin, w: Writing) -> Register:
    """Return the table of all providers."""
    t, limit = w.words.text, norm(b, w)
    providers = w.many("unit.providers", b.measured.providers)
    return Register(
        title=t("providers.title"),
        lead=t("providers.lead" if b.judges else "providers.lead_unjudged", providers=providers),
        caption=t("providers.caption", norm=limit),
        columns=(Column(t("providers.provider"), "name"), *_columns(b, w)),
        groups=tuple(
            Group(
                mark=MARKS[group],
                title=t(f"group.{group}"),
                means=means(group, b, w),
                lines=tuple(_line(b, row, w) for row in rows),
            )
            for group, rows in grouped(b, w)
        ),
        reading=t("providers.reading", norm=limit),
        limits=t("providers.limits"),
        notes=notes(b, Section.PROVIDERS, w),
        empty="" if b.providers else t("providers.none"),
    )


def _columns(b: Bulletin, w: Writing) -> list[Column]:
    t = w.words.text
    limit = b.measured.clock.norm_hours
    return [
        Column(t("unit.n"), "n"),
        Column(t("providers.bounds", norm=norm(b, w))),
        Column(t("providers.estimate")),
        # Under the usual norm the estimate itself is the share within 24 hours.
        *([] if limit == 24 else [Column(t("providers.within_24h"))]),
        *([] if limit == 48 else [Column(t("providers.within_48h"))]),
        Column(t("providers.p50")),
        Column(t("providers.p90")),
        Column(t("providers.open")),
    ]


def _line(b: Bulletin, row: ProviderRow, w: Writing) -> Line:
    limit = b.measured.clock.norm_hours
    none = w.words.text("unit.none")
    cells = [
        w.count(row.n),
        w.bounds(row.surely_in_time, row.possibly_in_time),
        w.share(row.in_time),
        *([] if limit == 24 else [w.share(row.within_24h)]),
        *([] if limit == 48 else [w.share(row.within_48h)]),
        w.short_hours(row.p50_hours) if row.in_time else none,
        w.short_hours(row.p90_hours) if row.in_time else none,
        w.count(row.still_open),
    ]
    share = w.percent(row.share_of_volume)
    return Line(
        name=isolated(w.name(row)),
        under=w.words.text("providers.volume", share=share, n=w.count(b.measured.episodes)),
        cells=tuple(zip(_columns(b, w), cells, strict=True)),
        because=" ".join(filter(None, [because(b, row, w), proposed(b, row, w)])),
    )
