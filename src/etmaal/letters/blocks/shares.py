"""How sure each provider's share is, and what became of its episodes."""

from etmaal.charts import bands as bars
from etmaal.charts import intervals as chart
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
from etmaal.letters.blocks.groups import group_of, ordered
from etmaal.letters.values import Bulletin, ProviderRow, Section
from etmaal.letters.writing import Writing, isolated


def intervals(b: Bulletin, w: Writing) -> Block:
    """How sure is each share? Bounds, estimate and floor, by group."""
    t, key = w.words.text, "intervals"
    rows = [row for row in ordered(b, w) if row.n > 0 and row.surely_in_time is not None]
    if not rows:
        return empty(key, w)
    found = [_interval(b, row, w) for row in rows]
    shown, others = chart.shown(found)
    text = chart.Words(
        groups=dict(w.words.entry("group")),
        bounds=t("intervals.bounds", norm=norm(b, w)),
        estimate=t("intervals.estimate"),
        floor=t("intervals.floor", share="{share}"),
        aside=t("intervals.aside", n="{n}"),
    )
    floor = b.floors.floor if b.judges else None
    counts = b.headline.counts
    providers = w.many("unit.providers", b.measured.providers)
    lead = t("intervals.lead_unjudged")
    if b.judges and counts is not None:
        lead = t(
            "intervals.lead",
            meets=w.count(counts.meets),
            providers=providers,
            unsure=w.count(counts.cannot_be_told),
        )
    more = [_more(key, len(shown), len(others), w)] if others else []
    caveats = (*more, *notes(b, Section.INTERVALS, w))
    desc = t("intervals.alt", shown=w.many("unit.providers", len(shown)), norm=norm(b, w))
    return Block(
        key,
        t("intervals.title"),
        lead,
        pictures=(
            picture(
                lambda f: chart.draw(found, floor, text, f),
                key,
                t("intervals.title"),
                desc,
                w,
                caveats,
            ),
        ),
        behind=(_interval_table(b, rows, w),),
        reading=t("intervals.reading" if b.judges else "intervals.reading_unjudged"),
        limits=t("intervals.limits"),
        notes=caveats,
    )


def _interval(b: Bulletin, row: ProviderRow, w: Writing) -> chart.Interval:
    share, surely = row.in_time, row.surely_in_time or 0.0
    return chart.Interval(
        name=w.name(row),
        group=group_of(b, row),
        n=row.n,
        surely=surely,
        possibly=surely if row.possibly_in_time is None else row.possibly_in_time,
        value=None if share is None else share.value,
        low=None if share is None else share.low,
        high=None if share is None else share.high,
    )


def _interval_table(b: Bulletin, rows: list[ProviderRow], w: Writing) -> Table:
    t = w.words.text
    return Table(
        t("intervals.caption", norm=norm(b, w)),
        columns(
            (NAME, t("providers.provider")),
            (TEXT, t("intervals.group")),
            (N, t("unit.n")),
            (NUMBER, t("intervals.surely")),
            (NUMBER, t("providers.estimate")),
            (NUMBER, t("intervals.possibly")),
        ),
        rows_of(
            [
                (
                    isolated(w.name(row)),
                    t(f"group.{group_of(b, row)}"),
                    w.count(row.n),
                    w.percent(row.surely_in_time),
                    w.share(row.in_time),
                    w.percent(row.possibly_in_time),
                )
                for row in rows
            ]
        ),
    )


def outcomes(b: Bulletin, w: Writing) -> Block:
    """What became of the episodes? Five outcomes, as counted."""
    t, key = w.words.text, "outcomes"
    rows = sorted((r for r in b.providers if r.n > 0), key=lambda r: (-r.n, w.name(r), r.provider))
    if not rows:
        return empty(key, w)
    words = bars.Words(rest=t("outcomes.rest", count="{count}"), aside=t("outcomes.aside", n="{n}"))
    names = ("in_time", "undecided", "pending", "ended", "late")
    parts = bars.outcome_parts(*(t(f"outcomes.{name}") for name in names))
    found = [bars.Bar(w.name(r), r.n, tuple(c / r.n for c in _outcomes(r))) for r in rows]
    shown = bars.gathered(found, words.rest)
    total = [sum(counts) for counts in zip(*(_outcomes(r) for r in rows), strict=True)]
    n = sum(r.n for r in rows)
    caveats = (*_gathered(found, shown, w), *notes(b, Section.OUTCOMES, w))
    desc = t("outcomes.alt", shown=w.many("unit.providers", len(rows)))
    table = Table(
        t("outcomes.caption"),
        columns(
            (NAME, t("providers.provider")),
            (N, t("unit.n")),
            *((NUMBER, t(f"outcomes.{name}")) for name in names),
        ),
        rows_of(
            [
                (
                    isolated(bar.name),
                    w.count(bar.n),
                    *(w.count(round(share * bar.n)) for share in bar.shares),
                )
                for bar in shown
            ]
        ),
    )
    return Block(
        key,
        t("outcomes.title"),
        t(
            "outcomes.lead",
            in_time=w.count(total[0]),
            late=w.count(total[4]),
            n=w.many("unit.episodes", n),
        ),
        pictures=(
            picture(
                lambda f: bars.draw(found, parts, words, f),
                key,
                t("outcomes.title"),
                desc,
                w,
                caveats,
            ),
        ),
        behind=(table,),
        reading=t("outcomes.reading"),
        limits=t("outcomes.limits"),
        notes=caveats,
    )


