"""What a reader of the bulletin must know before using a figure: chosen by the numbers."""

from collections.abc import Iterator

import numpy as np

from etmaal.core.history import FRONT, UNRESOLVED
from etmaal.core.verdicts import Verdict
from etmaal.engine.bounds import Variant
from etmaal.engine.findings import Findings
from etmaal.engine.writing import rounded
from etmaal.letters.values import Caveat, CaveatCode, Section

DOMINANT = 0.5  # from this part of all, one provider or site makes the whole
WIDE_GAP = 0.25  # of the norm: from this typical gap on, many windows straddle it
_OF_CURVES = {
    CaveatCode.NO_CURVE: "no_curve",
    CaveatCode.CURVE_BEGINS_LATE: "curve_begins_late",
    CaveatCode.CURVE_ENDS_EARLY: "curve_ends_early",
}
PILED = 0.4  # of the gaps lie within an hour of one length: looks pile up at its multiples


def caveats(found: Findings) -> tuple[Caveat, ...]:
    """Return the caveats that the edition's numbers call for, in the order of the page."""
    return tuple(
        [
            *_of_clock(found), *_of_looks(found), *_of_attribution(found), *_of_size(found),
            *_of_sites(found),
        ]
    )  # fmt: skip


def _of_clock(found: Findings) -> Iterator[Caveat]:
    n, episodes = int(found.total["n"][0]), int(found.total["episodes"][0])
    late, unknown = found.marks["late_entries"], int(found.total["start_unknown"][0])
    if late:
        yield Caveat(CaveatCode.LATE_ENTRY, Section.CURVES, count=late, of=n)
    for code, mark in _OF_CURVES.items():
        if providers := found.marks[mark]:
            of = found.marks["providers_with_items"]
            yield Caveat(code, Section.CURVES, count=providers, of=of)
    if unknown:
        yield Caveat(CaveatCode.START_UNKNOWN, Section.LEFT_OUT, count=unknown, of=episodes)
    if recent := found.still_open.recent:
        yield Caveat(CaveatCode.RECENT, Section.HEADLINE, count=recent, of=n)


def _of_looks(found: Findings) -> Iterator[Caveat]:
    n = int(found.total["n"][0])
    median = found.gaps.quantile(0.5)
    norm = found.question.policy.norm.total_seconds() / 3600
    if median is not None and median >= WIDE_GAP * norm:
        yield Caveat(CaveatCode.CHECK_GAPS, Section.HEADLINE, hours=median)
        near = np.abs(found.gaps.minutes - median * 60) <= 60
        if found.gaps.looks[near].sum() >= PILED * found.gaps.looks.sum():
            yield Caveat(CaveatCode.PILE_UP, Section.CURVES, hours=median)
    if masked := found.marks["masked_looks"]:
        yield Caveat(CaveatCode.OUTAGES, Section.GAPS, count=masked)
    if unlooked := int(found.total["unlooked"][0]):
        yield Caveat(CaveatCode.NO_LOOK, Section.OUTCOMES, count=unlooked, of=n)
    if pages := int(found.total["pages"][0]):
        share = rounded(pages / n)
        yield Caveat(CaveatCode.PAGES, Section.OUTCOMES, count=pages, of=n, share=share)


def _of_attribution(found: Findings) -> Iterator[Caveat]:
    n, episodes = int(found.total["n"][0]), int(found.total["episodes"][0])
    if unsure := int(found.total["unsure"][0]):
        days = found.question.floors.far_days
        yield Caveat(
            CaveatCode.FAR_ATTRIBUTION, Section.PROVIDERS, count=unsure, of=episodes, days=days
        )
    for nobody, code in ((UNRESOLVED, CaveatCode.UNRESOLVED), (FRONT, CaveatCode.FRONT)):
        if nobody in found.names:
            count = int(found.whole["episodes"][found.names.index(nobody)])
            yield Caveat(code, Section.PROVIDERS, count=count, of=episodes)
    if shared := int(found.total["shared"][0]):
        yield Caveat(CaveatCode.SHARED, Section.PROVIDERS, count=shared, of=episodes)
    if disputed := int(found.total["disputed"][0]):
        yield Caveat(CaveatCode.DISPUTED, Section.PROVIDERS, count=disputed, of=episodes)
    if moved := int(found.total["reassigned"][0]):
        share = rounded(moved / n)
        yield Caveat(CaveatCode.REASSIGNED, Section.PROVIDERS, count=moved, of=n, share=share)


def _of_size(found: Findings) -> Iterator[Caveat]:
    n, episodes = int(found.total["n"][0]), int(found.total["episodes"][0])
    mine = found.provider_numbers()
    if mine:
        largest = max(mine, key=lambda k: (int(found.whole["episodes"][k]), -k))
        part = int(found.whole["episodes"][largest]) / episodes
        if part >= DOMINANT:
            whose = found.names[largest]
            for section in (Section.HEADLINE, Section.AVERAGES):
                yield Caveat(
                    CaveatCode.DOMINANT_PROVIDER, section, share=rounded(part), of=episodes,
                    name=found.profiles[whose].name, provider=whose,
                )  # fmt: skip
    if bare := found.marks["without_site"]:
        yield Caveat(CaveatCode.SITE_UNKNOWN, Section.INTERVALS, count=bare, of=n)


def _of_sites(found: Findings) -> Iterator[Caveat]:
    """Yield where a provider was given a word and one site makes most of it."""
    rows = {(row.provider, row.variant): row for row in found.verdicts.sensitivity}
    for provider, judged in found.verdicts.findings.items():
        if judged.verdict not in (Verdict.MEETS, Verdict.LAX):
            continue
        n = rows[provider, Variant.SURE].n
        part = 1 - rows[provider, Variant.DOMINANT_SITE].n / n
        if part >= DOMINANT:
            yield Caveat(
                CaveatCode.DOMINANT_SITE, Section.INTERVALS, share=rounded(part), of=n,
                name=found.profiles[provider].name, provider=provider,
            )  # fmt: skip
