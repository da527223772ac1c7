"""How the share went from month to month, and what is still open at the end."""

from calendar import monthrange

from etmaal.charts import gaps as bars
from etmaal.charts import months as chart
from etmaal.core.breaks import Break
from etmaal.letters.blocks.block import (
    NAME,
    NUMBER,
    TEXT,
    Block,
    N,
    Table,
    columns,
    empty,
    norm,
    notes,
    picture,
    rows_of,
)
from etmaal.letters.blocks.hours import classes, histogram_table
from etmaal.letters.values import Bulletin, MonthPoint, Section
from etmaal.letters.writing import Writing, isolated


def months(b: Bulletin, w: Writing) -> Block:
    """Month by month: the share within the norm, by the month in which the clock started."""
    t, key = w.words.text, "months"
    points = sorted(b.months, key=lambda m: (m.year, m.month))
    if not any(m.n for m in points):
        return empty(key, w)
    text = chart.Words(
        estimate=t("months.estimate", norm=norm(b, w)),
        interval=t("months.interval"),
        strip=t("months.strip"),
        change=t("months.change"),
    )
    values = [_value(m, w) for m in points]
    breaks = breaks_within(b)
    changes = [_change(one, i, points[0], w) for i, one in enumerate(breaks, start=1)]
    caveats = (*([t("months.broken")] if breaks else []), *notes(b, Section.MONTHS, w))
    desc = t("months.alt", norm=norm(b, w), count=w.many("months.count", len(points)))
    table = Table(
        t("months.caption", norm=norm(b, w)),
        columns((NAME, t("months.month")), (N, t("unit.n")), (NUMBER, t("months.share"))),
        rows_of([(_name(m, w), w.count(m.n), w.share(m.share)) for m in points]),
    )
    return Block(
        key,
        t("months.title"),
        _months_lead(points, breaks, w),
        pictures=(
            picture(
                lambda f: chart.draw(values, text, f, changes),
                key,
                t("months.title"),
                desc,
                w,
                caveats,
            ),
        ),
        shown=(_breaks(breaks, w),) if breaks else (),
        behind=(table,),
        reading=t("months.reading"),
        limits=t("months.limits"),
        notes=caveats,
    )


def breaks_within(b: Bulletin) -> list[Break]:
    """Return the breaks on the days of the period, in order; others are not seen in its months."""
    m = b.measured
    return sorted(one for one in b.breaks if m.period_from <= one.date < m.period_before)


def _months_lead(points: list[MonthPoint], breaks: list[Break], w: Writing) -> str:
    t, first = w.words.text, _name(points[0], w)
    lead = t("months.lead_one", month=first)
    if len(points) > 1:
        lead = t("months.lead", first=first, last=_name(points[-1], w))
    return f"{lead} {t('months.lead_broken')}" if breaks else lead


def _change(one: Break, number: int, first: MonthPoint, w: Writing) -> chart.Change:
    months = (one.date.year - first.year) * 12 + one.date.month - first.month
    part = (one.date.day - 1) / monthrange(one.date.year, one.date.month)[1]
    return chart.Change(months + part, str(number), w.words.text(f"break_short.{one.kind.value}"))


def _breaks(breaks: list[Break], w: Writing) -> Table:
    t = w.words.text
    return Table(
        t("months.breaks_caption"),
        columns(
            (NAME, t("months.break_number")),
            (TEXT, t("months.break_from")),
            (TEXT, t("months.break_kind")),
            (TEXT, t("months.break_detail")),
        ),
        rows_of(
            [
                (
                    str(i),
                    w.date(one.date),
                    t(f"break.{one.kind.value}"),
                    isolated(one.detail) if one.detail else t("unit.none"),
                )
                for i, one in enumerate(breaks, start=1)
            ]
        ),
    )


def _name(month: MonthPoint, w: Writing) -> str:
    return f"{w.words.entry('language.months')[month.month - 1]} {month.year}"


def _value(month: MonthPoint, w: Writing) -> chart.MonthValue:
    share = month.share
    return chart.MonthValue(
        label=w.words.entry("language.short_months")[month.month - 1],
        year=str(month.year),
        n=month.n,
        value=None if share is None else share.value,
        low=None if share is None else share.low,
        high=None if share is None else share.high,
    )


def still_open(b: Bulletin, w: Writing) -> Block:
    """What is still open? How much, and since when."""
    t, key, found = w.words.text, "open", b.still_open
    if found.count == 0:
        return empty(key, w)
    count, n = w.count(found.count), w.many("unit.episodes", found.n)
    lead = t("open.lead", count=count, n=n)
    if found.p50_hours is not None:
        lead = t("open.lead_age", count=count, n=n, p50=w.hours(found.p50_hours))
    unlooked = w.many("open.unlooked", found.unlooked)
    caveats = (*([unlooked] if found.unlooked else []), *notes(b, Section.OPEN, w))
    ages = classes(found.ages, w)
    summary = Table(
        t("open.caption"),
        columns((NAME, t("open.n")), (NUMBER, t("open.p50")), (NUMBER, t("open.p90"))),
        ((count, _known(found.p50_hours, w), _known(found.p90_hours, w)),),
    )
    return Block(
        key,
        t("open.title"),
        lead,
        pictures=(
            picture(lambda f: bars.draw(ages, f), key, t("open.title"), t("open.alt"), w, caveats),
        )
        if ages
        else (),
        shown=() if ages else (summary,),
        behind=(histogram_table("open", "age", found.ages, w),) if ages else (),
        reading=t("open.reading"),
        limits=t("open.limits"),
        notes=caveats,
    )


def _known(hours: float | None, w: Writing) -> str:
    return w.words.text("unit.unknown") if hours is None else w.hours(hours)
