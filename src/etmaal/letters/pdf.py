"""The bulletin on paper: the same findings and words as the page on screen, as a tagged PDF."""

import json
from importlib import resources
from typing import Any

import typst

from etmaal.letters.blocks.about import about_on_paper
from etmaal.letters.blocks.block import norm
from etmaal.letters.blocks.opening import opening
from etmaal.letters.blocks.register import register
from etmaal.letters.bulletin import parts_of
from etmaal.letters.glyphs import FONTS
from etmaal.letters.paper import Paper, register_widths
from etmaal.letters.values import Bulletin
from etmaal.letters.words import words
from etmaal.letters.writing import Writing

# Characters of a hash that tell two editions apart.
_SHORT = 12

_WORDS = (
    "page.kind", "page.contents", "page.read", "page.limits", "page.notes", "finding.title",
    "finding.verdicts", "finding.who", "measured.title", "say.title", "say.can", "say.cannot",
    "say.general", "part.about", "method.title", "versions.title",
    "versions.definitions_others", "colophon.title",
)  # fmt: skip


def render_pdf(bulletin: Bulletin, language: str) -> bytes:
    """Return the bulletin as a PDF on A4 in one language, the same bytes each time.

    It is tagged and made to PDF/UA-1, and takes neither fonts nor the time from the machine.
    Names and words are content to it, never markup.

    Args:
        bulletin: what it says.
        language: one of `words.LANGUAGES`.

    Raises:
        ValueError: if the language has no catalogue, or a caveat lacks a value.
    """
    data = json.dumps(paper_data(bulletin, language), ensure_ascii=False, allow_nan=False)
    template = resources.files("etmaal.letters") / "templates" / "bulletin.typ"
    return typst.compile(
        str(template),
        sys_inputs={"data": data},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
    )


def paper_data(bulletin: Bulletin, language: str) -> dict[str, Any]:
    """Return all that the PDF says and shows, as its template takes it.

    Raises:
        ValueError: as `render_pdf`.
    """
    w = Writing(words(language))
    t, m, paper = w.words.text, bulletin.measured, Paper()
    found = register(bulletin, w)
    first = opening(bulletin, w)
    snapshot = bulletin.versions.snapshot
    said = {
        "opening": paper.data(first),
        "register": {**paper.data(found), "widths": register_widths(found)},
        "parts": [
            {"title": paper.data(t(f"part.{key}")), "blocks": paper.data(blocks)}
            for key, blocks in parts_of(bulletin, w).items()
        ],
        "about": paper.data(about_on_paper(bulletin, w)),
        "floor": paper.data(
            t("intervals.floor", share=w.words.locale.percent(bulletin.floors.floor, 0))
        ),
        "words": {key: paper.data(t(key)) for key in _WORDS},
        "title": paper.data(t("page.title")),
        "head": {
            "period": paper.data(w.period(m)),
            "clock": paper.data(f"{t('measured.clock')}: {_clock(bulletin, w)}"),
            "edition": paper.data(
                t("page.edition", snapshot=snapshot[:_SHORT]) if snapshot else ""
            ),
            "status": paper.data(first.status),
        },
    }
    return {
        **said,
        "fonts": FONTS,
        "language": language,
        "document": paper.line(f"{t('page.title')} {first.subtitle}"),
        "author": paper.line(bulletin.colophon.publisher or ""),
        "description": paper.line(" ".join(_stated(bulletin, w))),
        "date": [m.as_of.year, m.as_of.month, m.as_of.day],
        "page": t("page.number", n="{n}", of="{of}"),
        "unwritten": paper.data(t("page.unwritten")) if paper.unwritten else [],
    }


def _stated(b: Bulletin, w: Writing) -> list[str]:
    """Return the licence and the contact in words, as far as they were stated."""
    t, c = w.words.text, b.colophon
    return [
        *([t("colophon.licence", licence=c.licence)] if c.licence else []),
        *([t("colophon.contact", contact=c.contact)] if c.contact else []),
    ]


def _clock(b: Bulletin, w: Writing) -> str:
    title = b.measured.clock.title.in_language(w.words.language)
    return w.words.text("measured.clock_value", title=title, norm=norm(b, w))
