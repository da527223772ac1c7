"""The hotline's sending windows, and whose time was whose."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from etmaal.core.delays import SendingWindows, delays
from etmaal.core.policy import Pause, elapsed

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WINDOWS = SendingWindows(AMSTERDAM)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("story", "ready", "leaves"),
    [
        ("a verdict on Friday at closing time waits for Monday noon", "2026-06-05 17:00", "2026-06-08 12:00"),
        ("a verdict on Tuesday morning leaves at eleven", "2026-06-09 09:00", "2026-06-09 11:00"),
        ("nothing leaves on Saturday", "2026-06-06 03:00", "2026-06-08 12:00"),
        ("in the evening of a workday it leaves at once", "2026-06-09 20:30", "2026-06-09 20:30"),
        ("Friday afternoon is open until five", "2026-06-05 16:59", "2026-06-05 16:59"),
        ("over the night the clocks go forward", "2026-03-27 18:00", "2026-03-30 12:00"),
        ("a blocked Monday makes Tuesday start at noon", "2026-05-23 10:00", "2026-05-26 12:00"),
    ],
)  # fmt: skip
def test_notices_leave_in_the_hotlines_own_hours(story: str, ready: str, leaves: str) -> None:
    windows = SendingWindows(AMSTERDAM, blocked=frozenset({date(2026, 5, 25)}))

    assert windows.earliest_sending(local(ready)) == local(leaves)


def test_a_weekend_costs_67_hours_of_the_hotlines_time() -> None:
    ready = local("2026-06-05 17:00")

    assert WINDOWS.earliest_sending(ready) - ready.astimezone(UTC) == timedelta(hours=67)


def test_three_delays_are_kept_apart_and_unknown_ends_stay_unknown() -> None:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    parts = delays(
        verdict_at=at,
        sent_at=at + timedelta(hours=2),
        accepted_at=None,
        started_at=at + timedelta(hours=2),
        gone_at=at + timedelta(hours=9),
    )

    assert parts.hotline == timedelta(hours=2)
    assert parts.transport is None
    assert parts.provider == timedelta(hours=7)


@pytest.mark.parametrize(
    ("story", "pauses", "at", "expected"),
    [
        ("no pause", [], 30, 30),
        ("one pause of five hours", [(10, 15)], 30, 25),
        ("two that overlap count once", [(10, 15), (12, 18)], 30, 22),
        ("one inside another", [(10, 20), (12, 13)], 30, 20),
        ("a pause before the start is nothing", [(-9, -1)], 30, 30),
        ("read in the middle of a pause", [(10, 50)], 30, 10),
    ],
)
def test_a_paused_clock_stands_still(
    story: str, pauses: list[tuple[int, int]], at: int, expected: int
) -> None:
    start = datetime(2026, 3, 28, 12, tzinfo=UTC)
    spans = tuple(Pause(start + timedelta(hours=a), start + timedelta(hours=b)) for a, b in pauses)

    assert elapsed(start, start + timedelta(hours=at), spans) == timedelta(hours=expected)
