"""The verdict as a table of stories: floor 0.90, at least 50 items and 20 clusters, 20 %."""

from dataclasses import replace

import pytest

from etmaal.core.verdicts import Evidence, Floors, Verdict, finding

FLOORS = Floors("test", 1, 0.90, 50, 20.0, 0.20, 0.005, 30)
MANY = Evidence(
    episodes=400, n=380, n_all=380, effective_n=60.0, surely_low=0.5, possibly_high=0.95
)


@pytest.mark.parametrize(
    ("story", "changes", "verdict", "because"),
    [
        ("the lower bound reaches the floor", {"surely_low": 0.90}, "meets", "surely_low_at_or_above_floor"),
        ("the upper bound stays below it", {"possibly_high": 0.8999}, "lax", "possibly_high_below_floor"),
        ("the upper bound reaches the floor", {"possibly_high": 0.90}, "cannot_be_told", "between_bounds"),
        ("the floor lies between the bounds", {}, "cannot_be_told", "between_bounds"),
        ("49 items are too few, however bad", {"n": 49, "n_all": 49, "possibly_high": 0.2}, "too_few", "smallest_n"),
        ("enough items of too few sites", {"effective_n": 19.9, "possibly_high": 0.2}, "cannot_be_told", "few_sites"),
        ("no verdict rests on unsure attribution", {"n": 49, "possibly_high": 0.2}, "cannot_be_told", "attribution"),
        ("a fifth unmeasured is still measurable", {"unmeasured": 80, "surely_low": 0.95}, "meets", "surely_low_at_or_above_floor"),
        ("more than a fifth is not: our doing", {"unmeasured": 81, "possibly_high": 0.2}, "unmeasurable", "ours"),
        ("their doing, each event evidenced", {"unmeasured": 200, "unmeasured_by_them": 81, "conduct": 81}, "unmeasurable", "theirs"),
        ("a few evidenced events among many failures of ours", {"unmeasured": 200, "unmeasured_by_them": 80, "conduct": 80}, "unmeasurable", "ours"),
        ("unmeasurable goes before too few", {"episodes": 10, "n": 5, "n_all": 5, "unmeasured": 5}, "unmeasurable", "ours"),
        ("lax that another clock overturns", {"possibly_high": 0.5, "overturned_by": ("clock_basis",)}, "cannot_be_told", "overturned_by:clock_basis"),
    ],
)  # fmt: skip
def test_the_first_rule_that_fits_gives_the_word(
    story: str, changes: dict[str, object], verdict: str, because: str
) -> None:
    found = finding(replace(MANY, **changes), FLOORS)  # type: ignore[arg-type]

    assert (found.verdict, found.because) == (Verdict(verdict), because)


@pytest.mark.parametrize(
    ("story", "changes", "proposed"),
    [
        ("lax with evidenced refusals", {"possibly_high": 0.5, "conduct": 1}, True),
        ("lax without any", {"possibly_high": 0.5}, False),
        ("refusals, but it meets the norm", {"surely_low": 0.95, "conduct": 9}, False),
        ("unmeasurable through our own failure", {"unmeasured": 300, "conduct": 9}, False),
        ("unmeasurable through theirs", {"unmeasured": 300, "unmeasured_by_them": 300, "conduct": 300}, True),
    ],
)  # fmt: skip
def test_wrong_is_only_ever_proposed_with_conduct_and_a_finding(
    story: str, changes: dict[str, object], proposed: bool
) -> None:
    assert finding(replace(MANY, **changes), FLOORS).wrong_proposed is proposed  # type: ignore[arg-type]
