"""What holds for every bulletin in every language: its structure, and that it stands alone."""

import re
from collections.abc import Callable
from itertools import pairwise
from types import ModuleType
from typing import Any

import pytest

from etmaal.letters.bulletin import render_html
from etmaal.letters.words import LANGUAGES

NAMES = (
    "dull",
    "one provider",
    "none at all",
    "four hundred providers",
    "unkind names",
    "nothing removed",
    "observed, no verdicts",
    "what if",
    "another way of measuring",
    "coded names",
    "two coded names",
    "one month",
    "all unknown",
)
Tree = Callable[[str, str], Any]
each_page = pytest.mark.parametrize(
    ("name", "language"),
    [
        pytest.param(name, language, marks=[pytest.mark.slow] if "hundred" in name else [])
        for name in NAMES
        for language in LANGUAGES
    ],
)
PERCENT = re.compile(r"\d%")


def test_every_sample_is_looked_at(samples: ModuleType) -> None:
    assert tuple(samples.SAMPLES) == NAMES


@pytest.mark.slow
def test_the_same_bulletin_gives_the_same_bytes(samples: ModuleType) -> None:
    assert render_html(samples.dull(), "en") == render_html(samples.dull(), "en")


@each_page
def test_a_page_says_its_language_and_has_its_landmarks(
    name: str, language: str, tree: Tree
) -> None:
    page = tree(name, language)

    [html] = page.all("html")
    assert html.attributes["lang"] == language
    assert len(page.all("head")[0].all("title")) == 1
    for tag in ("header", "main", "nav", "footer", "h1"):
        assert len([n for n in page.all(tag) if n.text.strip()]) == 1, tag
    first = page.all("body")[0].all("a")[0]
    assert first.attributes["href"] == "#findings"


@each_page
def test_headings_never_skip_a_level(name: str, language: str, tree: Tree) -> None:
    levels = [int(node.tag[1]) for node in tree(name, language).all("h1", "h2", "h3", "h4")]

    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


@each_page
def test_ids_are_unique_and_what_points_to_them_finds_them(
    name: str, language: str, tree: Tree
) -> None:
    nodes = tree(name, language).all()
    ids = [node.attributes["id"] for node in nodes if "id" in node.attributes]

    assert len(ids) == len(set(ids))
    for node in nodes:
        for key in ("aria-labelledby", "aria-describedby"):
            assert set((node.attributes.get(key) or "").split()) <= set(ids)
        href = node.attributes.get("href")
        assert href is None or href.removeprefix("#") in ids


@each_page
def test_a_page_runs_nothing_and_fetches_nothing(
    name: str, language: str, tree: Tree, html_of: Callable[[str, str], str]
) -> None:
    for node in tree(name, language).all():
        assert node.tag not in {"script", "link", "img", "iframe", "object", "form", "base"}
        for key, value in node.attributes.items():
            assert not key.startswith("on")
            assert key not in {"src", "srcset", "action", "xlink:href", "data"}
            assert key != "href" or (value or "").startswith("#")
            assert key == "xmlns" or "://" not in (value or "")
    style = "".join(node.text for node in tree(name, language).all("style"))
    assert "url(" not in style and "@import" not in style
    assert "http-equiv" not in html_of(name, language)


@each_page
def test_every_chart_has_a_title_and_a_table_behind_it(
    name: str, language: str, tree: Tree
) -> None:
    for block in tree(name, language).all("section"):
        if "block" not in block.classes or "figure" not in {n.tag for n in block.all()}:
            continue
        charts = [n for n in block.all("svg") if n.attributes.get("role") == "img"]
        assert charts
        for chart in charts:
            assert chart.all("title")[0].text.strip() and chart.all("desc")[0].text.strip()
        [behind] = block.all("details")
        assert behind.children and behind.all("summary")
        assert all(table.all("tbody")[0].all("tr") for table in behind.all("table"))


@each_page
def test_every_table_has_a_caption_and_headings_with_a_scope(
    name: str, language: str, tree: Tree
) -> None:
    for table in tree(name, language).all("table"):
        assert table.all("caption")[0].text.strip()
        heads = table.all("thead")[0].all("th")
        assert heads and all(h.attributes["scope"] == "col" and h.text.strip() for h in heads)
        for row in (r for body in table.all("tbody") for r in body.all("tr")):
            [first] = row.all("th")
            assert first.attributes["scope"] in {"row", "rowgroup"}
            if first.attributes["scope"] == "row":
                assert len(row.all("th", "td")) == len(heads)


@each_page
def test_no_row_of_a_table_has_a_percentage_without_its_n(
    name: str, language: str, tree: Tree
) -> None:
    seen = 0
    for row in tree(name, language).all("tr"):
        cells = row.all("td")
        if not any(PERCENT.search(cell.text) for cell in cells):
            continue
        seen += 1
        counts = [c.text for c in row.all("td", "th") if "n" in c.classes]
        assert counts and any(re.fullmatch(r"[\d.,]+", count) for count in counts), row.text
    assert seen or name == "none at all"


@each_page
def test_every_finding_in_words_with_a_percentage_names_what_it_is_of(
    name: str, language: str, tree: Tree
) -> None:
    for block in tree(name, language).all("section"):
        if "block" not in block.classes:
            continue
        for lead in (p for p in block.all("p") if "lead" in p.classes):
            if PERCENT.search(lead.text):
                counted = r"\d (episodes?|providers?|hostingbedrij(f|ven))\b"
                assert re.search(counted, lead.text), lead.text


@each_page
def test_nothing_of_the_machinery_shows_through(name: str, language: str, tree: Tree) -> None:
    [body] = tree(name, language).all("body")
    shown = body.text.replace("{n} {name} **stars** %s", "")

    assert "{" not in shown and "**" not in shown
    assert not re.search(r"\b(None|nan|inf|Markup|Share\(|undefined)\b", shown)


@each_page
def test_names_that_others_chose_stay_text_and_keep_their_direction_to_themselves(
    name: str, language: str, tree: Tree, html_of: Callable[[str, str], str], samples: ModuleType
) -> None:
    html = html_of(name, language)

    assert "<script" not in html and "onerror=y>" not in html.replace("onerror=y&gt;", "")
    if name == "unkind names":
        isolated = {node.text for node in tree(name, language).all("bdi")}
        assert samples.ARABIC in isolated
        assert samples.MARKUP in isolated
        assert "Line break and control override" in isolated
        assert "provider-009" in isolated  # who has no name is called by its id
