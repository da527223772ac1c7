"""From an edition's findings to the bulletin's values: nothing is computed here, only chosen."""

from datetime import date
from typing import Any

import numpy as np

from etmaal.charts.curves import Mass
from etmaal.core.figures import OVERALL
from etmaal.core.periods import moment
from etmaal.core.verdicts import Verdict
from etmaal.definitions import loader
from etmaal.definitions.values import Group
from etmaal.engine.beside import averages, concentration, funnel, polarisation
from etmaal.engine.caveats import caveats
from etmaal.engine.estimates import Estimates, Intervals
from etmaal.engine.findings import Findings
from etmaal.engine.rows import GAP_EDGES, gaps
from etmaal.engine.verdicts import SensitivityRow as Way
from etmaal.engine.writing import rounded
from etmaal.letters import values

SHOWN_CURVES = 6


def bulletin_of(found: Findings, content: dict[str, Any]) -> values.Bulletin:
    """Return what the bulletin of an edition shows.

    Args:
        found: the edition's findings.
        content: what ``edition.json`` says, for versions and inputs.
    """
    return values.Bulletin(
        measured=_measured(found),
        floors=found.question.floors,
        headline=_headline(found),
        providers=tuple(_provider(found, k) for k in range(len(found.names))),
        curve=_curve(found.overall, 0, None, int(found.total["n"][0])),
        provider_curves=_provider_curves(found),
        months=_months(found),
        still_open=_still_open(found),
        averages=averages(found),
        concentration=concentration(found),
        funnel=funnel(found),
        polarisation=polarisation(found),
        returns=_returns(found),
        transit=_transit(found),
        delays=_delays(found),
        gaps=_gaps(found),
        delivery=_delivery(found),
        sensitivity=_sensitivity(found),
        left_out=_left_out(found, content),
        caveats=caveats(found),
        versions=_versions(content),
        colophon=values.Colophon(),
    )


def _measured(found: Findings) -> values.Measured:
    policy = found.question.policy
    return values.Measured(
        period_from=found.period.from_date,
        period_before=found.period.before_date,
        as_of=moment(found.as_of),
        provisional=found.provisional,
        final_from=moment(found.settled_at),
        clock=values.Clock(
            id=policy.id,
            version=policy.version,
            title=loader.definition(Group.CLOCKS, policy.id).title,
            start=policy.start.value,
            norm_hours=policy.norm.total_seconds() / 3600,
            verdicts=policy.verdicts,
        ),
        n=int(found.total["n"][0]),
        episodes=int(found.total["episodes"][0]),
        items=int(found.total["items"][0]),
        sites=found.marks["sites"] or None,
        providers=len(found.provider_numbers()),
    )


def share(part: Intervals, k: int, n: int) -> values.Share | None:
    """Return one estimated share with its interval, None where there are no rows."""
    if n == 0 or not np.isfinite(part.value[k]):
        return None
    value, low, high = (float(rounded(x[k])) for x in (part.value, part.low, part.high))
    return values.Share(value, max(min(low, value), 0.0), min(max(high, value), 1.0), n)


def _known(hours: float) -> float | None:
    number: float | None = rounded(hours)
    return number


def _headline(found: Findings) -> values.Headline:
    n = int(found.total["n"][0])
    held = found.bounds_overall
    judging = found.question.policy.verdicts
    words = [f.verdict for f in found.verdicts.findings.values()]
    return values.Headline(
        surely=_known(held.surely.value[0]) if n else None,
        possibly=_known(held.possibly.value[0]) if n else None,
        in_time=share(found.overall.in_time, 0, n),
        within_48h=share(found.overall.within[48.0], 0, n),
        counts=_verdict_counts(words) if judging else None,
        judged=found.verdicts.judged if judging else None,
        expected_false_lax=found.verdicts.expected_false_lax if judging else None,
    )


def _verdict_counts(words: list[Verdict]) -> values.VerdictCounts:
    return values.VerdictCounts(**{word.value: words.count(word) for word in Verdict})


