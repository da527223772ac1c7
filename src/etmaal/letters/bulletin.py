"""The bulletin of one edition: its values in, one page that stands alone out."""

from functools import cache

import jinja2

from etmaal.letters.blocks.about import about
from etmaal.letters.blocks.block import Block
from etmaal.letters.blocks.calendar import months, still_open
from etmaal.letters.blocks.course import curves
from etmaal.letters.blocks.doubt import left_out, sensitivity
from etmaal.letters.blocks.looking import delays, delivery, gaps
from etmaal.letters.blocks.movement import returns, transit
from etmaal.letters.blocks.opening import opening
from etmaal.letters.blocks.register import register
from etmaal.letters.blocks.shares import bands, intervals, outcomes
from etmaal.letters.blocks.spread import funnel, polarisation
from etmaal.letters.blocks.together import averages, concentration
from etmaal.letters.values import Bulletin, Colophon
from etmaal.letters.words import words
from etmaal.letters.writing import Writing

__all__ = ["Bulletin", "render_html"]


def render_html(bulletin: Bulletin, language: str) -> str:
    """Return the bulletin as one HTML page in one language, the same text each time.

    The page needs nothing from outside: style and charts are in it, and there is no script.

    Args:
        bulletin: what the page says.
        language: one of `words.LANGUAGES`.

    Raises:
        ValueError: if the language has no catalogue, or a caveat lacks a value.
    """
    w = Writing(words(language))
    return _template().render(
        language=language,
        text=w.words.text,
        metadata=_metadata(bulletin.colophon),
        opening=opening(bulletin, w),
        register=register(bulletin, w),
        parts=parts_of(bulletin, w),
        about=about(bulletin, w),
        judges=bulletin.judges,
    )


def _metadata(colophon: Colophon) -> list[tuple[str, str]]:
    """Return what was stated of who makes it public, under the names that machines know."""
    stated = (
        ("dcterms.publisher", colophon.publisher),
        ("dcterms.license", colophon.licence),
        ("contact", colophon.contact),
    )
    return [(name, value) for name, value in stated if value]


def parts_of(b: Bulletin, w: Writing) -> dict[str, list[Block]]:
    return {
        "providers": [make(b, w) for make in (intervals, outcomes, bands, funnel, polarisation)],
        "time": [make(b, w) for make in (curves, months, still_open)],
        "whole": [make(b, w) for make in (averages, concentration, returns, transit)],
        "measuring": [make(b, w) for make in (delays, gaps, delivery, sensitivity, left_out)],
    }


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("etmaal.letters"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("bulletin.html.jinja")
