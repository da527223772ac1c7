"""Invented bulletins, dull by default, unkind by name. Loaded by path from two conftests."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise

import numpy as np

from etmaal.core.breaks import Break, BreakKind
from etmaal.core.verdicts import Floors
from etmaal.definitions.values import Text
from etmaal.engine.coding import coded
from etmaal.letters.values import (
    AverageRow,
    Bulletin,
    Caveat,
    CaveatCode,
    Clock,
    Colophon,
    Concentration,
    CurveLine,
    DefinitionVersion,
    DelayRow,
    Delivery,
    DeliveryRow,
    Funnel,
    Gaps,
    Headline,
    HoursBin,
    HourShare,
    InputFile,
    LeftOut,
    Limit,
    LorenzPoint,
    Mass,
    Measured,
    MonthPoint,
    Overturned,
    Part,
    Polarisation,
    ProviderRow,
    RejectedRows,
    Returns,
    Section,
    SensitivityRow,
    Share,
    ShareBin,
    StillOpen,
    TopShare,
    TransitRow,
    VerdictCounts,
    Versions,
)

FLOORS = Floors(
    id="nl-covenant-2018", version=1, floor=0.9, smallest_n=50, smallest_effective_n=20.0,
    unmeasurable_above=0.2, tail=0.005, far_days=30,
)  # fmt: skip
COVENANT = Clock(
    id="nl-covenant-2018",
    version=1,
    title=Text(
        nl="Gedragscode 2018: 24 uur na verzending",
        en="Code of conduct 2018: 24 hours from sending",
    ),
    start="sent",
    norm_hours=24.0,
    verdicts=True,
)
OBSERVED = Clock(
    id="observed-first-seen",
    version=1,
    title=Text(nl="Gezien: vanaf de eerste waarneming", en="Observed: from the first sighting"),
    start="observed",
    norm_hours=24.0,
    verdicts=False,
)

ARABIC = "شركة استضافة مثال"
MARKUP = '<script>alert("x")</script><img src=x onerror=y> & "Zn."'
LONG = "Very Long Hosting Name " * 9
UNKIND = (
    ARABIC,
    "אירוח לדוגמה בע״מ",
    MARKUP,
    LONG[:200],
    "W" * 200,
    "例示ホスティング株式会社の非常に長い名称例示ホスティング株式会社",
    "Line\nbreak\tand\x00control \u202eoverride",
    "Zürich – Ålesund Høsting º",
    "{n} {name} **stars** %s",
    "",
)


def share(value: float, n: int, half: float = 0.03) -> Share:
    return Share(value, max(value - half, 0.0), min(value + half, 1.0), n)


def row(
    provider: str,
    n: int,
    *,
    in_time: float = 0.7,
    undecided: float = 0.1,
    pending: float = 0.02,
    ended: float = 0.03,
    name: str | None = None,
    verdict: str | None = "cannot_be_told",
    because: str | None = "between_bounds",
    outside: int = 4,
    volume: float = 0.05,
) -> ProviderRow:
    """Make a provider whose outcomes add up to n; what is left over is late."""
    counts = [int(n * part) for part in (in_time, undecided, pending, ended)]
    late = n - sum(counts)
    estimate = None
    if n:
        half = 0.5 / n**0.5
        surely, possibly = counts[0] / n, 1 - late / n
        estimate = Share(
            (surely + possibly) / 2,
            max(min(surely, (surely + possibly) / 2 - half), 0),
            min(max(possibly, (surely + possibly) / 2 + half), 1),
            n,
        )
    two_days = None if estimate is None else share(min(estimate.value + 0.08, 0.96), n)
    over = None if two_days is None else share(max(1 - two_days.value - ended, 0.0), n)
    return ProviderRow(
        provider=provider,
        name=provider if name is None else name,
        n=n,
        episodes=n + outside,
        items=n + outside - (n > 5),
        sites=max(n // 6, 1),
        surely_in_time=counts[0] / n if n else None,
        possibly_in_time=1 - late / n if n else None,
        in_time=estimate,
        within_24h=estimate,
        within_48h=two_days,
        over_48h=over,
        p50_hours=None if in_time < 0.5 else 9.4,
        p90_hours=None if in_time < 0.85 else 31.25,
        still_open=counts[2] + late // 3,
        in_time_n=counts[0],
        late_n=late,
        ended_n=counts[3],
        undecided_n=counts[1],
        pending_n=counts[2],
        start_unknown=outside,
        undeliverable=0,
        not_noticed=0,
        gone_before_start=0,
        withdrawn=0,
        wrong_addressee=0,
        effective_n=n / 3 if n else None,
        share_of_volume=volume,
        returned=n // 20,
        verdict=verdict,
        because=because,
    )


def _story(i: int) -> dict[str, object]:
    """Give each of the 24 ordinary providers a believable course."""
    if i % 5 == 0:
        return {"in_time": 0.94, "undecided": 0.03, "pending": 0.0, "ended": 0.02,
                "verdict": "meets", "because": "surely_low_at_or_above_floor"}  # fmt: skip
    if i % 5 == 1:
        return {"in_time": 0.38 + 0.03 * (i % 4), "undecided": 0.12, "verdict": "lax",
                "because": "possibly_high_below_floor"}  # fmt: skip
    if i % 5 == 2:
        return {"in_time": 0.78, "undecided": 0.15, "verdict": "cannot_be_told",
                "because": "between_bounds" if i % 2 else "overturned_by:clock_basis+disputed"}  # fmt: skip
    if i == 3:
        return {"in_time": 0.3, "undecided": 0.5, "verdict": "unmeasurable", "because": "theirs"}
    if i == 8:
        return {"in_time": 0.3, "undecided": 0.5, "verdict": "unmeasurable", "because": "ours"}
    if i == 13:
        return {"in_time": 0.8, "verdict": "cannot_be_told", "because": "few_sites"}
    return {"in_time": 0.6 + 0.02 * (i % 10), "verdict": "too_few", "because": "smallest_n"}


def ordinary_rows(count: int = 24) -> list[ProviderRow]:
    rows = []
    for i in range(count):
        story = _story(i)
        n = 9 + i % 40 if story["verdict"] == "too_few" else 70 + 4200 // (i + 1)
        rows.append(row(f"provider-{i:03d}", n, name=f"Provider {i:03d}", **story))  # type: ignore[arg-type]
    rows.append(row("unresolved", 310, name="unresolved", verdict=None, because=None))
    rows.append(row("front", 44, name="front", verdict=None, because=None))
    return rows


def _masses() -> tuple[Mass, ...]:
    edges = [0, 1, 2, 3, 4, 6, 8, 10, 12, 16, 20]
    quick = [Mass(a, b, 0.055) for a, b in pairwise(edges)]
    return (
        *quick,
        Mass(21, 26, 0.09),
        Mass(30, 30, 0.03),
        Mass(32, 40, 0.04),
        Mass(44, 60, 0.04),
        Mass(72, 90, 0.02),
        Mass(100, 160, 0.01),
        Mass(160, float("inf"), 0.22),
    )


def line(name: str | None, n: int) -> CurveLine:
    readings = (
        HourShare(24.0, Share(0.61, 0.57, 0.65, n)),
        HourShare(48.0, Share(0.74, 0.70, 0.78, n)),
    )
    return CurveLine(name, n, _masses(), readings, p50_hours=17.5, p90_hours=None)


def bulletin_of(rows: list[ProviderRow], *, clock: Clock = COVENANT) -> Bulletin:
    """Make a whole bulletin around providers, its totals taken from them."""
    n, episodes = sum(r.n for r in rows), sum(r.episodes for r in rows)
    real = [r for r in rows if r.provider not in ("unresolved", "front")]
    sizes = sorted(r.episodes for r in real)
    volume = sum(sizes)
    rows = [replace(r, share_of_volume=r.episodes / episodes) for r in rows]
    surely = sum(r.in_time_n for r in rows) / n if n else None
    possibly = 1 - sum(r.late_n for r in rows) / n if n else None
    middle = None if surely is None or possibly is None else (surely + possibly) / 2
    estimate = None if middle is None else share(middle, n, 0.012)
    words = [r.verdict for r in real]
    points = [LorenzPoint(0.0, 0.0)]
    for i, size in enumerate(sizes, start=1):
        points.append(LorenzPoint(i / len(sizes), points[-1].volume + size / volume))
    judged = clock.verdicts and not clock.what_if
    enough = [r for r in real if r.n >= 50 and r.in_time is not None]
    values = [r.in_time.value for r in enough if r.in_time is not None]
    bins = tuple(
        ShareBin(
            k / 10,
            (k + 1) / 10,
            sum(k / 10 <= v < (k + 1) / 10 or (k == 9 and v == 1) for v in values),
        )
        for k in range(10)
    )
    counts = VerdictCounts(
        meets=words.count("meets"),
        cannot_be_told=words.count("cannot_be_told"),
        lax=words.count("lax"),
        unmeasurable=words.count("unmeasurable"),
        too_few=words.count("too_few"),
    )
    tops = [k for k in (1, 2, 3, 5, 10) if k <= len(sizes)]
    return Bulletin(
        measured=Measured(
            period_from=date(2025, 1, 1),
            period_before=date(2026, 1, 1),
            as_of=datetime(2026, 1, 2, 6, 30, tzinfo=UTC),
            provisional=True,
            final_from=datetime(2026, 1, 3, 0, 0, tzinfo=UTC),
            clock=clock,
            n=n,
            episodes=episodes,
            items=max(episodes - 40, 0),
            sites=sum(r.sites for r in rows),
            providers=len(real),
        ),
        floors=FLOORS,
        headline=Headline(
            surely=surely,
            possibly=possibly,
            in_time=estimate,
            within_48h=None if middle is None else share(min(middle + 0.06, 1.0), n, 0.012),
            counts=counts if judged else None,
            judged=len(enough) if judged else None,
            expected_false_lax=0.005 * len(enough) if judged else None,
        ),
        providers=tuple(rows),
        curve=line(None, n) if n else None,
        provider_curves=tuple(line(r.name, r.n) for r in sorted(enough, key=lambda r: -r.n)[:6]),
        months=tuple(
            MonthPoint(2025, m, 120 + 35 * m, share(0.55 + 0.015 * m, 120 + 35 * m, 0.05))
            for m in range(1, 13)
        )
        if n
        else (),
        still_open=StillOpen(
            count=sum(r.still_open for r in rows),
            n=n,
            p50_hours=130.0,
            p90_hours=700.0,
            ages=(
                HoursBin(0, 24, 14),
                HoursBin(24, 48, 22),
                HoursBin(48, 168, 61),
                HoursBin(168, 720, 120),
                HoursBin(720, None, 43),
            ),
        ),
        averages=(
            AverageRow(False, estimate, share(0.62, len(real), 0.06) if n else None),
            AverageRow(True, estimate, share(0.66, max(len(real) - 2, 0), 0.06) if n else None),
        ),
        concentration=Concentration(
            providers=len(real),
            episodes=volume,
            points=tuple(points) if volume else (),
            top=tuple(TopShare(k, sum(sizes[-k:]) / volume) for k in tops) if volume else (),
            herfindahl=sum((s / volume) ** 2 for s in sizes) if volume else None,
            gini=0.71 if volume else None,
        ),
        funnel=Funnel(
            centre=middle,
            limits=tuple(
                Limit(
                    float(m),
                    max(middle - 1.96 * 0.9 / m**0.5, 0.0),
                    min(middle + 1.96 * 0.9 / m**0.5, 1.0),
                    max(middle - 3.09 * 0.9 / m**0.5, 0.0),
                    min(middle + 3.09 * 0.9 / m**0.5, 1.0),
                )
                for m in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192)
            ),
            overdispersion=3.7,
            below_998=4,
            above_998=3,
        )
        if middle is not None
        else None,
        polarisation=Polarisation(
            providers=len(enough),
            smallest_n=50,
            at_least_90=sum(v >= 0.9 for v in values),
            at_most_20=sum(v <= 0.2 for v in values),
            bins=bins,
        ),
        returns=Returns(
            returned=Part(sum(r.returned or 0 for r in rows), episodes) if episodes else None,
            recirculated=Part(240, 4100),
            known_before=None,
        ),
        transit=(
            TransitRow("NL", "NL", 3200),
            TransitRow("NL", "SC", 1200),
            TransitRow("DE", "NL", 240),
            TransitRow(None, "NL", 180),
            TransitRow(None, None, 96),
        ),
        delays=(
            DelayRow("hotline", 4800, 210, 18.5, 67.0),
            DelayRow("transport", 4650, 360, 0.2, 1.1),
            DelayRow("provider", n, None, 17.5, None),
        ),
        gaps=Gaps(
            n=61_204,
            over_norm=310,
            p50_hours=2.1,
            p90_hours=9.0,
            bins=(
                HoursBin(0, 1, 9_000),
                HoursBin(1, 2, 21_000),
                HoursBin(2, 6, 24_000),
                HoursBin(6, 12, 5_200),
                HoursBin(12, 24, 1_694),
                HoursBin(24, None, 310),
            ),
        ),
        delivery=Delivery(
            total=DeliveryRow("", 5_010, 4_650, 120, 30, 210, 9),
            rows=tuple(
                DeliveryRow(r.name, r.episodes, r.episodes - 9, 6, 2, 1, 3 if i == 0 else 0)
                for i, r in enumerate(real[:4])
            ),
        ),
        sensitivity=(
            SensitivityRow("all", n, surely, possibly, counts),
            SensitivityRow("sure", max(n - 300, 0), surely, possibly, counts),
            SensitivityRow(
                "clock_basis",
                n,
                surely,
                possibly,
                replace(counts, cannot_be_told=counts.cannot_be_told + 1),
                tuple(Overturned(r.name, "lax", "cannot_be_told") for r in real[:20:7]),
            ),
            SensitivityRow("dominant_site", max(n - 900, 0), surely, possibly, counts),
            SensitivityRow("a_variant_of_tomorrow", n, surely, possibly, counts),
        ),
        left_out=LeftOut(
            start_unknown=sum(r.start_unknown for r in rows),
            undeliverable=0,
            not_noticed=12,
            gone_before_start=3,
            withdrawn=5,
            wrong_addressee=1,
            disputed=17,
            copies=140,
            after_as_of=2,
            rejected=(RejectedRows("notices", 5_012, 2), RejectedRows("sightings", 70_413, 0)),
        ),
        caveats=(
            Caveat(CaveatCode.UNRESOLVED, Section.HEADLINE, count=310, of=episodes),
            Caveat(
                CaveatCode.DOMINANT_PROVIDER, Section.HEADLINE, name=MARKUP, share=0.41, of=episodes
            ),
            Caveat(CaveatCode.CHECK_GAPS, Section.CURVES, hours=2.1),
            Caveat(CaveatCode.PILE_UP, Section.CURVES, hours=12.0),
            Caveat(CaveatCode.OUTAGES, Section.GAPS, count=1_204),
            Caveat(CaveatCode.RECENT, Section.MONTHS, count=31, of=n),
        ),
        versions=Versions(
            code="0.1.0",
            snapshot="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            seed=1,
            definitions=(
                DefinitionVersion("bodies", "iwf", 1),
                DefinitionVersion("clocks", "nl-covenant-2018", 1),
                DefinitionVersion("floors", "nl-covenant-2018", 1),
                DefinitionVersion("indicators", "in_time", 3),
            ),
            inputs=(
                InputFile("notices.parquet", "ab" * 32, 5_012),
                InputFile("sightings.parquet", "cd" * 32, 70_413),
            ),
        ),
        colophon=Colophon(
            publisher="Example Hotline",
            licence="CC BY 4.0",
            contact="figures@hotline.example",
        ),
    )


def dull() -> Bulletin:
    return bulletin_of(ordinary_rows())


def one_provider() -> Bulletin:
    found = bulletin_of([row("provider-000", 61, name="Provider 000")])
    curve = None if found.curve is None else replace(found.curve, p90_hours=61.0)
    return replace(
        found,
        curve=curve,
        polarisation=None,
        provider_curves=(),
        measured=replace(found.measured, final_from=None),
        still_open=StillOpen(11, 61, 130.0, 700.0),
        delivery=Delivery(DeliveryRow("", 61, 61, 0, 0, 0, 0), ()),
        sensitivity=found.sensitivity[:2],
        transit=(TransitRow(None, None, 65),),
        left_out=replace(found.left_out, unnoticed=3),
    )


def none_at_all() -> Bulletin:
    found = bulletin_of([])
    return replace(
        found,
        months=(),
        still_open=StillOpen(0, 0, None, None),
        averages=(),
        funnel=None,
        returns=Returns(None, None, None),
        transit=(),
        delays=(),
        gaps=None,
        delivery=Delivery(None, ()),
        sensitivity=(),
        left_out=LeftOut(0, 0, 0, 0, 0, 0),
        caveats=(),
        colophon=Colophon(),
    )


def four_hundred() -> Bulletin:
    found = bulletin_of(ordinary_rows(400))
    ways = found.sensitivity
    many = tuple(Overturned(f"Provider {i:03d}", "lax", "cannot_be_told") for i in range(30))
    return replace(
        found,
        sensitivity=(*ways[:2], replace(ways[2], overturned=many)),
        transit=tuple(TransitRow(f"X{chr(65 + i)}", "NL", 60 - i) for i in range(20)),
    )


def unkind_names() -> Bulletin:
    rows = [
        row(f"provider-{i:03d}", 900 - 70 * i, name=name, **_story(i))  # type: ignore[arg-type]
        for i, name in enumerate(UNKIND)
    ]
    return bulletin_of(rows)


def nothing_removed() -> Bulletin:
    rows = [
        row(
            f"provider-{i:03d}", 60 + i, in_time=0, undecided=0, pending=0.2, ended=0,
            verdict="lax", because="possibly_high_below_floor", name=f"Provider {i:03d}",
        )
        for i in range(4)
    ]  # fmt: skip
    found = bulletin_of(rows)
    n = found.measured.n
    none = Share(0.0, 0.0, 0.02, n)
    curve = CurveLine(
        None, n, (Mass(400, float("inf"), 1.0),), (HourShare(24, none), HourShare(48, none)),
        None, None,
    )  # fmt: skip
    return replace(
        found,
        curve=replace(curve, readings=()),
        provider_curves=(),
        headline=replace(found.headline, in_time=none, within_48h=none, surely=0.0),
        returns=Returns(None, None, None),
        transit=(TransitRow("NL", None, 30), TransitRow(None, "NL", 20)),
    )


def observed() -> Bulletin:
    return bulletin_of(ordinary_rows(), clock=OBSERVED)


def what_if() -> Bulletin:
    clock = replace(
        COVENANT, id="nl-act-2024", norm_hours=12.0, what_if=True, verdicts=False,
        title=Text(nl="Wet 2024: 12 uur na bevel", en="Act 2024: 12 hours from order"),
    )  # fmt: skip
    found = bulletin_of(ordinary_rows(), clock=clock)
    curve = None if found.curve is None else replace(found.curve, p50_hours=None)
    measured = replace(found.measured, provisional=False, final_from=None)
    return replace(found, curve=curve, measured=measured, transit=(TransitRow("NL", None, 900),))


def another_way() -> Bulletin:
    """The way of measuring changed, conduct is on record, and some things were never looked at."""
    rows = ordinary_rows()
    rows = [replace(r, proposed="wrong") if r.verdict == "lax" and i < 9 else r
            for i, r in enumerate(rows)]  # fmt: skip
    rows[3] = replace(rows[3], proposed="wrong")
    found = bulletin_of(rows)
    assert found.funnel is not None
    chance = tuple(replace(limit, low_998=0.6, high_998=0.8) for limit in found.funnel.limits)
    return replace(
        found,
        breaks=(
            Break(date(2025, 11, 30), BreakKind.SOURCE, ARABIC),
            Break(date(2025, 1, 1), BreakKind.CHECKER, ""),
            Break(date(2025, 5, 12), BreakKind.SAMPLING, "a tenth drawn by lot " + MARKUP),
            Break(date(2025, 5, 20), BreakKind.RULE, LONG),
            Break(date(2024, 5, 20), BreakKind.RULE, "before the period"),
        ),
        funnel=replace(found.funnel, overdispersion=138.9, by_chance=chance),
        still_open=replace(found.still_open, unlooked=31),
        delivery=replace(
            found.delivery,
            rows=(
                *found.delivery.rows,
                DeliveryRow("behind a front", 9, 1, 8, 0, 0, 0, undeliverable=8, provider="front"),
            ),
        ),
    )


def coded_names() -> Bulletin:
    found = bulletin_of(ordinary_rows(60))
    rows = tuple(
        TransitRow(server, seat, 400 - 90 * i, seats)
        for i, (server, seat, seats) in enumerate(
            [("NL", "NL", 50), ("NL", "XB", 6), ("NL", "XC", 2), ("XC", "XC", 2)]
        )
    )
    return coded(replace(found, transit=rows, caveats=()), np.random.default_rng(7))[0]


def few_coded() -> Bulletin:
    rows = (TransitRow("NL", "NL", 400, 1), TransitRow("NL", "XB", 60, 1))
    found = bulletin_of([row("p1", 90, name=LONG), row("p2", 70, name=ARABIC)])
    exact = replace(found.headline, surely=0.76, possibly=0.76)
    told = replace(found, transit=rows, caveats=(), headline=exact)
    return coded(told, np.random.default_rng(7))[0]


def one_month() -> Bulletin:
    found = bulletin_of(ordinary_rows())
    months = (MonthPoint(2025, 3, found.measured.n, share(0.7, found.measured.n)),)
    period = replace(
        found.measured, period_from=date(2025, 3, 1), period_before=date(2025, 4, 1)
    )  # fmt: skip
    return replace(
        found, measured=period, months=months, transit=(TransitRow(None, "NL", 900),),
        breaks=tuple(Break(date(2025, 3, 5 + k), BreakKind.RULE, f"step {k}") for k in range(7)),
    )  # fmt: skip


def all_unknown() -> Bulletin:
    """Nothing was looked at, no country, no delivery, no delay is known."""
    rows = [
        row(
            f"provider-{i:03d}", 60 + i, in_time=0, undecided=1, pending=0, ended=0,
            verdict="unmeasurable", because="ours", name=f"Provider {i:03d}",
        )
        for i in range(4)
    ]  # fmt: skip
    rows = [
        replace(r, surely_in_time=0.0, possibly_in_time=1.0, in_time=None, within_24h=None,
                within_48h=None, over_48h=None, still_open=r.n, p50_hours=None, p90_hours=None)
        for r in rows
    ]  # fmt: skip
    found = bulletin_of(rows)
    n = found.measured.n
    return replace(
        found,
        measured=replace(found.measured, sites=None),
        headline=replace(found.headline, surely=0.0, possibly=1.0, in_time=None,
                         within_48h=None, judged=0),
        curve=None,
        provider_curves=(),
        months=tuple(MonthPoint(2025, m, 20 * (m == 6), None) for m in range(1, 13)),
        still_open=StillOpen(n, n, 4000.0, 8000.0, (HoursBin(0, 24, 0), HoursBin(24, None, n)), n),
        averages=(AverageRow(False, None, None), AverageRow(True, None, None)),
        funnel=None,
        polarisation=None,
        returns=Returns(None, None, None),
        transit=(TransitRow(None, None, n),),
        delays=tuple(DelayRow(w, 0, n, None, None) for w in ("hotline", "transport")),
        gaps=None,
        delivery=Delivery(DeliveryRow("", n, 0, 0, 0, n, 0), ()),
    )  # fmt: skip


SAMPLES = {
    "dull": dull,
    "one provider": one_provider,
    "none at all": none_at_all,
    "four hundred providers": four_hundred,
    "unkind names": unkind_names,
    "nothing removed": nothing_removed,
    "observed, no verdicts": observed,
    "what if": what_if,
    "another way of measuring": another_way,
    "coded names": coded_names,
    "two coded names": few_coded,
    "one month": one_month,
    "all unknown": all_unknown,
}
