"""What came back, and in which countries servers stand and providers have their seat."""

from etmaal.charts import crossing as chart
from etmaal.charts.frame import Frame
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
    picture,
    rows_of,
)
from etmaal.letters.values import OTHER_COUNTRY, Bulletin, Part, Section, TransitRow
from etmaal.letters.writing import Writing

MOST_COUNTRIES = 4
"""Countries with a row or column of their own in the chart: more would not fit a telephone."""

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
    untold = any(OTHER_COUNTRY in (road.server_country, road.seat_country) for road in roads)
    caveats = (*([t("transit.untold_note")] if untold else []), *notes(b, Section.TRANSIT, w))
    drawn = any(road.server_country or road.seat_country for road in roads)
    table = _roads(roads, total, w)
    return Block(
        key,
        t("transit.title"),
        _lead(roads, w),
        pictures=(
            picture(
                lambda f: _crossing(roads, total, f, w),
                key,
                t("transit.title"),
                t("transit.alt"),
                w,
                caveats,
            ),
        )
        if drawn
        else (),
        shown=() if drawn else (table,),
        behind=(table,) if drawn else (),
        reading=t("transit.reading"),
        limits=t("transit.limits"),
        notes=caveats,
    )


def _lead(roads: list[TransitRow], w: Writing) -> str:
    # Two countries that are both not told may be the same one.
    known = [
        r
        for r in roads
        if r.server_country and r.seat_country
        and not r.server_country == r.seat_country == OTHER_COUNTRY
    ]  # fmt: skip
    n = sum(r.episodes for r in known)
    if n == 0:
        return w.words.text(f"transit.{_why_not(roads)}")
    elsewhere = sum(r.episodes for r in known if r.server_country != r.seat_country)
    return w.words.text(
        "transit.lead", share=w.percent(elsewhere / n), n=w.many("unit.episodes", n)
    )


def _why_not(roads: list[TransitRow]) -> str:
    """Return the text that says why no two countries can be compared."""
    server = any(r.server_country for r in roads)
    seat = any(r.seat_country for r in roads)
    if not server:
        return "lead_no_server" if seat else "lead_unknown"
    if not seat:
        return "lead_no_seat"
    untold = any(OTHER_COUNTRY in (r.server_country, r.seat_country) for r in roads)
    return "lead_untold" if untold else "lead_never_both"


def _crossing(roads: list[TransitRow], total: int, frame: Frame, w: Writing) -> str:
    """Draw the countries with most episodes; the others together, and the unknown, come last."""
    t = w.words.text
    servers = _most([(r.server_country, r.episodes) for r in roads])
    seats = _most([(r.seat_country, r.episodes) for r in roads])
    parts = [[0.0] * len(seats) for _ in servers]
    for road in roads:
        i, j = _place(road.server_country, servers), _place(road.seat_country, seats)
        parts[i][j] += road.episodes / total
    names = {None: "?", _REST: t("transit.others"), OTHER_COUNTRY: t("transit.untold_short")}
    return chart.draw(
        [names.get(country, country or "") for country in servers],
        [names.get(country, country or "") for country in seats],
        parts,
        chart.Words(rows=t("transit.server"), columns=t("transit.seat")),
        frame,
    )


_REST = "rest"


def _most(counts: list[tuple[str | None, int]]) -> list[str | None]:
    sums: dict[str | None, int] = {}
    for country, episodes in counts:
        sums[country] = sums.get(country, 0) + episodes
    known = sorted(
        (c for c in sums if c is not None and c != OTHER_COUNTRY), key=lambda c: (-sums[c], c)
    )
    rest = [_REST] if len(known) > MOST_COUNTRIES else []
    last = [c for c in (OTHER_COUNTRY, None) if c in sums]
    return [*known[:MOST_COUNTRIES], *rest, *last]


def _place(country: str | None, among: list[str | None]) -> int:
    return among.index(country if country in among else _REST)


def _country(country: str | None, w: Writing) -> str:
    if country == OTHER_COUNTRY:
        return w.words.text("transit.untold")
    return country or w.words.text("transit.unknown")


def _roads(roads: list[TransitRow], total: int, w: Writing) -> Table:
    t = w.words.text
    shown, others = roads[:MOST_ROADS], roads[MOST_ROADS:]

    def row(server: str, seat: str, episodes: int) -> tuple[str, str, str, str]:
        return (server, seat, w.percent(episodes / total), w.count(episodes))

    rows = [
        row(_country(r.server_country, w), _country(r.seat_country, w), r.episodes) for r in shown
    ]
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
