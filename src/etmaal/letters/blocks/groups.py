"""In which group a provider stands, and in which order: by verdict and name, never by rank."""

from itertools import groupby

from etmaal.core.history import FRONT, UNRESOLVED
from etmaal.core.verdicts import Verdict
from etmaal.letters.values import Bulletin, ProviderRow
from etmaal.letters.writing import Writing

NOT_JUDGED = "not_judged"
GROUPS = (
    Verdict.MEETS.value,
    Verdict.CANNOT_BE_TOLD.value,
    Verdict.LAX.value,
    Verdict.UNMEASURABLE.value,
    Verdict.TOO_FEW.value,
    NOT_JUDGED,
)
CLASSES = (UNRESOLVED, FRONT)
BETWEEN_BOUNDS = "between_bounds"

_SAID_BY_GROUP = ("surely_low_at_or_above_floor", "possibly_high_below_floor", "smallest_n")


def group_of(b: Bulletin, row: ProviderRow) -> str:
    """Return the group of a row; under a clock without verdicts there is one for all."""
    if not b.judges or row.verdict is None or row.provider in CLASSES:
        return NOT_JUDGED
    return row.verdict


def ordered(b: Bulletin, w: Writing) -> list[ProviderRow]:
    """Return the rows by group, then by name; the classes of the unknown last."""
    return sorted(
        b.providers,
        key=lambda row: (
            row.provider in CLASSES,
            GROUPS.index(group_of(b, row)),
            place(row, w),
        ),
    )


def place(row: ProviderRow, w: Writing) -> tuple[int, str, str]:
    """Return where a row stands among others: by name, then by id."""
    if row.provider in CLASSES or not w.named(row.name):
        return (0, w.name(row).casefold(), row.provider)
    return (*w.place(row.name), row.provider)


def grouped(b: Bulletin, w: Writing) -> list[tuple[str, list[ProviderRow]]]:
    """Return the ordered rows under their groups, without empty groups."""
    rows = ordered(b, w)
    return [(key, list(found)) for key, found in groupby(rows, key=lambda r: group_of(b, r))]


def because(b: Bulletin, row: ProviderRow, w: Writing) -> str:
    """Return in words why a provider has its verdict.

    Nothing where nobody is judged, nor where the meaning of the group already says why.
    """
    if row.provider in CLASSES:
        return w.words.text(f"because.{row.provider}")
    if group_of(b, row) == NOT_JUDGED or not row.because or row.because in _SAID_BY_GROUP:
        return ""
    code, _, variants = row.because.partition(":")
    key = f"because.{code}" if w.words.has(f"because.{code}") else "because.other"
    return w.words.text(
        key,
        code=row.because,
        floor=w.words.locale.percent(b.floors.floor, 0),
        variants="; ".join(variant(name, w) for name in variants.split("+")),
    )


def variant(name: str, w: Writing) -> str:
    """Return a way of counting in words; one that the catalogue lacks by its own name."""
    key = f"variant.{name}"
    return w.words.text(key) if w.words.has(key) else w.words.text("variant.other", code=name)
