"""Whether what is drawn lies where the values say: read back from the SVG."""

import re
from collections.abc import Callable
from itertools import pairwise
from xml.etree import ElementTree as Tree

import pytest

from etmaal.charts import (
    bands,
    crossing,
    curves,
    delays,
    funnel,
    intervals,
    lorenz,
    months,
    palette,
)
from etmaal.charts.frame import Frame
from etmaal.charts.numbers import DUTCH

RECTANGLE = re.compile(r"M([-\d.]+),([-\d.]+)h([-\d.]+)v([-\d.]+)h[-\d.]+Z")
Read = Callable[[str], Tree.Element]


def rectangles(root: Tree.Element, fill: str) -> list[tuple[float, float]]:
    """Return left and width of each rectangle with this fill, legend left out."""
    ground = palette.TEXTURES[fill].ground if fill in palette.TEXTURES else fill
    found = []
    for path in root.iter("path"):
        match = RECTANGLE.fullmatch(path.attrib.get("d", ""))
        if match and path.attrib.get("fill") == ground:
            x, _, width, height = (float(match[i]) for i in range(1, 5))
            if (abs(width), abs(height)) not in {(16, 12), (16, 3)}:
                found.append((min(x, x + width), abs(width)))
    return found


def test_each_part_of_a_bar_is_as_long_as_its_share(wide: Frame, read: Read) -> None:
    parts = bands.outcome_parts("a", "b", "c", "d", "e")
    bar = bands.Bar("Provider", 100, (0.5, 0.25, 0.0, 0.05, 0.2))

    root = read(bands.draw([bar], parts, bands.Words("{count}", "{n}"), wide))

    found = {p.fill: rectangles(root, p.fill) for p in parts}
    whole = found[palette.DEEP][0][1] / 0.5
    assert found[palette.LINES] == []
    for part, start, share in zip(parts, (0, 0.5, 0.75, 0.75, 0.8), bar.shares, strict=True):
        if share:
            [(left, width)] = found[part.fill]
            assert left == pytest.approx(start * whole, abs=0.02)
            assert width == pytest.approx(share * whole, abs=0.02)


def test_the_last_bar_stands_for_all_others_weighted_by_their_n() -> None:
    bars = [bands.Bar(str(i), 1000 - i, (1.0, 0.0)) for i in range(40)]
    bars += [bands.Bar("a", 30, (0.0, 1.0)), bands.Bar("b", 10, (1.0, 0.0))]

    shown = bands.gathered(bars, "Other {count}")

    assert len(shown) == 41
    assert shown[-1] == bands.Bar("Other 2", 40, (0.25, 0.75))


def test_a_bar_needs_a_share_for_each_part(wide: Frame) -> None:
    with pytest.raises(ValueError, match="one share for each part"):
        bands.draw(
            [bands.Bar("a", 1, (1.0,))],
            bands.time_parts("a", "b", "c", "d"),
            bands.Words("", ""),
            wide,
        )


def test_no_floor_is_drawn_where_nobody_is_judged(
    wide: Frame, texts: Callable[[str], list[str]]
) -> None:
    one = intervals.Interval("Provider", "not_judged", 60, 0.5, 0.75, 0.6, 0.5, 0.7)
    words = intervals.Words({"not_judged": "Not judged"}, "b", "e", "floor {share}", "{n}")

    with_floor = texts(intervals.draw([one], 0.9, words, wide))
    without = texts(intervals.draw([one], None, words, wide))

    assert "floor 90%" in with_floor and "90%" in with_floor
    assert "floor 90%" not in without and "90%" not in without


def test_a_provider_without_an_estimate_has_bounds_and_no_dot(wide: Frame, read: Read) -> None:
    one = intervals.Interval("Provider", "too_few", 2, 0.5, 1.0, None, None, None)
    words = intervals.Words({"too_few": "Too few"}, "b", "e", "{share}", "{n}")

    root = read(intervals.draw([one], 0.9, words, wide))

    [(left, width)] = rectangles(root, palette.HATCH)
    assert left == pytest.approx(width)  # from a half to the end


def test_a_curve_has_a_box_for_each_doubt_and_a_step_for_each_certainty(
    wide: Frame, read: Read
) -> None:
    masses = (
        curves.Mass(0, 24, 0.5),
        curves.Mass(48, 48, 0.25),
        curves.Mass(72, 500, 0.2),
        curves.Mass(500, float("inf"), 0.05),
    )
    words = curves.Words("l", "b", "r", "h", "{h}")

    root = read(curves.draw(curves.Curve(masses, ()), 24.0, words, wide))

    boxes = sorted(rectangles(root, palette.VEIL))
    assert [round(width / boxes[0][1], 3) for _, width in boxes] == [1.0, 1.0]
    assert boxes[1][0] / boxes[0][1] == pytest.approx(3, abs=0.01)


@pytest.mark.parametrize(
    ("story", "hours", "sure", "even", "most"),
    [
        ("before anything", 0.0, 0.0, 0.0, 0.4),  # just after the start the box has begun
        ("half way through the box", 5.0, 0.0, 0.2, 0.4),
        ("at the end of the box", 10.0, 0.4, 0.4, 0.4),
        ("just before the exact moment", 11.9, 0.4, 0.4, 0.4),
        ("at the exact moment", 12.0, 0.7, 0.7, 0.7),
        ("long after", 9000.0, 0.7, 0.7, 0.7),  # what never went is never counted
    ],
)
def test_a_curve_stands_where_its_masses_allow(
    story: str, hours: float, sure: float, even: float, most: float
) -> None:
    masses = (
        curves.Mass(0, 10, 0.4),
        curves.Mass(12, 12, 0.3),
        curves.Mass(100, float("inf"), 0.3),
    )

    at = curves.standing(masses, hours)

    assert (at.least, at.even, at.most) == pytest.approx((sure, even, most)), story


