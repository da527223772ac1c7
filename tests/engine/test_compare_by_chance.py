"""Does the interval of a change hold, and is what comes by itself told from what does not?

Hundreds of invented providers, each with sites of its own in both periods, measured as any other.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from etmaal.core.comparison import Comparison, Word
from etmaal.engine.compare.compare import compared
from etmaal.engine.compare.sides import Side, read_side
from etmaal.engine.edition import monitor
from etmaal.engine.question import Question

NOW = datetime(2026, 6, 1, tzinfo=UTC)
PROVIDERS, SITES = 300, 30
LIKENESS = 4.0  # a site's share is drawn around its provider's with a beta of this strength
Floats = npt.NDArray[np.float64]

pytestmark = pytest.mark.slow


def write(folder: Path, month: date, shares: Floats, rng: np.random.Generator) -> Path:
    """Write one month of providers with these long-run shares, one to three items a site."""
    folder.mkdir(parents=True)
    notices, looks = ["notice,item,site,provider,noticed_at"], ["item,at,seen,by"]
    start, number = datetime(month.year, month.month, 2, tzinfo=UTC), 0
    for p, share in enumerate(shares):
        sites = rng.beta(share * LIKENESS, (1 - share) * LIKENESS, SITES)
        for site, chance in enumerate(sites):
            for _ in range(int(rng.integers(1, 4))):
                number += 1
                at = start + timedelta(minutes=int(rng.integers(0, 28_000)))
                last, gap = float(rng.uniform(0, 21)), float(rng.uniform(0.5, 2.5))
                if rng.random() < 0.04:
                    last, gap = 22.5, 3.0  # straddles the norm
                in_time = rng.random() < chance
                notices.append(f"n{number},i{number},s{p}x{site},p{p:03},{at:%Y-%m-%dT%H:%M:%SZ}")
                hours = ((last, "online"), (last + gap, "gone")) if in_time else ((26, "online"),)
                for after, seen in hours:
                    moment = at + timedelta(hours=after)
                    looks.append(f"i{number},{moment:%Y-%m-%dT%H:%M:%SZ},{seen},hotline")
    (folder / "notices.csv").write_text("\n".join(notices) + "\n")
    (folder / "sightings.csv").write_text("\n".join(looks) + "\n")
    return folder


def made(place: Path, month: date, shares: Floats, question: Question, seed: int) -> Path:
    rng = np.random.default_rng(seed)
    end = date(month.year, month.month + 1, 1)
    mine = replace(
        question,
        from_date=month,
        before_date=end,
        as_of=datetime(end.year, end.month, 20, tzinfo=UTC),
    )
    monitor(write(place / "tables", month, shares, rng), place / "edition", mine, now=NOW)
    return place / "edition"


@pytest.fixture(scope="module")
def truth() -> tuple[Floats, Floats]:
    """The long-run shares before and after: some rise, some fall, a third stay as they were."""
    rng = np.random.default_rng(20)
    before = rng.uniform(0.15, 0.85, PROVIDERS)
    step = rng.choice([-0.25, 0.0, 0.25], PROVIDERS)
    return before, np.clip(before + step, 0.1, 0.9)


@pytest.fixture(scope="module")
def three(
    truth: tuple[Floats, Floats], question: Question, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path, Path]:
    """The providers before; after; and once more as they were before, nothing changed."""
    place = tmp_path_factory.mktemp("chance")
    before, after = truth
    return (
        made(place / "a", date(2025, 1, 1), before, question, 1),
        made(place / "b", date(2025, 3, 1), after, question, 2),
        made(place / "c", date(2025, 5, 1), before, question, 3),
    )


@pytest.fixture(scope="module")
def sides(three: tuple[Path, Path, Path]) -> tuple[Side, Side, Side]:
    first, second, third = (read_side(edition, "an edition") for edition in three)
    return first, second, third


@pytest.fixture(scope="module")
def unchanged(sides: tuple[Side, Side, Side]) -> Comparison:
    return compared(sides[0], sides[2])


def test_the_interval_holds_the_true_change_of_most_providers(
    truth: tuple[Floats, Floats], sides: tuple[Side, Side, Side]
) -> None:
    true = truth[1] - truth[0]
    found = compared(sides[0], sides[1])

    spans = [c.change for c in found.changes]
    holds = [s is not None and s.low <= d <= s.high for s, d in zip(spans, true, strict=True)]
    narrow = [s.high - s.low for s in spans if s is not None]

    assert len(holds) == PROVIDERS
    assert np.mean(holds) >= 0.93
    assert np.median(narrow) < 0.5  # it holds because it is right, not because it is endless


def test_a_word_that_is_said_is_nearly_always_true(
    truth: tuple[Floats, Floats], sides: tuple[Side, Side, Side]
) -> None:
    true = truth[1] - truth[0]
    found = compared(sides[0], sides[1])

    rising = [d for c, d in zip(found.changes, true, strict=True) if c.word is Word.IMPROVED]
    falling = [d for c, d in zip(found.changes, true, strict=True) if c.word is Word.WORSENED]

    assert len(rising) > 20 and len(falling) > 20
    assert np.mean(np.array(rising) > 0) > 0.9
    assert np.mean(np.array(falling) < 0) > 0.9


def test_when_nothing_changed_no_more_words_are_said_than_told(unchanged: Comparison) -> None:
    words = unchanged.count(Word.IMPROVED) + unchanged.count(Word.WORSENED)

    assert unchanged.together.tested > 200
    assert words <= 1.4 * unchanged.together.expected_by_chance


def worst(found: Comparison, many: int) -> list[str]:
    known = [c for c in found.changes if c.before is not None and c.before.in_time is not None]
    ordered = sorted(known, key=lambda c: c.before.in_time.value)  # type: ignore[union-attr]
    return [c.provider for c in ordered[:many]]


def test_the_worst_do_better_by_themselves_and_that_is_said(
    unchanged: Comparison, sides: tuple[Side, Side, Side]
) -> None:
    picked = set(worst(unchanged, 30))
    found = compared(sides[0], sides[2], warned=frozenset(picked))

    better = [c for c in found.changes if c.provider in picked and c.change and c.change.value > 0]
    whole = found.together.warned

    assert len(better) > 18  # though nothing changed
    assert np.mean([c.by_itself for c in better]) > 0.9
    # The plain difference would praise the letter; what goes beyond chance does not.
    assert whole is not None and whole.apart is not None and whole.apart_beyond is not None
    assert whole.apart.low > 0
    assert whole.apart_beyond.low <= 0 <= whole.apart_beyond.high


def test_a_true_improvement_of_the_worst_is_not_explained_away(
    truth: tuple[Floats, Floats], sides: tuple[Side, Side, Side]
) -> None:
    true = truth[1] - truth[0]
    found = compared(sides[0], sides[1])
    rose = [
        c for c, d in zip(found.changes, true, strict=True) if d > 0.2 and c.word is Word.IMPROVED
    ]

    assert len(rose) > 20
    assert np.mean([c.by_itself for c in rose]) < 0.3
