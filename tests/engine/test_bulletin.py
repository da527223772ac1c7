"""The bulletin shows the edition's own numbers, and the caveats that they call for."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from etmaal.core.policy import Basis
from etmaal.definitions import loader
from etmaal.engine.bulletin import bulletin_of
from etmaal.engine.database import database
from etmaal.engine.edition import SNAPSHOT, answer, monitor, quiet
from etmaal.engine.question import Question
from etmaal.letters.values import Bulletin, CaveatCode

NOW = datetime(2026, 6, 1, tzinfo=UTC)

pytestmark = pytest.mark.slow

MANY = """
    p: 60 x 3 online, 10 gone
    p: 20 x 24 online, 30 gone
    p: 10 x 20 online, 26 gone
    q: 30 x 3 online, 10 gone
    q: 3 x bounced
"""


@pytest.fixture
def shown(
    tables: Callable[[str], Path], question: Question, tmp_path: Path
) -> Callable[..., Bulletin]:
    """Make the bulletin's values of some stories."""

    def make(stories: str, asked: Question = question) -> Bulletin:
        edition = tmp_path / "edition"
        content = monitor(tables(stories), edition, asked, now=NOW)
        asked = replace(asked, unsaid_basis=Basis(content["unsaid_basis"]))
        with database(tmp_path) as db:
            found = answer(db, edition / SNAPSHOT, asked, quiet)
        return bulletin_of(found, json.loads((edition / "edition.json").read_text()))

    return make


def test_the_headline_is_that_of_all_rows_together(shown: Callable[..., Bulletin]) -> None:
    bulletin = shown(MANY)

    assert (bulletin.measured.n, bulletin.measured.episodes, bulletin.measured.providers) == (
        120,
        123,
        2,
    )
    assert bulletin.headline.surely == pytest.approx(90 / 120)
    assert bulletin.headline.possibly == pytest.approx(100 / 120)
    assert bulletin.headline.in_time is not None
    assert 0.75 <= bulletin.headline.in_time.value <= 100 / 120


def test_every_provider_stands_with_its_own_counts(shown: Callable[..., Bulletin]) -> None:
    p, q = shown(MANY).providers

    assert (p.n, p.in_time_n, p.late_n, p.undecided_n) == (90, 60, 20, 10)
    assert (q.undeliverable, q.verdict) == (3, "too_few")


def test_what_arrived_nowhere_is_shown_with_its_provider(shown: Callable[..., Bulletin]) -> None:
    delivery = shown(MANY).delivery

    assert delivery.total is not None
    assert (delivery.total.notices, delivery.total.bounced) == (123, 3)
    assert [(row.name, row.bounced) for row in delivery.rows] == [("q", 3)]


def test_the_ways_of_counting_are_put_together_from_the_providers(
    shown: Callable[..., Bulletin],
) -> None:
    ways = {row.variant: row for row in shown(MANY).sensitivity}

    assert ways["sure"].n == 120
    assert ways["sure"].surely == pytest.approx(90 / 120)
    assert ways["dominant_site"].n < 120


@pytest.mark.parametrize(
    ("stories", "code"),
    [
        ("p: 60 x 3 online, 10 gone", CaveatCode.DOMINANT_PROVIDER),
        ("p: 60 x 3 online, 10 gone\n p: 4 x 3 online, 4 disputed", CaveatCode.DISPUTED),
        ("p: 60 x 3 online, 10 gone\n p: 4 x unlooked", CaveatCode.NO_LOOK),
        ("p: 60 x 1 online, 13 online, 25 gone", CaveatCode.PILE_UP),
        ("p: 60 x 3 online, 10 gone\n p: 4 x page, 3 online, 10 gone", CaveatCode.PAGES),
        ("p: 60 x 3 online, 10 gone\n p: 4 x 3 online, 9 reassigned", CaveatCode.REASSIGNED),
    ],
)
def test_a_caveat_comes_when_the_numbers_call_for_it(
    shown: Callable[..., Bulletin], stories: str, code: CaveatCode
) -> None:
    assert code in {caveat.code for caveat in shown(stories).caveats}


def test_under_a_clock_without_verdicts_nobody_is_judged(
    shown: Callable[..., Bulletin], question: Question
) -> None:
    bulletin = shown(MANY, replace(question, policy=loader.clock("observed-first-seen")))

    assert bulletin.headline.counts is None
    assert all(row.verdict is None for row in bulletin.providers)
    assert all(row.counts is None for row in bulletin.sensitivity)


