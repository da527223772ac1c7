"""Whether numbers are written as a reader of each language expects, and never say too much."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etmaal.charts.numbers import DUTCH, ENGLISH


@pytest.mark.parametrize(
    ("story", "share", "english", "dutch"),
    [
        ("nothing", 0.0, "0.0%", "0,0%"),
        ("all", 1.0, "100.0%", "100,0%"),
        ("almost nothing is not nothing", 0.0004, "<0.1%", "<0,1%"),
        ("almost all is not all", 0.9996, ">99.9%", ">99,9%"),
        ("ordinary", 0.7123, "71.2%", "71,2%"),
    ],
)
def test_a_share_is_written_in_percent(story: str, share: float, english: str, dutch: str) -> None:
    assert ENGLISH.percent(share) == english, story
    assert DUTCH.percent(share) == dutch, story


@given(st.floats(min_value=0, max_value=1), st.integers(min_value=0, max_value=2))
def test_all_and_nothing_are_said_only_when_exact(share: float, digits: int) -> None:
    written = ENGLISH.percent(share, digits)

    nothing, everything = f"{0:.{digits}f}%", f"{100:.{digits}f}%"

    assert (written == nothing) == (share == 0)
    assert (written == everything) == (share == 1)


def test_thousands_are_set_apart() -> None:
    assert ENGLISH.count(1_234_567) == "1,234,567"
    assert DUTCH.number(1234.5, 1) == "1.234,5"


def test_hours_have_a_decimal_only_where_it_says_something() -> None:
    assert ENGLISH.hours(9.44) == "9.4"
    assert ENGLISH.hours(1234.5) == "1,234"
    with pytest.raises(ValueError, match="endless"):
        ENGLISH.hours(float("inf"))
