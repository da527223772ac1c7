"""What holds for all providers together: two averages, and how much lies with how few."""

from itertools import accumulate

from etmaal.charts import lorenz as chart
from etmaal.letters.blocks.block import (
    NAME,
    NUMBER,
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
from etmaal.letters.blocks.groups import CLASSES, place
from etmaal.letters.values import Bulletin, Concentration, Section
from etmaal.letters.writing import Writing

MOST_LISTED = 10
"""Providers in the list of the largest."""


def averages(b: Bulletin, w: Writing) -> Block:
    """Two averages: over episodes, and over providers each counting once."""
    t, key = w.words.text, "averages"
    first = next((row for row in b.averages if not row.measured_only), None)
    if first is None or first.pooled is None or first.mean is None:
        return empty(key, w, "lead_none")
    none = t("unit.none")
    table = Table(
        t("averages.caption", norm=norm(b, w)),
        columns(
            (NAME, t("averages.which")),
            (NUMBER, t("averages.pooled")),
            (N, t("averages.pooled_n")),
            (NUMBER, t("averages.mean")),
            (N, t("averages.mean_n")),
        ),
        rows_of(
            [
                (
                    t("averages.measured_only" if row.measured_only else "averages.everything"),
                    w.share(row.pooled),
                    w.count(row.pooled.n) if row.pooled else none,
                    w.share(row.mean),
                    w.count(row.mean.n) if row.mean else none,
                )
                for row in b.averages
            ]
        ),
    )
    return Block(
        key,
        t("averages.title"),
        t(
            "averages.lead",
            n=w.many("unit.episodes", first.pooled.n),
            pooled=w.share(first.pooled),
            providers=w.many("unit.providers", first.mean.n),
            mean=w.share(first.mean),
        ),
        shown=(table,),
        reading=t("averages.reading"),
        limits=t("averages.limits"),
        notes=notes(b, Section.AVERAGES, w),
    )


def concentration(b: Bulletin, w: Writing) -> Block:
    """How much lies with how few? Lorenz curve, largest providers, indices."""
    t, key, found = w.words.text, "concentration", b.concentration
    if found.providers == 0 or found.episodes == 0 or not found.top:
        return empty(key, w)
    words = chart.Words(
        curve=t("concentration.curve"),
        equal=t("concentration.equal"),
        across=t("concentration.across"),
        up=t("concentration.up"),
    )
    return Block(
        key,
        t("concentration.title"),
        _lead(found, w),
        pictures=(
            picture(
                lambda f: chart.draw(found.points, words, f),
                key,
                t("concentration.title"),
                t("concentration.alt"),
                w,
                notes(b, Section.CONCENTRATION, w),
            ),
        ),
        shown=(_top(found, w), _largest(b, w)),
        behind=(_points(found, w),),
        reading=t("concentration.reading"),
        limits=t("concentration.limits"),
        notes=notes(b, Section.CONCENTRATION, w),
    )


def _lead(found: Concentration, w: Writing) -> str:
    # The fewest that already hold nine tenths say most; if none of the steps does, the last.
    first = found.top[0]
    top = next((one for one in found.top if one.share >= 0.9), found.top[-1])
    key = "concentration.lead_one" if top.k == first.k else "concentration.lead"
    return w.words.text(
        key,
        providers=w.many("unit.providers", found.providers),
        n=w.many("unit.episodes", found.episodes),
        first=w.percent(first.share),
        k=top.k,
        share=w.percent(top.share),
    )


def _top(found: Concentration, w: Writing) -> Table:
    t, locale, none = w.words.text, w.words.locale, w.words.text("unit.none")
    n = w.count(found.episodes)
    indices = [("herfindahl", found.herfindahl), ("gini", found.gini)]
    return Table(
        t("concentration.caption"),
        columns(
            (NAME, t("concentration.top")), (NUMBER, t("concentration.share")),
            (N, t("concentration.n")),
        ),
        rows_of(
            [
                *((w.count(one.k), w.percent(one.share), n) for one in found.top),
                *(
                    (t(f"concentration.{key}"), none if v is None else locale.number(v, 3), n)
                    for key, v in indices
                ),
            ]
        ),
    )  # fmt: skip


def _largest(b: Bulletin, w: Writing) -> Table:
    """Return the providers with the most episodes: of volume, which is nobody's conduct."""
    t, total = w.words.text, b.concentration.episodes
    rows = sorted(
        (row for row in b.providers if row.provider not in CLASSES),
        key=lambda row: (-row.episodes, place(row, w)),
    )[:MOST_LISTED]
    together = accumulate(row.episodes for row in rows)
    return Table(
        t("concentration.caption_largest", count=w.many("unit.providers", len(rows))),
        columns(
            (NAME, t("providers.provider")),
            (NUMBER, t("concentration.episodes")),
            (NUMBER, t("concentration.share")),
            (NUMBER, t("concentration.together")),
            (N, t("concentration.n")),
        ),
        rows_of(
            [
                (
                    w.isolated(row.name) if w.named(row.name) else w.name(row),
                    w.count(row.episodes),
                    w.percent(row.episodes / total),
                    w.percent(min(so_far / total, 1.0)),  # rounded counts may add up to more
                    w.count(total),
                )
                for row, so_far in zip(rows, together, strict=True)
            ]
        ),
    )


def _points(found: Concentration, w: Writing) -> Table:
    """Return the curve at every tenth of the providers, read off where it lies in between."""
    t = w.words.text
    tenths = [i / 10 for i in range(11)]
    return Table(
        t("concentration.caption_curve"),
        columns(
            (NAME, t("concentration.across")), (NUMBER, t("concentration.up")),
            (N, t("concentration.n")),
        ),
        rows_of(
            [
                (
                    w.words.locale.percent(tenth, 0),
                    w.percent(chart.volume_at(found.points, tenth)),
                    w.count(found.episodes),
                )
                for tenth in tenths
            ]
        ),
    )  # fmt: skip