def _provider(found: Findings, k: int) -> values.ProviderRow:
    whole, made, name = found.whole, found.estimates, found.names[k]
    n = int(whole["n"][k])
    judged = found.verdicts.findings.get(name)
    counted = {
        key: int(whole[key][k])
        for key in (
            "episodes", "items", "sites", "still_open", "start_unknown", "undeliverable",
            "not_noticed", "gone_before_start", "withdrawn", "wrong_addressee", "returned",
        )
    }  # fmt: skip
    return values.ProviderRow(
        provider=name,
        name=found.profiles[name].name,
        n=n,
        surely_in_time=_known(found.bounds.surely.value[k]) if n else None,
        possibly_in_time=_known(found.bounds.possibly.value[k]) if n else None,
        in_time=share(made.in_time, k, n),
        within_24h=share(made.within[24.0], k, n),
        within_48h=share(made.within[48.0], k, n),
        over_48h=share(made.over_48h, k, n),
        p50_hours=_known(made.p50_hours[k]) if n else None,
        p90_hours=_known(made.p90_hours[k]) if n else None,
        in_time_n=int(whole["in_time"][k]),
        late_n=int(whole["late"][k]),
        ended_n=int(whole["ended"][k]),
        undecided_n=int(whole["undecided"][k]),
        pending_n=int(whole["pending"][k]),
        effective_n=_known(found.bounds.surely.effective_n[k]) if n else None,
        share_of_volume=counted["episodes"] / int(found.total["episodes"][0]),
        verdict=None if judged is None else judged.verdict.value,
        because=None if judged is None else judged.because,
        **counted,
    )


def _curve(made: Estimates, group: int, name: str | None, n: int) -> values.CurveLine | None:
    if n == 0:
        return None
    held = made.masses
    mine = (held.group == group) & (held.cause == 0) & np.isfinite(held.by)
    masses = [
        Mass(float(rounded(a)), float(rounded(b)), float(rounded(m)))
        for a, b, m in zip(held.after[mine], held.by[mine], held.mass[mine], strict=True)
        if rounded(m) > 0
    ]
    readings = [
        values.HourShare(hours, found)
        for hours in sorted(made.within)
        if (found := share(made.within[hours], group, n)) is not None
    ]
    return values.CurveLine(
        name=name,
        n=n,
        masses=tuple(masses),
        readings=tuple(readings),
        p50_hours=_known(made.p50_hours[group]),
        p90_hours=_known(made.p90_hours[group]),
    )


def _provider_curves(found: Findings) -> tuple[values.CurveLine, ...]:
    """The curves of the providers with most rows, in the order of their ids."""
    n = found.whole["n"]
    largest = sorted(found.provider_numbers(), key=lambda k: (-int(n[k]), k))[:SHOWN_CURVES]
    lines = [
        _curve(found.estimates, k, found.profiles[found.names[k]].name, int(n[k]))
        for k in sorted(largest)
    ]
    return tuple(line for line in lines if line is not None)


def _months(found: Findings) -> tuple[values.MonthPoint, ...]:
    n = found.monthly["n"].sum(axis=0)

    def point(m: int, month: date) -> values.MonthPoint:
        part = share(found.by_month_overall.in_time, m, int(n[m]))
        return values.MonthPoint(month.year, month.month, int(n[m]), part)

    return tuple(point(m, month) for m, month in enumerate(found.months))


def _observed(found: Findings, indicator: str, provider: str = OVERALL) -> tuple[float | None, int]:
    for m in found.measured:
        if (m.indicator, m.provider) == (indicator, provider):
            return rounded(m.value), m.n
    return None, 0


def _still_open(found: Findings) -> values.StillOpen:
    return values.StillOpen(
        count=int(found.total["still_open"][0]),
        n=int(found.total["n"][0]),
        p50_hours=_observed(found, "open_age_p50_hours")[0],
        p90_hours=_observed(found, "open_age_p90_hours")[0],
    )


def _returns(found: Findings) -> values.Returns:
    def part(indicator: str) -> values.Part | None:
        value, n = _observed(found, indicator)
        return values.Part(round(value * n), n) if value is not None and n else None

    episodes = int(found.total["episodes"][0])
    return values.Returns(
        returned=values.Part(int(found.total["returned"][0]), episodes) if episodes else None,
        recirculated=part("recirculation"),
        known_before=part("known_before"),
    )


def _transit(found: Findings) -> tuple[values.TransitRow, ...]:
    """Server country by seat; the sources are added up here and kept apart in the file."""
    sums: dict[tuple[str, str], int] = {}
    for row in found.transit:
        key = (row.server_country, row.seat_country)
        sums[key] = sums.get(key, 0) + row.episodes
    known = {k: v for k, v in sums.items() if k != ("unknown", "unknown")}
    if not known:
        return ()
    return tuple(
        values.TransitRow(
            server_country=None if server == "unknown" else server,
            seat_country=None if seat == "unknown" else seat,
            episodes=episodes,
        )
        for (server, seat), episodes in sorted(sums.items(), key=lambda kv: (-kv[1], kv[0]))
    )


def _delays(found: Findings) -> tuple[values.DelayRow, ...]:
    episodes = int(found.total["episodes"][0])
    rows = []
    for which in ("hotline", "transport"):
        median, n = _observed(found, f"{which}_delay_p50_hours")
        ninth, _ = _observed(found, f"{which}_delay_p90_hours")
        rows.append(values.DelayRow(which, n, episodes - n, median, ninth))
    n = int(found.total["n"][0])
    rows.append(
        values.DelayRow(
            "provider",
            n,
            None,
            _known(found.overall.p50_hours[0]) if n else None,
            _known(found.overall.p90_hours[0]) if n else None,
        )
    )
    return tuple(rows)


