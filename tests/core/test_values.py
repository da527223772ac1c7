"""Values that cannot be half a value, and moments that belong to a zone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from etmaal.core.errors import EtmaalError, OutsideError
from etmaal.core.figures import Figure
from etmaal.core.history import By, Look, LookBasis, Outage, Seen
from etmaal.core.outcomes import RemovalWindow
from etmaal.core.periods import Period, microseconds, moment
from etmaal.core.policy import Basis, ClockPolicy, MissRule, Pause
from etmaal.core.whole import CannotWrite, whole_folder

AT = datetime(2026, 3, 28, 12, tzinfo=UTC)
FIGURE = Figure("in_time", "p", "whole", 0.5, 0.4, 0.6, 10, 4.0, "share")
POLICY = ClockPolicy(
    "x", 1, Basis.SENT, timedelta(hours=24), timedelta(days=7), MissRule(3, timedelta(minutes=15)),
    frozenset(), frozenset(), "UTC", True, False,
)  # fmt: skip


def test_another_partys_failure_says_whether_trying_again_can_help() -> None:
    error = OutsideError("the post is down", passing=True)

    assert isinstance(error, EtmaalError)
    assert (str(error), error.passing) == ("the post is down", True)


@pytest.mark.parametrize(
    ("story", "changes"),
    [
        ("half an interval", {"low": None}),
        ("a value outside its own interval", {"value": 0.7}),
    ],
)
def test_a_figure_cannot_be_half_a_figure(story: str, changes: dict[str, float | None]) -> None:
    assert replace(FIGURE, low=None, high=None).low is None
    assert replace(FIGURE, value=None).value is None
    with pytest.raises(ValueError, match="interval"):
        replace(FIGURE, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(("after", "by"), [(-1, 2), (3, 3), (4, 2)])
def test_a_window_runs_from_zero_to_something_later(after: int, by: int) -> None:
    with pytest.raises(ValueError, match="window"):
        RemovalWindow(timedelta(hours=after), timedelta(hours=by))


@pytest.mark.parametrize(
    ("basis", "by", "concluded"),
    [
        (None, By.PROBE, False),
        (None, By.HOTLINE, True),
        (None, None, True),
        (LookBasis.CONCLUDED, By.PROBE, True),
        (LookBasis.LOOK, By.HOTLINE, False),
    ],
)
def test_the_source_decides_whether_a_look_concludes(
    basis: LookBasis | None, by: By | None, concluded: bool
) -> None:
    assert Look(AT, Seen.GONE, by, basis).concluded is concluded


@pytest.mark.parametrize(
    ("outage", "vantage", "hours", "masked"),
    [
        ("v1", "v1", 0, True),
        ("v1", "v1", 2, False),
        ("v1", "v1", -1, False),
        ("v1", "v2", 1, False),
        ("v1", None, 1, False),
        (None, "v2", 1, True),
    ],
)
def test_an_outage_masks_its_own_vantage_in_its_own_time(
    outage: str | None, vantage: str | None, hours: int, masked: bool
) -> None:
    ill = Outage(outage, AT, AT + timedelta(hours=2))

    assert ill.masks(Look(AT + timedelta(hours=hours), Seen.GONE, vantage=vantage)) is masked


def test_policies_refuse_what_cannot_be() -> None:
    for broken in (
        lambda: MissRule(0, timedelta(minutes=15)),
        lambda: MissRule(3, timedelta(0)),
        lambda: replace(POLICY, norm=timedelta(0)),
        lambda: replace(POLICY, quiet_spell=timedelta(0)),
        lambda: Pause(AT, AT),
        lambda: Period(date(2025, 1, 1), date(2025, 1, 1), "UTC"),
    ):
        with pytest.raises(ValueError, match=r"\S"):
            broken()


def test_a_month_begins_at_civil_midnight() -> None:
    period = Period(date(2025, 3, 15), date(2025, 5, 1), "Europe/Amsterdam")

    assert period.months() == (date(2025, 3, 1), date(2025, 4, 1))
    assert period.from_at == datetime(2025, 3, 14, 23, tzinfo=UTC)
    assert period.before_at == datetime(2025, 4, 30, 22, tzinfo=UTC)  # the clocks went forward
    assert moment(microseconds(AT)) == AT


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")

    with pytest.raises(CannotWrite, match="cannot write"), whole_folder(tmp_path / "file" / "out"):
        raise AssertionError("nothing can be filled")


def test_an_old_folder_comes_back_when_the_new_one_cannot_take_its_place(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "x").write_text("old")

    with pytest.raises(CannotWrite), whole_folder(tmp_path / "out") as fresh:
        fresh.rmdir()  # whatever took it away

    assert (tmp_path / "out" / "x").read_text() == "old"
