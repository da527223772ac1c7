"""Whether providers differ by more than chance, and whether they fall apart into two kinds."""

import math

from etmaal.charts import funnel as funnel_chart
from etmaal.charts import polarisation as histogram
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
from etmaal.letters.blocks.groups import CLASSES, group_of
from etmaal.letters.values import Bulletin, Funnel, Section
from etmaal.letters.writing import Writing

# As many lines as a reader can follow; the edition's figures have the limits of every provider.
_LIMITS_SHOWN = 12
# From this factor on the limits are more than three times as wide as chance would make them: there
# is no common share that providers vary around, and the funnel cannot say who is far from it.
_UNLIKE = 10.0


def funnel(b: Bulletin, w: Writing) -> Block:
    """More than chance? Shares against n, between limits."""
    t, key, found = w.words.text, "funnel", b.funnel
    points = [
        funnel_chart.Point(w.name(row), group_of(b, row), row.n, row.in_time.value)
        for row in b.providers
        if row.in_time is not None and row.n > 0 and row.provider not in CLASSES
    ]
    if found is None or len(points) < 2 or not found.limits:
        return empty(key, w)
    words = funnel_chart.Words(
        groups=dict(w.words.entry("group")),
        centre=t("funnel.centre"),
        limit_95=t("funnel.limit_95"),
        limit_998=t("funnel.limit_998"),
        across=t("funnel.across"),
        by_chance=t("funnel.by_chance"),
    )
    desc = t("funnel.alt", points=w.many("unit.providers", len(points)), norm=norm(b, w))
    factor = w.words.locale.number(found.overdispersion, 1)
    smallest = b.floors.smallest_n
    small = sum(point.n < smallest for point in points)
    caveats = (
        *([t("funnel.wide_note", factor=factor)] if _says_little(found) else []),
        *([t("funnel.small_note", smallest_n=smallest)] if small else []),
        *notes(b, Section.FUNNEL, w),
    )
    return Block(
        key,
        t("funnel.title"),
        t(
            "funnel.lead_wide" if _says_little(found) else "funnel.lead",
            outside=w.count(found.below_998 + found.above_998),
            providers=w.many("unit.providers", len(points) - small),
            smallest_n=smallest,
            below=w.count(found.below_998),
            above=w.count(found.above_998),
        ),
        pictures=(
            picture(
                lambda f: funnel_chart.draw(
                    points, found.limits, found.centre, words, f, found.by_chance
                ),
                key,
                t("funnel.title"),
                desc,
                w,
                caveats,
            ),
        ),
        behind=(_limits(found, w),),
        reading=" ".join(
            [
                t("funnel.reading", factor=factor),
                *([t("funnel.reading_lines")] if found.by_chance else []),
            ]
        ),
        limits=t("funnel.limits"),
        notes=caveats,
    )


def _says_little(found: Funnel) -> bool:
    """Say whether providers are so unlike that limits around one common share single out nobody."""
    return found.overdispersion >= _UNLIKE


def _limits(found: Funnel, w: Writing) -> Table:
    t = w.words.text
    every = math.ceil(len(found.limits) / _LIMITS_SHOWN)
    names = ("low_95", "high_95", "low_998", "high_998")
    return Table(
        t("funnel.caption", share=w.percent(found.centre)),
        columns((N, t("unit.n")), *((NUMBER, t(f"funnel.{name}")) for name in names)),
        rows_of(
            [
                (w.count(round(limit.n)), *(w.percent(getattr(limit, name)) for name in names))
                for limit in found.limits[::every]
            ]
        ),
    )


def polarisation(b: Bulletin, w: Writing) -> Block:
    """Quick or slow, or something between? How many providers at which share."""
    t, key, found = w.words.text, "polarisation", b.polarisation
    if found is None or found.providers == 0:
        return empty(key, w)
    words = histogram.Words(
        across=t("polarisation.across", norm=norm(b, w)), up=t("polarisation.up")
    )
    providers = w.many("unit.providers", found.providers)
    table = Table(
        t("polarisation.caption"),
        columns((NAME, t("polarisation.from_to")), (N, t("polarisation.providers"))),
        rows_of(
            [
                (
                    t(
                        "unit.interval",
                        low=w.words.locale.percent(one.low, 0),
                        high=w.words.locale.percent(one.high, 0),
                    ),
                    w.count(one.providers),
                )
                for one in found.bins
            ]
        ),
    )
    return Block(
        key,
        t("polarisation.title"),
        t(
            "polarisation.lead",
            providers=providers,
            smallest_n=found.smallest_n,
            high=w.count(found.at_least_90),
            low=w.count(found.at_most_20),
            between=w.count(found.providers - found.at_least_90 - found.at_most_20),
        ),
        pictures=(
            picture(
                lambda f: histogram.draw(found.bins, words, f),
                key,
                t("polarisation.title"),
                t("polarisation.alt", providers=providers, norm=norm(b, w)),
                w,
                notes(b, Section.POLARISATION, w),
            ),
        ),
        behind=(table,),
        reading=t("polarisation.reading"),
        limits=t("polarisation.limits"),
        notes=notes(b, Section.POLARISATION, w),
    )