def test_the_knots_of_a_curve_rise_and_keep_their_order() -> None:
    masses = tuple(curves.Mass(k, k + 1 + k % 3, 0.05) for k in range(0, 40, 4))

    knots = curves.steps(masses)

    assert [k.hours for k in knots] == sorted({k.hours for k in knots})
    for earlier, later in pairwise(knots):
        assert earlier.least <= later.least and earlier.even <= later.even
    assert all(k.least <= k.even + 1e-12 <= k.most + 2e-12 for k in knots)


def test_a_lorenz_curve_is_read_off_on_the_straight_line_between_two_points() -> None:
    points = [lorenz.LorenzPoint(0, 0), lorenz.LorenzPoint(0.5, 0.1), lorenz.LorenzPoint(1, 1)]

    assert lorenz.volume_at(points, 0.0) == 0
    assert lorenz.volume_at(points, 0.25) == pytest.approx(0.05)
    assert lorenz.volume_at(points, 0.75) == pytest.approx(0.55)
    with pytest.raises(ValueError, match="ends before"):
        lorenz.volume_at(points[:2], 0.9)


def test_a_funnel_names_only_the_groups_that_occur(
    wide: Frame, texts: Callable[[str], list[str]]
) -> None:
    words = funnel.Words({"lax": "Lax", "meets": "Meets"}, "c", "95", "998", "n")
    points = [funnel.Point("a", "lax", 1, 0.0), funnel.Point("b", "lax", 2_000, 1.0)]

    written = texts(funnel.draw(points, [funnel.Limit(5, 0, 1, 0, 1)], 0.5, words, wide))

    assert "Lax" in written and "Meets" not in written
    assert [text for text in written if text.startswith("1")] == ["1", "10", "100", "1,000", "100%"]


def test_a_funnel_begins_near_its_smallest_provider(
    wide: Frame, texts: Callable[[str], list[str]]
) -> None:
    words = funnel.Words({"lax": "Lax"}, "c", "95", "998", "n")
    points = [funnel.Point("a", "lax", 70, 0.2)]

    written = texts(funnel.draw(points, [funnel.Limit(700, 0, 1, 0, 1)], 0.5, words, wide))

    assert [text for text in written if text.startswith("1")] == ["10", "100", "100%"]


def upright(root: Tree.Element, colour: str) -> list[float]:
    """Return the x of each upright line of a colour."""
    found = []
    for line in root.iter("line"):
        if line.attrib.get("stroke") == colour:
            at = re.fullmatch(r"translate\(([-\d.]+),([-\d.]+)\)", line.attrib["transform"])
            assert at is not None
            found.append(float(at[1]))
    return found


def test_a_change_stands_where_its_day_lies_between_the_months(wide: Frame, read: Read) -> None:
    found = [months.MonthValue("m", "2025", 5, 0.5, 0.4, 0.6) for _ in range(4)]
    words = months.Words("e", "i", "n", "another way")
    changes = [months.Change(at, str(at), "c") for at in (0.0, 1.5, 4.0)]

    root = read(months.draw(found, words, wide, changes))

    first, second, third = upright(root, palette.AMBER)
    assert second - first == pytest.approx((third - first) * 1.5 / 4, abs=0.02)


def test_months_without_a_change_have_no_line_and_no_word_of_one(
    wide: Frame, read: Read, texts: Callable[[str], list[str]]
) -> None:
    found = [months.MonthValue("m", "2025", 5, 0.5, 0.4, 0.6)]

    svg = months.draw(found, months.Words("e", "i", "n", "another way"), wide)

    assert upright(read(svg), palette.AMBER) == []
    assert "another way" not in texts(svg)


def test_delays_share_one_scale_and_what_was_not_reached_runs_to_the_edge(
    wide: Frame, read: Read
) -> None:
    found = [
        delays.Delay("a", "s", 10.0, 40.0, "t"),
        delays.Delay("b", "s", 20.0, None, "t"),
        delays.Delay("c", "s", None, None, "not known"),
    ]

    root = read(delays.draw(found, delays.Words("h", "m"), wide))

    (_, one), (_, two) = rectangles(root, palette.DEEP)
    assert two == pytest.approx(2 * one, abs=0.02)
    (left, width), (left_2, width_2) = rectangles(root, palette.HATCH)
    assert left + width == pytest.approx(4 * one, abs=0.02)
    assert left_2 + width_2 == pytest.approx(wide.width, abs=0.02)


def test_a_crossing_is_blank_where_there_is_nothing(
    wide: Frame, read: Read, texts: Callable[[str], list[str]]
) -> None:
    words = crossing.Words("R", "C")

    svg = crossing.draw(["r"], ["c", "d"], [[0.4, 0.0]], words, wide)

    assert len(rectangles(read(svg), palette.DEEP)) == 1
    assert "40%" in texts(svg) and "0%" not in texts(svg)
    with pytest.raises(ValueError, match="one part for each"):
        crossing.draw(["r"], ["c"], [[0.1, 0.2]], words, wide)


def test_the_scale_of_a_funnel_is_written_in_the_reader_s_language(
    texts: Callable[[str], list[str]],
) -> None:
    words = funnel.Words({"lax": "Laks"}, "c", "95", "998", "n")
    points = [funnel.Point("a", "lax", 2_000_000, 0.2)]
    frame = Frame("chart", "t", "d", locale=DUTCH)

    written = texts(funnel.draw(points, [funnel.Limit(900, 0, 1, 0, 1)], 0.5, words, frame))

    assert {"1.000", "1.000.000"} <= set(written)
