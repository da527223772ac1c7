"""How well it was measured: whose time it was, how often was looked, what did not arrive."""

from etmaal.charts import delays as chart
from etmaal.charts import gaps as bars
from etmaal.letters.blocks.block import (
    NAME,
    NUMBER,
    Block,
    Cell,
    N,
    Table,
    columns,
    empty,
    notes,
    picture,
    rows_of,
)
from etmaal.letters.blocks.hours import classes, histogram_table
from etmaal.letters.values import Bulletin, DelayRow, DeliveryRow, Section
from etmaal.letters.writing import Writing


def delays(b: Bulletin, w: Writing) -> Block:
    """Whose time was it? The hotline's, the transport's and the provider's, kept apart."""
    t = w.words.text
    hotline = next((row for row in b.delays if row.which == "hotline"), None)
    lead = t("delays.lead_unknown")
    if hotline is not None and hotline.p50_hours is not None:
        lead = t("delays.lead", hotline=w.hours(hotline.p50_hours), n=w.count(hotline.n))

    def hours(row: DelayRow, value: float | None) -> str:
        return t("unit.unknown") if row.n == 0 else w.short_hours(value)

    def bar(row: DelayRow) -> chart.Delay:
        name, _, span = t(f"delays.{row.which}").partition(": ")
        if row.n == 0:
            return chart.Delay(name, span, None, None, t("unit.unknown"))
        half, most = hours(row, row.p50_hours), hours(row, row.p90_hours)
        text = t("delays.bar", half=half, most=most, n=w.count(row.n))
        return chart.Delay(name, span, row.p50_hours, row.p90_hours, text)

    bars_of = [bar(row) for row in b.delays]
    words = chart.Words(half=t("delays.p50"), most=t("delays.p90"))
    drawn = any(row.n for row in b.delays)
    caveats = notes(b, Section.DELAYS, w)
    table = Table(
        t("delays.caption"),
        columns(
            (NAME, t("delays.which")),
            (NUMBER, t("delays.p50")),
            (NUMBER, t("delays.p90")),
            (N, t("unit.n")),
            (NUMBER, t("delays.unknown")),
        ),
        rows_of(
            [
                (
                    t(f"delays.{row.which}"),
                    hours(row, row.p50_hours),
                    hours(row, row.p90_hours),
                    w.count(row.n),
                    t("unit.none") if row.unknown is None else w.count(row.unknown),
                )
                for row in b.delays
            ]
        ),
    )
    return Block(
        "delays",
        t("delays.title"),
        lead,
        pictures=(
            picture(
                lambda f: chart.draw(bars_of, words, f),
                "delays",
                t("delays.title"),
                t("delays.alt"),
                w,
                caveats,
            ),
        )
        if drawn
        else (),
        shown=(table,) if b.delays and not drawn else (),
        behind=(table,) if drawn else (),
        reading=t("delays.reading"),
        limits=t("delays.limits"),
        notes=caveats,
    )


def gaps(b: Bulletin, w: Writing) -> Block:
    """How often was looked? The gap between one look at an item and the next."""
    t, key, found = w.words.text, "gaps", b.gaps
    if found is None or found.n == 0 or found.p50_hours is None:
        return empty(key, w)
    lengths = classes(found.bins, w)
    return Block(
        key,
        t("gaps.title"),
        t(
            "gaps.lead",
            p50=w.hours(found.p50_hours),
            over=w.count(found.over_norm),
            n=w.count(found.n),
        ),
        pictures=(
            picture(
                lambda f: bars.draw(lengths, f),
                key,
                t("gaps.title"),
                t("gaps.alt"),
                w,
                notes(b, Section.GAPS, w),
            ),
        ),
        behind=(histogram_table("gaps", "gap", found.bins, w),),
        reading=t("gaps.reading"),
        limits=t("gaps.limits"),
        notes=notes(b, Section.GAPS, w),
    )


def delivery(b: Bulletin, w: Writing) -> Block:
    """Which notices did not arrive, and where was obstruction recorded?"""
    t, key, total = w.words.text, "delivery", b.delivery.total
    if total is None or (
        total.notices == total.unknown and not (total.undeliverable or total.obstructed)
    ):
        return empty(key, w, "unknown_all")
    amiss = sorted(
        (r for r in b.delivery.rows if r.bounced or r.refused or r.undeliverable or r.obstructed),
        key=lambda r: w.place(r.name),
    )
    if not (amiss or total.bounced or total.refused or total.undeliverable or total.obstructed):
        return empty(key, w)
    names = ("accepted", "bounced", "refused", "unknown", "undeliverable", "obstructed")

    def cells(name: Cell, row: DeliveryRow) -> tuple[Cell, ...]:
        counts = (row.notices, *(getattr(row, count) for count in names))
        return (name, *(w.count(count) for count in counts))

    table = Table(
        t("delivery.caption"),
        columns(
            (NAME, t("delivery.provider")),
            (N, t("delivery.notices")),
            *((NUMBER, t(f"delivery.{name}")) for name in names),
        ),
        (
            cells(t("delivery.total"), total),
            *(cells(w.isolated(w.whose(row.name, row.provider)), row) for row in amiss),
        ),
    )
    return Block(
        key,
        t("delivery.title"),
        t(
            "delivery.lead",
            bounced=w.count(total.bounced),
            n=w.count(total.notices),
            refused=w.count(total.refused),
            undeliverable=w.many("unit.episodes", total.undeliverable),
            obstructed=w.many("unit.episodes", total.obstructed),
        ),
        shown=(table,),
        reading=t("delivery.reading"),
        limits=t("delivery.limits"),
        notes=notes(b, Section.DELIVERY, w),
    )
