"""A local time is the moment it stands for, or named as doubtful; never a guess."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from etmaal.adapters.scart.reasons import Unfit
from etmaal.adapters.scart.times import LocalTimes

FROM, BEFORE = datetime.fromisoformat("1995-01-01"), datetime.fromisoformat("2030-01-01")
ZONES = [
    "Europe/Amsterdam",
    "UTC",
    "America/Curacao",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
]


def moments(local: datetime, zone: ZoneInfo) -> list[datetime]:
    """Slowly: which moments, of all those within a day, does a clock in the zone show so?"""
    near = (local.replace(tzinfo=UTC) + timedelta(minutes=15 * k) for k in range(-100, 101))
    return [at for at in near if at.astimezone(zone).replace(tzinfo=None) == local]


@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
@given(
    local=st.datetimes(FROM, BEFORE).map(lambda t: t.replace(microsecond=0)),
    near=st.lists(st.integers(0, 86_399), max_size=3),
)
@example(local=datetime.fromisoformat("2020-10-25 02:30"), near=[])
@example(local=datetime.fromisoformat("2020-03-29 02:00"), near=[])
@example(local=datetime.fromisoformat("2020-04-05 01:45"), near=[3600])
@example(local=datetime.fromisoformat("2020-10-04 02:15"), near=[])
def test_a_local_time_is_read_as_by_looking_through_all_moments(
    zone: str, local: datetime, near: list[int]
) -> None:
    info = ZoneInfo(zone)
    times = LocalTimes(info)
    midnight = local.replace(hour=0, minute=0, second=0)

    for each in (local, *(midnight + timedelta(seconds=s) for s in near), local):
        times.doubted = False
        found = moments(each, info)
        read = times.read(f"{each:%Y-%m-%d %H:%M:%S}")

        assert read == (found[0] if len(found) == 1 else None)
        assert times.doubted == (len(found) != 1)
        assert times.is_doubtful(f"{each:%Y-%m-%d %H:%M:%S}") == times.doubted


@pytest.mark.slow
@pytest.mark.parametrize("day", ["2020-03-29", "2020-10-25", "2020-06-01"])
def test_every_minute_of_the_days_on_which_the_clocks_change_is_read_right(day: str) -> None:
    info = ZoneInfo("Europe/Amsterdam")
    times, midnight = LocalTimes(info), datetime.fromisoformat(day)

    for minute in range(1440):
        local = midnight + timedelta(minutes=minute)
        found = moments(local, info)
        assert times.read(f"{local}") == (found[0] if len(found) == 1 else None)


@pytest.mark.parametrize(
    "text", ["", "0", "(unknown)", "(not set))", "(not set)", "0000-00-00 00:00:00"]
)
def test_what_stands_for_nothing_is_no_time_and_no_doubt(text: str) -> None:
    times = LocalTimes(ZoneInfo("Europe/Amsterdam"))

    assert times.read(text) is None
    assert not times.doubted
    assert not times.is_doubtful(text)


@pytest.mark.parametrize(
    "text",
    [
        "2020-06-01", "2020-06-01T10:00:00", "2020-06-01 10:00:00Z", "2020-06-01 10:00", "2020-06-01 24:00:00",
        "2020-06-01 10:60:00", "2020-06-01 10:00:60", "2020-02-30 10:00:00", "01-06-2020 10:00:00", " 2020-06-01 10:00:00",
        "2020-06-01 10:00:00 ", "1989-12-31 23:59:59", "2200-01-01 00:00:00", "９９９９-06-01 10:00:00", "1",
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused_before_and_after_its_day_is_known(text: str) -> None:
    times = LocalTimes(ZoneInfo("Europe/Amsterdam"))

    with pytest.raises(Unfit):
        times.read(text)
    times.read("2020-06-01 10:00:00")
    with pytest.raises(Unfit):
        times.read(text)
