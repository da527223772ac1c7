"""Whether names that others chose are made fit to stand beside a bar."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etmaal.charts.names import columns, largest, plain, shortened


@pytest.mark.parametrize(
    ("story", "name", "expected"),
    [
        ("an ordinary name is kept", "Provider 1", "Provider 1"),
        ("a line break becomes a space", "One\r\nTwo\tThree", "One Two Three"),
        ("a control character is dropped", "a\x00b\x1fc", "a b c"),
        ("a mark of direction cannot turn what follows", "abc\u202edef\u2066", "abcdef"),
        ("joiners that scripts need are kept", "می\u200cخواهم", "می\u200cخواهم"),
        ("nothing stays nothing", " \n ", ""),
    ],
)
def test_a_name_is_put_on_one_line(story: str, name: str, expected: str) -> None:
    assert plain(name) == expected, story


@given(st.text(max_size=60), st.integers(min_value=3, max_value=30))
def test_a_shortened_name_fits_and_says_that_it_was_cut(name: str, most: int) -> None:
    short = shortened(name, most)

    assert columns(short) <= most
    if short != plain(name):
        assert short.endswith("…")
        assert plain(name).startswith(short[:-1])


def test_a_wide_letter_takes_more_room_and_a_combining_mark_none() -> None:
    assert columns("字") == 2 * columns("a")
    assert columns("e\u0301") == columns("e")
    assert columns("W") > columns("N") > columns("n")


@given(st.lists(st.integers(min_value=0, max_value=5), max_size=30), st.integers(1, 8))
def test_the_largest_are_shown_in_their_order_and_none_is_lost(sizes: list[int], most: int) -> None:
    rows = list(enumerate(sizes))

    shown, others = largest(rows, lambda row: row[1], most)

    assert sorted(shown + others) == rows
    assert shown == sorted(shown) and others == sorted(others)
    assert len(others) != 1
    if others:
        assert len(shown) == most
        assert min(size for _, size in shown) >= max(size for _, size in others)