def _gaps(found: Findings) -> values.Gaps | None:
    looks = int(found.gaps.looks.sum())
    if not looks:
        return None
    norm_minutes = found.question.policy.norm.total_seconds() / 60
    bins = {edge: 0 for edge in GAP_EDGES}
    for provider, from_hours, _, count in gaps(found):
        if provider == OVERALL:
            bins[from_hours] = count
    edges = [*GAP_EDGES, None]
    return values.Gaps(
        n=looks,
        over_norm=int(found.gaps.looks[found.gaps.minutes > norm_minutes].sum()),
        p50_hours=found.gaps.quantile(0.5),
        p90_hours=found.gaps.quantile(0.9),
        bins=tuple(
            values.HoursBin(edge, edges[k + 1], bins[edge]) for k, edge in enumerate(GAP_EDGES)
        ),
    )


def _delivery(found: Findings) -> values.Delivery:
    rows = [_delivery_row(found, k, name) for k, name in enumerate(found.names)]
    amiss = [r for r in rows if r is not None and (r.bounced or r.refused or r.obstructed)]
    return values.Delivery(total=_delivery_row(found, 0, OVERALL), rows=tuple(amiss))


def _delivery_row(found: Findings, k: int, provider: str) -> values.DeliveryRow | None:
    states = {
        word: _observed(found, f"delivery_{word}", provider)
        for word in ("accepted", "bounced", "refused", "unknown")
    }
    notices = states["accepted"][1]
    if not notices:
        return None
    counts = found.total if provider == OVERALL else found.whole
    return values.DeliveryRow(
        name="" if provider == OVERALL else found.profiles[provider].name,
        notices=notices,
        obstructed=int(counts["obstructed"][k]),
        **{word: int(value or 0) for word, (value, _) in states.items()},
    )


def _sensitivity(found: Findings) -> tuple[values.SensitivityRow, ...]:
    """Every way of counting, over all providers, and whose verdict it would change."""
    by_way: dict[str, list[Way]] = {}
    for row in found.verdicts.sensitivity:
        by_way.setdefault(row.variant.value, []).append(row)
    rows = []
    for variant, ways in by_way.items():
        n = sum(way.n for way in ways)
        words = [way.found.verdict for way in ways if way.found is not None]
        overturned = tuple(
            values.Overturned(found.profiles[way.provider].name, was, becomes)
            for way in ways
            if way.found is not None
            and (was := found.verdicts.findings[way.provider].verdict.value)
            != (becomes := way.found.verdict.value)
        )
        rows.append(
            values.SensitivityRow(
                variant=variant,
                n=n,
                surely=_weighted(ways, n, "surely"),
                possibly=_weighted(ways, n, "possibly"),
                counts=_verdict_counts(words) if words else None,
                overturned=overturned,
            )
        )
    return tuple(rows)


def _weighted(ways: list[Way], n: int, which: str) -> float | None:
    """Put the providers' counted shares together again: they are parts of one whole."""
    if not n:
        return None
    hits = sum(way.n * (getattr(way, which) or 0.0) for way in ways)
    return _known(round(hits) / n)


def _left_out(found: Findings, content: dict[str, Any]) -> values.LeftOut:
    total = found.total
    aside = found.left_aside
    return values.LeftOut(
        **{
            state: int(total[state][0])
            for state in (
                "start_unknown", "undeliverable", "not_noticed", "gone_before_start",
                "withdrawn", "wrong_addressee", "disputed",
            )
        },
        copies=aside["copies_to_others_than_hosts"],
        unnoticed=aside["items_looked_at_without_notice"],
        after_as_of=sum(n for name, n in aside.items() if name.endswith("_after_as_of")),
        rejected=tuple(
            values.RejectedRows(table, said["read"], said["rejected"])
            for table, said in sorted(content["inputs"].items())
            if said["rejected"]
        ),
    )  # fmt: skip


def _versions(content: dict[str, Any]) -> values.Versions:
    versions = content["definitions"]["versions"]
    return values.Versions(
        code=content["code"],
        snapshot=content["snapshot"]["sha256"],
        seed=content["seed"],
        definitions=tuple(
            values.DefinitionVersion(group, name, version)
            for group in sorted(versions)
            for name, version in sorted(versions[group].items())
        ),
        inputs=tuple(
            values.InputFile(said["file"], said["sha256"], said["read"])
            for _, said in sorted(content["inputs"].items())
            if said["file"]
        ),
    )