def test_an_edition_without_a_single_removal_can_be_shown(shown: Callable[..., Bulletin]) -> None:
    bulletin = shown("p: 60 x 30 online")

    assert bulletin.curve is not None
    assert bulletin.curve.masses == ()
    assert bulletin.funnel is None


def test_what_is_open_stands_by_its_age_and_adds_up(shown: Callable[..., Bulletin]) -> None:
    bulletin = shown(MANY + "\n q: 7 x 40 online\n r: 2 x unlooked")
    held = bulletin.still_open

    assert (held.count, held.unlooked) == (9, 2)
    assert sum(one.count for one in held.ages) == held.count
    # The last look, 40 hours after the last of the notices, is the moment of the edition.
    assert [one.count for one in held.ages if one.from_hours == 24] == [9]


def test_what_was_seen_gone_or_ended_is_not_open(shown: Callable[..., Bulletin]) -> None:
    held = shown("p: 9 x 3 online, 10 gone\n q: 3 x 3 online, 5 domain_gone").still_open

    assert held.count == sum(one.count for one in held.ages) == 0


@pytest.mark.parametrize(("hours", "count"), [(20, 60), (23, 60), (25, None)])
def test_only_episodes_whose_norm_has_not_passed_are_recent(
    hours: int, count: int | None, shown: Callable[..., Bulletin], question: Question
) -> None:
    noticed_at = datetime(2025, 3, 29, 12, tzinfo=UTC)
    asked = replace(question, as_of=noticed_at + timedelta(hours=hours))

    found = {c.code: c.count for c in shown("p: 60 x 3 online, 10 gone", asked).caveats}

    assert found.get(CaveatCode.RECENT) == count


def test_of_whom_nothing_was_seen_nothing_is_estimated(shown: Callable[..., Bulletin]) -> None:
    bulletin = shown("p: 60 x 3 online, 10 gone\n q: 60 x unlooked")
    p, q = bulletin.providers

    assert p.in_time is not None and q.in_time is None
    assert (q.surely_in_time, q.possibly_in_time) == (0, 1)
    assert bulletin.polarisation is not None
    assert (bulletin.polarisation.providers, bulletin.polarisation.at_most_20) == (1, 0)


def test_an_edition_without_a_single_look_gives_bounds_and_no_estimate(
    shown: Callable[..., Bulletin],
) -> None:
    bulletin = shown("p: 60 x unlooked\n q: 3 x unlooked")

    assert (bulletin.headline.surely, bulletin.headline.possibly) == (0, 1)
    assert bulletin.headline.in_time is None and bulletin.curve is None
    assert all(month.share is None for month in bulletin.months)
    assert all(row.pooled is None for row in bulletin.averages)


def test_what_could_not_be_delivered_is_counted_in_episodes_too(
    shown: Callable[..., Bulletin],
) -> None:
    delivery = shown(MANY).delivery

    assert delivery.total is not None and delivery.total.undeliverable == 3
    assert [(row.provider, row.undeliverable) for row in delivery.rows] == [("q", 3)]


def test_a_funnel_begins_with_its_smallest_provider(shown: Callable[..., Bulletin]) -> None:
    found = shown("p: 60 x 3 online, 10 gone\n q: 60 x 30 online\n r: 7 x 3 online, 10 gone").funnel

    assert found is not None
    assert (found.limits[0].n, found.limits[-1].n) == (7, 60)
    assert found.overdispersion > 1 and len(found.by_chance) == len(found.limits)
    for narrow, wide in zip(found.by_chance, found.limits, strict=True):
        assert wide.low_998 <= narrow.low_998 <= narrow.high_998 <= wide.high_998


def test_every_row_that_names_a_provider_has_its_id(shown: Callable[..., Bulletin]) -> None:
    bulletin = shown(MANY + "\n q: 60 x 30 online, 40 gone")

    assert {line.provider for line in bulletin.provider_curves} == {"p", "q"}
    assert all(row.provider for row in bulletin.delivery.rows)
    assert all(one.provider for row in bulletin.sensitivity for one in row.overturned)
    assert all(caveat.provider for caveat in bulletin.caveats if caveat.name)
