"""How removal went on over the hours: the curve of all together, and those of a few providers."""

from markupsafe import Markup

from etmaal.charts import curves as chart
from etmaal.charts.frame import Frame
from etmaal.letters.blocks.block import (
    NAME,
    NUMBER,
    Block,
    Cell,
    N,
    Picture,
    Table,
    columns,
    empty,
    norm,
    notes,
    picture,
    rows_of,
)
from etmaal.letters.values import Bulletin, CurveLine, Section
from etmaal.letters.writing import Writing

MOST_SMALL = 6
SMALL_WIDTH = 240
HOURS = (1.0, 2.0, 4.0, 8.0, 12.0, 18.0, 24.0, 36.0, 48.0, 72.0, 96.0)
"""The hours at which the table behind the curve says where it stands."""


def curves(b: Bulletin, w: Writing) -> Block:
    """How does removal go on over time? The curve, with boxes where the data do not say."""
    t, key, line = w.words.text, "curves", b.curve
    if line is None or line.n == 0:
        return empty(key, w, "unknown" if b.measured.n else "none")
    small = b.provider_curves[:MOST_SMALL]
    limit, words = b.measured.clock.norm_hours, _words(w)
    desc = t("curves.alt", norm=norm(b, w))
    return Block(
        key,
        t("curves.title"),
        _lead(line, w),
        pictures=(
            picture(
                lambda f: chart.draw(_curve(line), limit, words, f),
                key,
                t("curves.title"),
                desc,
                w,
                notes(b, Section.CURVES, w),
            ),
        ),
        gallery_title=w.many("curves.small", len(small)),
        gallery=tuple(_small(one, i, limit, words, w) for i, one in enumerate(small, start=1)),
        behind=(_steps(b, line, w), _lines(b, (line, *small), w)),
        reading=f"{t('curves.reading')} {t('curves.reading_table')}",
        limits=t("curves.limits"),
        notes=notes(b, Section.CURVES, w),
    )


def _lead(line: CurveLine, w: Writing) -> str:
    if not any(mass.by < float("inf") for mass in line.masses):
        return w.words.text("curves.no_removal")
    n = w.many("unit.episodes", line.n)
    if line.p50_hours is None:
        return w.words.text("curves.lead_none", n=n)
    half = w.hours(line.p50_hours)
    if line.p90_hours is None:
        return w.words.text("curves.lead_half", n=n, p50=half)
    return w.words.text("curves.lead", n=n, p50=half, p90=w.hours(line.p90_hours))


def _words(w: Writing) -> chart.Words:
    t = w.words.text
    return chart.Words(
        line=t("curves.line"),
        box=t("curves.box"),
        reading=t("curves.reading_mark"),
        axis=t("curves.axis"),
        hour=t("curves.hour", h="{h}"),
    )


def _curve(line: CurveLine) -> chart.Curve:
    return chart.Curve(
        masses=line.masses,
        readings=tuple(
            chart.Reading(r.hours, r.share.value, r.share.low, r.share.high) for r in line.readings
        ),
    )


def _small(line: CurveLine, i: int, limit: float, words: chart.Words, w: Writing) -> Picture:
    n = w.count(line.n)
    name = w.named(line.name or "")
    desc = w.words.text("curves.alt_small", name=name, n=n)
    frame = Frame(f"curves-{i}", name, desc, SMALL_WIDTH, w.words.locale)
    svg = chart.draw_small(_curve(line), limit, words, frame)
    return Picture(
        wide=Markup(svg),  # noqa: S704
        label=w.isolated(line.name or ""),
        below=w.words.text("outcomes.aside", n=n),
    )


def _steps(b: Bulletin, line: CurveLine, w: Writing) -> Table:
    t = w.words.text
    moments = sorted({*HOURS, b.measured.clock.norm_hours})
    return Table(
        t("curves.caption"),
        columns(
            (NAME, t("curves.hours")),
            (N, t("unit.n")),
            (NUMBER, t("curves.least")),
            (NUMBER, t("curves.even")),
            (NUMBER, t("curves.most")),
        ),
        rows_of(
            [
                (
                    w.hours(hours),
                    w.count(line.n),
                    w.percent(at.least),
                    w.percent(at.even),
                    w.percent(at.most),
                )
                for hours in moments
                for at in [chart.standing(line.masses, hours)]
            ]
        ),
    )


def _lines(b: Bulletin, lines: tuple[CurveLine, ...], w: Writing) -> Table:
    t = w.words.text
    hours = sorted({b.measured.clock.norm_hours, 24.0, 48.0})

    def cells(line: CurveLine) -> tuple[Cell, ...]:
        at = {r.hours: r.share for r in line.readings}
        name = t("curves.all") if line.name is None else w.isolated(line.name)
        return (
            name,
            w.count(line.n),
            *(w.share(at.get(h)) for h in hours),
            w.short_hours(line.p50_hours),
            w.short_hours(line.p90_hours),
        )

    return Table(
        t("curves.caption_lines"),
        columns(
            (NAME, t("curves.line_name")),
            (N, t("unit.n")),
            *((NUMBER, t("curves.within", hours=w.hours(h))) for h in hours),
            (NUMBER, t("curves.p50")),
            (NUMBER, t("curves.p90")),
        ),
        rows_of([cells(line) for line in lines]),
    )
