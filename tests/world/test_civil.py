"""When notices leave and when analysts work, also on the nights the clocks change."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etmaal.core.delays import SendingWindows
from etmaal.world.civil import Civil, civil_time, hours, seconds

ZONE = ZoneInfo("Europe/Amsterdam")
BEGINS, ENDS = date(2025, 1, 1), date(2026, 2, 15)


@pytest.fixture(scope="module")
def civil() -> Civil:
    return civil_time("Europe/Amsterdam", BEGINS, ENDS)


def at(civil_text: str) -> int:
    return int(datetime.fromisoformat(civil_text).replace(tzinfo=ZONE).timestamp())


def civil_text(moment: int) -> str:
    return f"{datetime.fromtimestamp(moment, ZONE):%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize(
    ("story", "ready", "leaves"),
    [
        ("Friday at closing time waits for Monday noon", "2025-03-07T17:00", "2025-03-10T12:00"),
        ("Tuesday early waits for eleven", "2025-03-04T09:00", "2025-03-04T11:00"),
        ("Saturday waits for Monday noon", "2025-03-08T03:17", "2025-03-10T12:00"),
        ("Sunday waits for Monday noon", "2025-03-09T23:59", "2025-03-10T12:00"),
        ("Friday half past four has no whole hour left", "2025-03-07T16:30", "2025-03-10T12:00"),
        ("Friday at four leaves at once", "2025-03-07T16:00", "2025-03-07T16:00"),
        ("Thursday evening still leaves", "2025-03-06T21:10", "2025-03-06T22:00"),
        ("Thursday near midnight waits for Friday", "2025-03-06T23:10", "2025-03-07T11:00"),
        ("over the night the clocks go forward", "2025-03-28T17:30", "2025-03-31T12:00"),
        ("over the night the clocks go back", "2025-10-24T17:30", "2025-10-27T12:00"),
    ],
)
def test_notices_leave_in_the_sending_windows(
    civil: Civil, story: str, ready: str, leaves: str
) -> None:
    assert civil_text(int(civil.sending(np.array([at(ready)]))[0])) == leaves


@given(st.integers(seconds(BEGINS), seconds(date(2026, 2, 1))))
def test_the_windows_are_those_of_the_rule_for_one_notice(civil: Civil, ready: int) -> None:
    windows = SendingWindows(ZONE)
    whole_hour = -(-ready // 3600) * 3600  # notices leave on the hour

    by_rule = windows.earliest_sending(datetime.fromtimestamp(whole_hour, UTC))

    assert civil.sending(np.array([ready]))[0] == by_rule.timestamp()


@given(st.integers(seconds(BEGINS), seconds(ENDS) - 1))
def test_civil_time_is_that_of_the_time_zone_database(civil: Civil, moment: int) -> None:
    there = datetime.fromtimestamp(moment, ZONE)

    assert civil.of(np.array([moment]))[0] == there.replace(tzinfo=UTC).timestamp()
    if there.hour != 2:  # the hour that may occur twice
        assert civil.utc(civil.of(np.array([moment])))[0] == moment


@given(st.integers(seconds(BEGINS), seconds(date(2026, 2, 1))), st.integers(0, 9))
def test_verdicts_fall_in_office_hours_and_never_before_the_report(
    civil: Civil, ready: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)

    verdict = int(civil.office(np.array([ready]), opens_hour=9, closes_hour=17, rng=rng)[0])

    there = datetime.fromtimestamp(verdict, ZONE)
    assert verdict >= ready
    assert there.weekday() < 5 and 9 <= there.hour < 17


def test_hours_become_whole_seconds_and_never_stays_never() -> None:
    assert hours(np.array([24.0, 0.0])).tolist() == [86400, 1]
    assert hours(np.array([np.inf]))[0] > seconds(date(9999, 1, 1))
