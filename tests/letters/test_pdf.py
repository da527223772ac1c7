"""What holds for the bulletin on paper: that it says what the page says, and can be read aloud."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from types import ModuleType
from typing import Any

import pytest
from pypdf import PdfReader

from etmaal.letters.pdf import paper_data, render_pdf
from etmaal.letters.words import LANGUAGES, words

pytestmark = pytest.mark.slow

MARKUP = ("#eval(1)", "*x*", "$x$", "a\\b", "<b>x</b>", "@ref", "// x", "`x`", "= x", "_x_", "[x]")

Pdf = Callable[[str, str], PdfReader]
Pages = Callable[[str, str], list[str]]
each_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def pdf(samples: ModuleType) -> Pdf:
    """Return the PDF of a sample in a language; each is rendered once."""

    @cache
    def made(name: str, language: str) -> PdfReader:
        return read(render_pdf(samples.SAMPLES[name](), language))

    return made


@pytest.fixture(scope="module")
def pages(pdf: Pdf) -> Pages:
    """Return the text of each page of such a PDF; reading takes longer than rendering."""
    return cache(lambda name, language: texts_of(pdf(name, language)))


def texts_of(found: PdfReader) -> list[str]:
    return [plain(page.extract_text()) for page in found.pages]


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def plain(text: str) -> str:
    return " ".join(text.split())


def tight(text: str) -> str:
    return "".join(text.split())


def root_of(found: PdfReader) -> Any:
    return found.trailer["/Root"]


def elements(found: PdfReader) -> Iterator[Any]:
    """Yield the elements of the structure tree in reading order."""
    waiting = [root_of(found)["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop(0).get_object()
        if not hasattr(element, "get") or element.get("/Type") in ("/MCR", "/OBJR"):
            continue
        if "/S" in element:
            yield element
        inner = element.get("/K")
        inner = inner.get_object() if inner is not None else []
        waiting[:0] = inner if isinstance(inner, list) else [inner]


def starts_of(page: Any) -> Iterator[float]:
    """Return how far from the left edge each run of letters begins, in points."""
    found: list[float] = []

    def visit(text: str, outer: list[float], inner: list[float], *_: object) -> None:
        if text.strip():
            found.append(inner[4] * outer[0] + inner[5] * outer[2] + outer[4])

    page.extract_text(visitor_text=visit)
    return iter(found)


def entries(found: PdfReader) -> Iterator[tuple[str, int]]:
    """Yield what the outline lists, with the number of the page that it leads to."""

    def below(listed: Any) -> Iterator[tuple[str, int]]:
        for one in listed:
            if isinstance(one, list):
                yield from below(one)
            else:
                yield str(one.title), (found.get_destination_page_number(one) or 0) + 1

    yield from below(found.outline)


def test_the_same_bulletin_gives_the_same_bytes(samples: ModuleType) -> None:
    assert render_pdf(samples.dull(), "en") == render_pdf(samples.dull(), "en")


@each_language
def test_a_pdf_says_what_it_is(language: str, pdf: Pdf) -> None:
    found = pdf("dull", language)
    root, meta = root_of(found), found.metadata

    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"] is not False
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert meta is not None and meta.title is not None
    assert meta.title.startswith(words(language).text("page.title"))
    assert meta.author == "Example Hotline"
    assert meta["/CreationDate"] == meta["/ModDate"] == "D:20260102000000Z"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()


@pytest.mark.parametrize(
    "name", ["dull", "one provider", "none at all", "nothing removed", "one month", "all unknown"]
)
def test_its_structure_can_be_read_aloud(name: str, pdf: Pdf) -> None:
    found = list(elements(pdf(name, "nl")))
    kinds = {str(element["/S"]) for element in found}

    assert {"/Title", "/H1", "/H2", "/P", "/Table", "/TH", "/TOC"} <= kinds
    for figure in (e for e in found if e["/S"] == "/Figure"):
        assert str(figure["/Alt"]).strip()
    for heading in (e for e in found if e["/S"] == "/TH"):
        attributes = heading["/A"]
        attributes = attributes if isinstance(attributes, list) else [attributes]
        assert "/Column" in {a.get_object().get("/Scope") for a in attributes}
    if name == "dull":
        assert sum(e["/S"] == "/Figure" for e in found) > 10
        assert sum(e["/S"] == "/Caption" for e in found) == sum(e["/S"] == "/Table" for e in found)


@each_language
def test_every_chart_is_said_in_words_with_its_caveats(
    language: str, pdf: Pdf, samples: ModuleType
) -> None:
    said = [str(e["/Alt"]) for e in elements(pdf("dull", language)) if e["/S"] == "/Figure"]
    curve = next(alt for alt in said if alt.startswith(words(language).text("curves.title")))

    caveats = [
        note
        for part in paper_data(samples.dull(), language)["parts"]
        for block in part["blocks"]
        if block["key"] == "curves"
        for note in block["notes"]
    ]
    assert len(caveats) == 2
    assert all("".join(run["text"] for run in note) in curve for note in caveats)
    assert len(said) == len(set(said))


@each_language
def test_the_first_page_says_it_all(language: str, pages: Pages, samples: ModuleType) -> None:
    b = samples.dull()
    data = paper_data(b, language)
    first = pages("dull", language)[0]

    for runs in (
        data["title"],
        data["opening"]["subtitle"],
        data["opening"]["finding"],
        data["opening"]["clock"],
        *data["opening"]["banners"],
        *(value for _, value in data["opening"]["facts"]),
        *(card["means"] for card in data["opening"]["cards"]),
        *(line["names"] for group in data["opening"]["who"] for line in group["lines"]),
    ):
        assert tight("".join(run["text"] for run in runs)) in tight(first)


@each_language
def test_contents_lead_to_the_pages_where_headings_stand(
    language: str, pdf: Pdf, pages: Pages
) -> None:
    found = [tight(page) for page in pages("dull", language)]
    listed = list(entries(pdf("dull", language)))

    assert len(listed) > 20
    for title, number in listed:
        assert tight(title) in found[number - 1]
        assert re.search(rf"{re.escape(tight(title))}\.+{number}(?!\d)", found[1]), title


@each_language
def test_every_page_carries_its_number_and_what_it_is_of(language: str, pages: Pages) -> None:
    found, w = pages("dull", language), words(language)

    for number, page in enumerate(found, start=1):
        assert page.endswith(w.text("page.number", n=number, of=len(found)))
        assert w.text("page.edition", snapshot="9f86d081884c") in page
    for page in found[1:]:
        assert w.text("page.provisional") in page
        assert ("norm 24" in page) and "2025" in page


@each_language
def test_all_that_the_page_says_stands_in_the_pdf(
    language: str, pages: Pages, samples: ModuleType
) -> None:
    shown = tight("".join(pages("dull", language)))
    data = paper_data(samples.dull(), language)

    blocks = [block for part in data["parts"] for block in part["blocks"]]
    assert len(blocks) > 15
    for block in blocks:
        for runs in (block["title"], block["lead"], block["reading"], block["limits"]):
            assert tight("".join(run["text"] for run in runs)) in shown
        for table in (*block["shown"], *block["behind"]):
            assert tight("".join(run["text"] for run in table["caption"])) in shown
            for row in table["rows"]:
                for cell in row:
                    assert tight("".join(run["text"] for run in cell)) in shown


def test_every_caveat_stands_with_its_chart_and_with_its_table(
    pages: Pages, samples: ModuleType
) -> None:
    shown = tight("".join(pages("dull", "nl")))
    data = paper_data(samples.dull(), "nl")

    seen = 0
    for block in (block for part in data["parts"] for block in part["blocks"]):
        for note in block["notes"]:
            seen += 1
            said = shown.count(tight("".join(run["text"] for run in note)))
            assert said >= 1 + len(block["behind"])
    assert seen > 3


def test_headings_of_a_long_table_come_again_on_every_page(pdf: Pdf) -> None:
    found = pdf("four hundred providers", "en")
    rows = [plain(page.extract_text()) for page in found.pages[2:12]]

    assert len(found.pages) > 40
    for page in rows:
        assert len(re.findall(r"Provider \d{3}", page)) > 10
        assert all(head in page for head in ("Provider", "Estimate", "Still open"))
        assert re.search("Meets the norm|Cannot be told|Lax", page)


def test_names_are_content_and_never_code(samples: ModuleType) -> None:
    rows = [
        samples.row(f"p{i:02d}", 300 - i, name=f"{name} {i:02d}") for i, name in enumerate(MARKUP)
    ]

    shown = " ".join(texts_of(read(render_pdf(samples.bulletin_of(rows), "nl"))))

    for i, name in enumerate(MARKUP):
        assert f"{name} {i:02d}" in shown


@each_language
def test_unkind_names_are_written_whole_and_on_the_paper(
    language: str, pdf: Pdf, samples: ModuleType
) -> None:
    found = pdf("unkind names", language)
    shown = tight("".join(texts_of(found)))

    assert tight(samples.MARKUP) in shown
    assert tight(samples.LONG[:200]) in shown
    assert "W" * 200 in shown
    assert "provider-009" in shown
    assert set(samples.ARABIC) - {" "} <= set(shown)
    assert "אירוח" in shown
    assert "[4F8B793A30DB" in shown
    assert tight(words(language).text("page.unwritten")) in shown
    for page in found.pages[:8]:
        starts = list(starts_of(page))
        assert starts and all(0 <= x < float(page.mediabox.width) - 50 for x in starts)


def test_a_document_without_unkind_names_does_not_speak_of_them(pages: Pages) -> None:
    assert tight(words("nl").text("page.unwritten")) not in tight("".join(pages("dull", "nl")))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("none at all", "finding.nothing"),
        ("one provider", "finding.title"),
        ("nothing removed", "curves.no_removal"),
        ("observed, no verdicts", "page.observed"),
        ("what if", "finding.title"),
        ("another way of measuring", "months.lead_broken"),
        ("coded names", "page.coded"),
        ("one month", "finding.title"),
        ("all unknown", "finding.title"),
    ],
)
def test_unusual_editions_are_told_as_what_they_are(name: str, said: str, pages: Pages) -> None:
    w, found = words("nl"), " ".join(pages(name, "nl"))
    first_words = w.text(said, norm="24 uur")[:40] if said != "page.coded" else "Gecodeerd."

    assert tight(first_words) in tight(found)
    assert re.search(r"\bnan\b|None|\{n\}", found) is None


def test_a_coded_bulletin_names_no_edition(pages: Pages) -> None:
    shown = " ".join(pages("coded names", "nl"))

    assert "Editie 9f86" not in shown
    assert "9f86d081" not in shown


def test_an_unknown_language_is_refused(samples: ModuleType) -> None:
    with pytest.raises(ValueError, match="no catalogue"):
        render_pdf(samples.dull(), "xx")


def test_nothing_of_the_machine_is_in_the_file(samples: ModuleType) -> None:
    b = replace(samples.dull(), colophon=replace(samples.dull().colophon, publisher=None))
    content = render_pdf(b, "nl")
    meta = read(content).metadata

    assert meta is not None and meta.author in (None, "")
    assert b"templates" not in content and b"/home" not in content and b".typ" not in content


@each_language
def test_on_paper_stand_only_the_definitions_that_a_reader_meets(
    language: str, pages: Pages
) -> None:
    shown = " ".join(pages("dull", language))

    assert "nl-covenant-2018" in shown
    assert "in_time" not in shown and "iwf" not in shown
    assert tight(words(language).text("versions.definitions_others")) in tight(shown)
