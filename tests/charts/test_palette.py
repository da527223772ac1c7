"""Whether the charts survive greyscale print and can be read by any eye."""

from itertools import pairwise

import pytest

from etmaal.charts import bands, palette


def luminance(colour: str) -> float:
    """Return the relative luminance. Source: WCAG 2.2, definition of relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ground(fill: str) -> str:
    return palette.TEXTURES[fill].ground if fill in palette.TEXTURES else fill


PARTS = {
    "outcomes": bands.outcome_parts("a", "b", "c", "d", "e"),
    "times": bands.time_parts("a", "b", "c", "d"),
}


@pytest.mark.parametrize("parts", PARTS.values(), ids=PARTS)
def test_neighbouring_parts_differ_in_greyscale_or_in_texture(
    parts: tuple[bands.Part, ...],
) -> None:
    for one, other in pairwise(parts):
        textures = {fill for fill in (one.fill, other.fill) if fill in palette.TEXTURES}
        ways = {palette.TEXTURES[fill].way for fill in textures}
        differs = contrast(ground(one.fill), ground(other.fill)) >= 1.3
        assert differs or len(ways) == 2 or len(textures) == 1


@pytest.mark.parametrize("parts", PARTS.values(), ids=PARTS)
def test_words_upon_a_part_have_the_contrast_that_reading_needs(
    parts: tuple[bands.Part, ...],
) -> None:
    for part in parts:
        assert contrast(part.ink, ground(part.fill)) >= 4.5


@pytest.mark.parametrize("colour", [palette.INK, palette.MUTED, palette.DEEP])
def test_words_on_paper_have_the_contrast_that_reading_needs(colour: str) -> None:
    assert contrast(colour, palette.PAPER) >= 4.5


def test_no_two_classes_of_providers_share_both_shape_and_fill() -> None:
    judged = [mark for group, mark in palette.MARKS.items() if group != "not_judged"]

    assert len({(mark.shape, mark.fill) for mark in judged}) == len(judged)
    for mark in palette.MARKS.values():
        assert contrast(mark.stroke, palette.PAPER) >= 3
