"""What the fonts of the PDF can write, held against the fonts themselves."""

import json
import re
import unicodedata

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup, escape

from etmaal.letters import glyphs
from etmaal.letters.drawing import on_paper
from etmaal.letters.paper import Paper

SETTING = """
#set document(title: "x")
#let data = json(bytes(sys.inputs.data))
#set text(font: data.fonts)
#title()
#for line in data.lines [#text(line) \\ ]
#for drawn in data.drawn { image(bytes(drawn), format: "svg", alt: "x") }
"""


def set_in_type(lines: list[str], drawn: list[str]) -> None:
    """Make an accessible PDF of lines and drawings.

    Raises:
        typst.TypstError: if a character cannot be written.
    """
    data = {"lines": lines, "drawn": drawn, "fonts": glyphs.FONTS}
    typst.compile(
        SETTING.encode(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
    )


def chart_with(word: str) -> str:
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="20">'
        f'<title>t</title><desc>d</desc><text y="9" font-size="11px">{escape(word)}</text></svg>'
    )
    svg: str = on_paper(Markup(drawn))["svg"]  # noqa: S704
    return svg


def test_every_character_that_is_said_to_be_writable_is() -> None:
    every = [
        c
        for c in map(chr, range(0x20, 0x2E00))
        if not glyphs.lacks(c) and unicodedata.normalize("NFC", c) == c
    ]

    assert len(every) > 1400
    set_in_type(every, [chart_with(c) for c in every[::7]])


@pytest.mark.parametrize(
    ("story", "text", "written"),
    [
        ("Dutch stays as it is", "één ĳ naïef € 5 – “ja”", "één ĳ naïef € 5 – “ja”"),
        ("Arabic too", "شركة", "شركة"),
        ("letters no font has become numbers", "例示 BV", "[4F8B 793A] BV"),
        ("many of them are cut off", "例" * 9, f"[{'4F8B ' * 8}…]"),
        ("two parts become one letter", "e\u0301", "é"),
        ("what is not seen is told", "a\u200bb", "a[200B]b"),
    ],
)
def test_a_text_is_written_with_what_there_is(story: str, text: str, written: str) -> None:
    assert glyphs.writable(text) == written, story
    assert glyphs.lacks(text) is (unicodedata.normalize("NFC", text) != written), story


def test_a_chart_shows_a_box_for_each_letter_that_it_lacks() -> None:
    assert glyphs.boxed("例示 BV") == "□□ BV"
    assert glyphs.boxed("Đặng") == "Đặng"
    assert glyphs.boxed("Đặng شركة") == "□□ng شركة"


def test_a_name_keeps_its_direction_to_itself() -> None:
    assert glyphs.isolated("Example") == "Example"
    assert glyphs.isolated("שלום") == "\u2068שלום\u2069"


def test_a_text_is_cut_where_another_font_is_needed() -> None:
    assert glyphs.by_font("") == []
    assert glyphs.by_font("abc") == [("abc", glyphs.TEXT_FONT)]
    assert glyphs.by_font("a شركة مثال, b") == [
        ("a ", glyphs.TEXT_FONT),
        ("شركة مثال", glyphs.ARABIC_FONT),
        (", b", glyphs.TEXT_FONT),
    ]


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=12))
def test_any_text_at_all_can_be_set_and_drawn(texts: list[str]) -> None:
    paper = Paper()
    lines = [glyphs.isolated(paper.line(text)) for text in texts]
    storable = [
        re.sub("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "?", t) for t in texts
    ]

    set_in_type(lines, [chart_with(text) for text in storable])
