"""What came back, and in which countries servers stand and providers have their seat."""

from etmaal.letters.blocks.block import (
    NAME,
    NUMBER,
    TEXT,
    Block,
    N,
    Table,
    columns,
    empty,
    notes,
    rows_of,
)
from etmaal.letters.values import Bulletin, Part, Section, TransitRow
from etmaal.letters.writing import Writing

MOST_ROADS = 15
"""Combinations of countries shown one by one; the edition's files have them all."""


def returns(b: Bulletin, w: Writing) -> Block:
    """What came back, and what was seen before? Not known is said as such."""
    t, found = w.words.text, b.returns
    lead = t("returns.lead_unknown")
    if found.returned is not None:
        lead = t(
            "returns.lead",
            share=w.percent(found.returned.value),
            n=w.many("unit.episodes", found.returned.of),
        )

    def row(name: str, part: Part | None) -> tuple[str, str, str, str]:
        what, unknown = t(f"returns.{name}"), t("unit.unknown")
        if part is None:
            return (what, unknown, unknown, unknown)
        return (what, w.percent(part.value), w.count(part.count), w.count(part.of))

    table = Table(
        t("returns.caption"),
        columns(
            (NAME, t("returns.what")),
            (NUMBER, t("returns.share")),
            (NUMBER, t("returns.count")),
            (N, t("returns.of")),
        ),
        (
            row("returned", found.returned),
            row("recirculated", found.recirculated),
            row("known_before", found.known_before),
        ),
    )
    return Block(
        "returns",
        t("returns.title"),
        lead,
        shown=(table,),
        reading=t("returns.reading"),
        limits=t("returns.limits"),
        notes=notes(b, Section.RETURNS, w),
    )


def transit(b: Bulletin, w: Writing) -> Block:
    """Where do the servers stand, and where do their providers have their seat?"""
    t, key = w.words.text, "transit"
    roads = sorted(
        b.transit, key=lambda r: (-r.episodes, r.server_country or "~", r.seat_country or "~")
    )
    total = sum(road.episodes for road in roads)
    if total == 0:
        return empty(key, w)
    return Block(
        key,
        t("transit.title"),
        _lead(roads, w),
        shown=(_roads(roads, total, w),),
        reading=t("transit.reading"),
        limits=t("transit.limits"),
        notes=notes(b, Section.TRANSIT, w),
    )


def _lead(roads: list[TransitRow], w: Writing) -> str:
    known = [r for r in roads if r.server_country and r.seat_country]
    n = sum(r.episodes for r in known)
    if n == 0:
        return w.words.text("transit.lead_unknown")
    elsewhere = sum(r.episodes for r in known if r.server_country != r.seat_country)
    return w.words.text(
        "transit.lead", share=w.percent(elsewhere / n), n=w.many("unit.episodes", n)
    )


def _roads(roads: list[TransitRow], total: int, w: Writing) -> Table:
    t = w.words.text
    shown, others = roads[:MOST_ROADS], roads[MOST_ROADS:]

    def row(server: str, seat: str, episodes: int) -> tuple[str, str, str, str]:
        return (server, seat, w.percent(episodes / total), w.count(episodes))

    rows = [
        row(r.server_country or t("transit.unknown"), r.seat_country or t("transit.unknown"),
            r.episodes)
        for r in shown
    ]  # fmt: skip
    if others:
        rows.append(row(t("transit.rest"), t("unit.none"), sum(r.episodes for r in others)))
    return Table(
        t("transit.caption"),
        columns(
            (NAME, t("transit.server")),
            (TEXT, t("transit.seat")),
            (NUMBER, t("transit.share")),
            (N, t("transit.episodes")),
        ),
        rows_of(rows),
    )