def _outcomes(row: ProviderRow) -> tuple[int, int, int, int, int]:
    return (row.in_time_n, row.undecided_n, row.pending_n, row.ended_n, row.late_n)


def bands(b: Bulletin, w: Writing) -> Block:
    """Within one day, two days, or longer? Estimated bands that sum to all."""
    t, key = w.words.text, "bands"
    rows = sorted(
        (r for r in b.providers if r.within_24h and r.within_48h and r.over_48h),
        key=lambda r: (-r.n, w.name(r), r.provider),
    )
    if not rows:
        return empty(key, w)
    words = bars.Words(rest=t("outcomes.rest", count="{count}"), aside=t("outcomes.aside", n="{n}"))
    names = ("within_24h", "to_48h", "over_48h", "ended")
    parts = bars.time_parts(*(t(f"bands.{name}") for name in names))
    found = [bars.Bar(w.name(r), r.n, _bands(r)) for r in rows]
    shown = bars.gathered(found, words.rest)
    caveats = (*_gathered(found, shown, w), *notes(b, Section.BANDS, w))
    desc = t("bands.alt", shown=w.many("unit.providers", len(rows)))
    table = Table(
        t("bands.caption"),
        columns(
            (NAME, t("providers.provider")),
            (N, t("unit.n")),
            (NUMBER, t("curves.within", hours=w.hours(24))),
            (NUMBER, t("curves.within", hours=w.hours(48))),
            (NUMBER, t("bands.over_48h_interval")),
            (NUMBER, t("bands.ended")),
        ),
        rows_of(
            [
                (
                    isolated(w.name(row)),
                    w.count(row.n),
                    w.share(row.within_24h),
                    w.share(row.within_48h),
                    w.share(row.over_48h),
                    w.percent(_bands(row)[3]),
                )
                for row in rows
            ]
        ),
    )
    return Block(
        key,
        t("bands.title"),
        _bands_lead(b, w),
        pictures=(
            picture(
                lambda f: bars.draw(found, parts, words, f),
                key,
                t("bands.title"),
                desc,
                w,
                caveats,
            ),
        ),
        behind=(table,),
        reading=t("bands.reading"),
        limits=t("bands.limits"),
        notes=caveats,
    )


def _bands(row: ProviderRow) -> tuple[float, float, float, float]:
    day = row.within_24h.value if row.within_24h else 0.0
    two_days = row.within_48h.value if row.within_48h else 0.0
    over = row.over_48h.value if row.over_48h else 0.0
    # Rounded to nine digits, the three may together be a hair more than all.
    return (day, max(two_days - day, 0.0), over, max(1 - two_days - over, 0.0))


def _bands_lead(b: Bulletin, w: Writing) -> str:
    at = {r.hours: r.share for r in b.curve.readings} if b.curve else {}
    if 24.0 not in at or 48.0 not in at:
        return w.words.text("bands.lead_none")
    return w.words.text(
        "bands.lead",
        n=w.many("unit.episodes", at[24.0].n),
        day=w.share(at[24.0]),
        two_days=w.share(at[48.0]),
    )


def _gathered(found: list[bars.Bar], shown: list[bars.Bar], w: Writing) -> list[str]:
    alone = len(shown) - 1
    return [_more("outcomes", alone, len(found) - alone, w)] if len(shown) < len(found) else []


def _more(key: str, shown: int, others: int, w: Writing) -> str:
    return w.words.text(f"{key}.more", shown=w.count(shown), others=w.count(others))
