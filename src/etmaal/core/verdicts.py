"""The verdict on a provider: which word the bounds, the numbers and the evidence allow.

Rules propose and people decide; whatever is in doubt counts for nobody's guilt.
"""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The five words. `wrong` is a proposal beside them, confirmed by a person."""

    MEETS = "meets"
    CANNOT_BE_TOLD = "cannot_be_told"
    LAX = "lax"
    UNMEASURABLE = "unmeasurable"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Floors:
    """What a verdict needs; fixed in the definitions, with reasons, before the data are seen.

    ``floor`` and ``unmeasurable_above`` are fractions of 1; ``tail`` is the probability left
    outside each one-sided bound (0.005 for 99.5 %); ``far_days`` is how many days a routing
    table may lie from the look it attributes before no verdict rests on it.
    """

    id: str
    version: int
    floor: float
    smallest_n: int
    smallest_effective_n: float
    unmeasurable_above: float
    tail: float
    far_days: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one provider over one edition's whole period.

    Args:
        episodes: all surely attributed episodes, those outside ``n`` included.
        n: items under the norm whose attribution is sure; no other row bears a verdict.
        n_all: items under the norm, unsure attributions included.
        effective_n: the smaller G_eff of the clusterings.
        surely_low: one-sided lower bound of the share surely in time.
        possibly_high: one-sided upper bound of the share possibly in time.
        unmeasured: episodes with no deliverable notice, or in ``n`` without a usable look.
        unmeasured_by_them: those of them with evidence of refusal or obstruction.
        conduct: episodes with an evidenced refusal or obstruction, measured or not.
        overturned_by: names of the sensitivity variants under which ``lax`` does not hold.
    """

    episodes: int
    n: int
    n_all: int
    effective_n: float
    surely_low: float
    possibly_high: float
    unmeasured: int = 0
    unmeasured_by_them: int = 0
    conduct: int = 0
    overturned_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """The word, what stands behind it, and whether `wrong` (*fout*) is proposed to a person."""

    verdict: Verdict
    because: str
    wrong_proposed: bool


def finding(evidence: Evidence, floors: Floors) -> Finding:
    """Judge one provider: the first rule of `design.md` 5 that fits gives the word.

    Returns:
        ``because`` is ``ours`` or ``theirs`` for `unmeasurable`, ``few_sites``, ``attribution``,
        the overturning variants or ``between_bounds`` for `cannot_be_told`, and otherwise the
        rule's own words.
    """
    verdict, because = _word(evidence, floors)
    wrong = evidence.conduct > 0 and (
        verdict is Verdict.LAX or (verdict is Verdict.UNMEASURABLE and because == "theirs")
    )
    return Finding(verdict, because, wrong)


def _word(e: Evidence, floors: Floors) -> tuple[Verdict, str]:
    many = floors.unmeasurable_above * e.episodes
    if e.unmeasured > many:
        return Verdict.UNMEASURABLE, "theirs" if e.unmeasured_by_them > many else "ours"
    if e.n_all < floors.smallest_n:
        return Verdict.TOO_FEW, "smallest_n"
    if e.n < floors.smallest_n:
        return Verdict.CANNOT_BE_TOLD, "attribution"
    if e.effective_n < floors.smallest_effective_n:
        return Verdict.CANNOT_BE_TOLD, "few_sites"
    if e.surely_low >= floors.floor:
        return Verdict.MEETS, "surely_low_at_or_above_floor"
    if e.possibly_high < floors.floor:
        if e.overturned_by:
            return Verdict.CANNOT_BE_TOLD, "overturned_by:" + "+".join(e.overturned_by)
        return Verdict.LAX, "possibly_high_below_floor"
    return Verdict.CANNOT_BE_TOLD, "between_bounds"
