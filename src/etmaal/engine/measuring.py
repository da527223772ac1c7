"""The bulletin's sections on how well it was measured, and what the edition was made from."""

from typing import Any

from etmaal.core.figures import OVERALL
from etmaal.engine.chosen import known, observed, verdict_counts
from etmaal.engine.findings import Findings
from etmaal.engine.rows import GAP_EDGES
from etmaal.engine.rows import gaps as gap_rows
from etmaal.engine.verdicts import SensitivityRow as Way
from etmaal.letters import values


def delays(found: Findings) -> tuple[values.DelayRow, ...]:
    episodes = int(found.total["episodes"][0])
    rows = []
    for which in ("hotline", "transport"):
        median, n = observed(found, f"{which}_delay_p50_hours")
        ninth, _ = observed(found, f"{which}_delay_p90_hours")
        rows.append(values.DelayRow(which, n, episodes - n, median, ninth))
    n = int(found.total["n"][0])
    rows.append(
        values.DelayRow(
            "provider",
            n,
            None,
            known(found.overall.p50_hours[0]) if n else None,
            known(found.overall.p90_hours[0]) if n else None,
        )
    )
    return tuple(rows)


def gaps(found: Findings) -> values.Gaps | None:
    looks = int(found.gaps.looks.sum())
    if not looks:
        return None
    norm_minutes = found.question.policy.norm.total_seconds() / 60
    bins = {edge: 0 for edge in GAP_EDGES}
    for provider, from_hours, _, count in gap_rows(found):
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


def delivery(found: Findings) -> values.Delivery:
    rows = [_delivery_row(found, k, name) for k, name in enumerate(found.names)]
    amiss = [
        r
        for r in rows
        if r is not None and (r.bounced or r.refused or r.undeliverable or r.obstructed)
    ]
    return values.Delivery(total=_delivery_row(found, 0, OVERALL), rows=tuple(amiss))


def _delivery_row(found: Findings, k: int, provider: str) -> values.DeliveryRow | None:
    states = {
        word: observed(found, f"delivery_{word}", provider)
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
        undeliverable=int(counts["undeliverable"][k]),
        provider=None if provider == OVERALL else provider,
        **{word: int(value or 0) for word, (value, _) in states.items()},
    )


def sensitivity(found: Findings) -> tuple[values.SensitivityRow, ...]:
    """Every way of counting, over all providers, and whose verdict it would change."""
    by_way: dict[str, list[Way]] = {}
    for row in found.verdicts.sensitivity:
        by_way.setdefault(row.variant.value, []).append(row)
    rows = []
    for variant, ways in by_way.items():
        n = sum(way.n for way in ways)
        words = [way.found.verdict for way in ways if way.found is not None]
        overturned = tuple(
            values.Overturned(found.profiles[way.provider].name, was, becomes, way.provider)
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
                counts=verdict_counts(words) if words else None,
                overturned=overturned,
            )
        )
    return tuple(rows)


def _weighted(ways: list[Way], n: int, which: str) -> float | None:
    """Put the providers' counted shares together again: they are parts of one whole."""
    if not n:
        return None
    hits = sum(way.n * (getattr(way, which) or 0.0) for way in ways)
    return known(round(hits) / n)


def left_out(found: Findings, content: dict[str, Any]) -> values.LeftOut:
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


def versions(content: dict[str, Any]) -> values.Versions:
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
