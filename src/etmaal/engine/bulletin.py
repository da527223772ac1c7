"""From an edition's findings to the bulletin's values: nothing is computed here, only chosen."""

from collections import Counter
from typing import Any

from etmaal.core.periods import moment
from etmaal.definitions import loader
from etmaal.definitions.values import Group
from etmaal.engine.beside import averages, concentration, funnel, polarisation
from etmaal.engine.caveats import caveats
from etmaal.engine.chosen import anything_told, known, observed, share, verdict_counts
from etmaal.engine.course import curve, months, provider_curves, still_open
from etmaal.engine.findings import Findings
from etmaal.engine.measuring import delays, delivery, gaps, left_out, sensitivity, versions
from etmaal.letters import values


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
        curve=curve(found.overall, 0, int(found.total["n"][0])) if anything_told(found) else None,
        provider_curves=provider_curves(found),
        months=months(found),
        still_open=still_open(found),
        averages=averages(found),
        concentration=concentration(found),
        funnel=funnel(found),
        polarisation=polarisation(found),
        returns=_returns(found),
        transit=_transit(found),
        delays=delays(found),
        gaps=gaps(found),
        delivery=delivery(found),
        sensitivity=sensitivity(found),
        left_out=left_out(found, content),
        caveats=caveats(found),
        versions=versions(content),
        colophon=values.Colophon(),
        breaks=found.breaks,
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


def _headline(found: Findings) -> values.Headline:
    n = int(found.total["n"][0])
    held = found.bounds_overall
    judging = found.question.policy.verdicts
    words = [f.verdict for f in found.verdicts.findings.values()]
    told = n if anything_told(found) else 0
    return values.Headline(
        surely=known(held.surely.value[0]) if n else None,
        possibly=known(held.possibly.value[0]) if n else None,
        in_time=share(found.overall.in_time, 0, told),
        within_48h=share(found.overall.within[48.0], 0, told),
        counts=verdict_counts(words) if judging else None,
        judged=found.verdicts.judged if judging else None,
        expected_false_lax=found.verdicts.expected_false_lax if judging else None,
    )


def _provider(found: Findings, k: int) -> values.ProviderRow:
    whole, made, name = found.whole, found.estimates, found.names[k]
    n = int(whole["n"][k])
    told = n if anything_told(found, k) else 0
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
        surely_in_time=known(found.bounds.surely.value[k]) if n else None,
        possibly_in_time=known(found.bounds.possibly.value[k]) if n else None,
        in_time=share(made.in_time, k, told),
        within_24h=share(made.within[24.0], k, told),
        within_48h=share(made.within[48.0], k, told),
        over_48h=share(made.over_48h, k, told),
        p50_hours=known(made.p50_hours[k]) if n else None,
        p90_hours=known(made.p90_hours[k]) if n else None,
        in_time_n=int(whole["in_time"][k]),
        late_n=int(whole["late"][k]),
        ended_n=int(whole["ended"][k]),
        undecided_n=int(whole["undecided"][k]),
        pending_n=int(whole["pending"][k]),
        effective_n=known(found.bounds.surely.effective_n[k]) if n else None,
        share_of_volume=counted["episodes"] / int(found.total["episodes"][0]),
        verdict=None if judged is None else judged.verdict.value,
        because=None if judged is None else judged.because,
        proposed="wrong" if judged is not None and judged.wrong_proposed else None,
        **counted,
    )


def _returns(found: Findings) -> values.Returns:
    def part(indicator: str) -> values.Part | None:
        value, n = observed(found, indicator)
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
    seats = Counter(found.profiles[found.names[k]].seat_country for k in found.provider_numbers())
    return tuple(
        values.TransitRow(
            server_country=None if server == "unknown" else server,
            seat_country=None if seat == "unknown" else seat,
            episodes=episodes,
            seats=None if seat == "unknown" else seats[seat],
        )
        for (server, seat), episodes in sorted(sums.items(), key=lambda kv: (-kv[1], kv[0]))
    )
