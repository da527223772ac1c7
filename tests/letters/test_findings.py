"""Whether a bulletin says what its values say, in words that a lay reader can follow."""

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from etmaal.letters.bulletin import render_html
from etmaal.letters.values import Caveat, CaveatCode, Part, Section

Page = Callable[[str, str], str]
Tree = Callable[[str, str], Any]


def block(page: Any, key: str) -> Any:
    return next(n for n in page.all("section") if n.attributes.get("id") == key)


def sentence(page: Any, kind: str) -> str:
    return next(p.text for p in page.all("p") if kind in p.classes)


def test_the_main_finding_has_clock_unit_n_bounds_estimate_and_interval(tree: Tree) -> None:
    page = tree("one provider", "en")

    assert sentence(page, "finding") == (
        "Of 61 episodes, 68.9% was surely removed within 24 hours. It may have been more, but at "
        "most 82.0%. "
        "The best estimate is 75.4% (95% interval 74.2% to 76.6%)."
    )
    assert "The clock starts when the notice was sent." in sentence(page, "clock")


def test_the_same_finding_is_said_in_dutch_with_dutch_numbers(tree: Tree) -> None:
    assert sentence(tree("one provider", "nl"), "finding") == (
        "Van 61 episodes is 68,9% zeker binnen 24 uur verwijderd. Misschien is het meer, maar ten "
        "hoogste 82,0%. "
        "De beste schatting is 75,4% (95%-interval 74,2% tot 76,6%)."
    )


def test_an_empty_edition_gives_no_share_at_all(tree: Tree) -> None:
    page = tree("none at all", "en")

    assert "no episode" in sentence(page, "finding")
    assert not [p for p in page.all("p") if "headline" in p.classes]
    assert "No provider was judged." in page.text


def test_the_first_screen_says_what_was_measured(tree: Tree) -> None:
    facts = {
        div.all("dt")[0].text: div.all("dd")[0].text
        for box in tree("dull", "en").all("div")
        if "facts" in box.classes
        for div in box.all("div")
    }

    assert facts["Period"] == "1 January 2025 to 31 December 2025"
    assert facts["Known up to"] == "2 January 2026, 06:30 UTC"
    assert facts["Clock"] == "Code of conduct 2018: 24 hours from sending (norm 24 hours)"
    assert facts["Providers"] == "24"


def test_a_provisional_edition_says_until_when(tree: Tree) -> None:
    assert "until 3 January 2026, 00:00 UTC" in sentence(tree("dull", "en"), "banner")
    assert "tot 3 januari 2026, 00:00 uur UTC" in sentence(tree("dull", "nl"), "banner")


def test_the_number_of_false_lax_to_expect_is_never_rounded_down(samples: ModuleType) -> None:
    found = samples.one_provider()
    headline = replace(found.headline, judged=41, expected_false_lax=0.205)

    page = render_html(replace(found, headline=headline), "en")

    assert "For 41 providers there were enough items and sites for a verdict." in page
    assert "at most 0.21 of these would be called lax by chance" in page


@pytest.mark.parametrize("name", ["observed, no verdicts", "what if"])
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Lax", "Meets the norm", "floor 90%")),
        ("nl", ("Laks", "Voldoet aan", "ondergrens 90%")),
    ],
)
def test_under_a_clock_without_verdicts_no_verdict_is_shown_and_the_page_says_so(
    name: str, language: str, words: tuple[str, ...], tree: Tree
) -> None:
    page = tree(name, language)

    assert not [w for w in words if w in page.text]
    assert not [u for u in page.all("ul") if "tallies" in u.classes]
    assert page.all("p") and sentence(page, "banner").startswith(
        {"en": ("Observed", "What if"), "nl": ("Gezien", "Wat als")}[language]
    )


def test_a_what_if_shows_no_verdict_even_if_its_rows_have_one(
    samples: ModuleType, tree: Tree
) -> None:
    assert any(row.verdict == "lax" for row in samples.what_if().providers)
    assert "Nobody is judged" in sentence(tree("what if", "en"), "banner")


def test_providers_stand_in_groups_by_name_and_the_unknown_last(tree: Tree) -> None:
    register = block(tree("dull", "en"), "register")

    groups = [body.all("th")[0].text.split()[0] for body in register.all("tbody")]
    assert groups == ["Meets", "Cannot", "Lax", "Unmeasurable", "Too", "Not"]
    for body in register.all("tbody"):
        names = [node.text for node in body.all("bdi")]
        assert names == sorted(names)
    assert {b.text for b in register.all("bdi")[-2:]} == {
        "Behind a front (CDN), host not known",
        "Provider not found",
    }


@pytest.mark.parametrize(
    ("because", "said"),
    [
        ("between_bounds", "The bounds lie on both sides of 90%."),
        ("few_sites", "from too few different sites or batches"),
        ("attribution", "The provider is sure for too few of the items."),
        ("overturned_by:disputed", "without rows that the provider disputes"),
        ("a_reason_of_tomorrow", "Reason in the edition: a_reason_of_tomorrow."),
    ],
)
def test_a_verdict_says_why_in_words(because: str, said: str, samples: ModuleType) -> None:
    row = samples.row("p", 80, verdict="cannot_be_told", because=because)

    assert said in render_html(samples.bulletin_of([row]), "en")


@pytest.mark.parametrize(
    ("because", "said"),
    [("theirs", "There is evidence for each event."), ("ours", "not the provider’s doing")],
)
def test_an_unmeasurable_provider_is_said_to_be_so_by_whom(
    because: str, said: str, samples: ModuleType
) -> None:
    row = samples.row("p", 80, verdict="unmeasurable", because=because)

    assert said in render_html(samples.bulletin_of([row]), "en")


def test_of_four_hundred_providers_all_are_in_the_table_and_the_chart_says_what_it_leaves_out(
    tree: Tree,
) -> None:
    page = tree("four hundred providers", "en")

    assert len(block(page, "register").all("bdi")) == 402
    assert "The 40 with the most episodes are drawn." in block(page, "intervals").text
    assert "the other 362 as one bar" in block(page, "outcomes").text


def test_outcomes_in_the_table_add_up_to_n(tree: Tree) -> None:
    table = block(tree("four hundred providers", "en"), "outcomes").all("table")[0]

    for row in table.all("tbody")[0].all("tr"):
        n, *parts = (int(cell.text.replace(",", "")) for cell in row.all("td"))
        assert sum(parts) == n


def test_a_caveat_stands_with_the_chart_it_is_about(tree: Tree) -> None:
    page = tree("dull", "en")

    assert "about 12 hours apart" in block(page, "curves").text
    assert "about 12 hours apart" not in block(page, "months").text
    figure = block(page, "curves").all("figure")[0]
    assert "about 12 hours apart" in figure.all("figcaption")[0].text


def test_a_caveat_without_its_values_is_refused(samples: ModuleType) -> None:
    bare = Caveat(CaveatCode.LATE_ENTRY, Section.CURVES, count=3)

    with pytest.raises(ValueError, match="late_entry needs 'of'"):
        render_html(replace(samples.one_provider(), caveats=(bare,)), "en")


def test_what_the_source_does_not_record_is_not_known_and_not_none(
    samples: ModuleType, tree: Tree
) -> None:
    unknown = block(tree("nothing removed", "en"), "returns").text
    never = replace(samples.one_provider(), returns=samples.Returns(Part(0, 61), None, None))

    assert "The source does not say what came back." in unknown
    assert "0.0% of 61 episodes came back" in render_html(never, "en")


def test_where_nothing_was_removed_the_curve_says_so(tree: Tree) -> None:
    page = block(tree("nothing removed", "en"), "curves")

    assert "Nothing was seen removed" in page.text
    assert "not reached" in page.text


def test_a_colophon_without_licence_says_so_and_invents_none(
    samples: ModuleType, tree: Tree
) -> None:
    [footer] = tree("none at all", "en").all("footer")

    assert "No licence was stated" in footer.text
    assert "Published by" not in footer.text and "Questions" not in footer.text


def test_a_language_without_a_catalogue_is_refused(samples: ModuleType) -> None:
    with pytest.raises(ValueError, match="no catalogue for 'de'"):
        render_html(samples.none_at_all(), "de")


def who(page: Any) -> dict[str, str]:
    [found] = [node for node in page.all("dl") if "who" in node.classes]
    return {
        div.all("dt")[0].text.strip(): " / ".join(dd.text for dd in div.all("dd"))
        for div in found.all("div")
    }


def test_the_first_screen_names_who_meets_the_norm_who_does_not_and_why_it_cannot_be_told(
    tree: Tree,
) -> None:
    groups = who(tree("dull", "en"))

    assert list(groups) == [
        "Meets the norm", "Lax", "Cannot be told", "Unmeasurable", "Too few items",
    ]  # fmt: skip
    assert groups["Too few items"].startswith("Provider 004, Provider 009")
    assert groups["Lax"].startswith("Provider 001, Provider 006")
    assert (
        "The bounds lie on both sides of 90%. Provider 007, Provider 017"
        in groups["Cannot be told"]
    )
    assert "too few different sites or batches. Provider 013" in groups["Cannot be told"]
    assert "not the provider’s doing. Provider 008" in groups["Unmeasurable"]


def test_of_many_providers_the_first_screen_names_some_and_says_how_many_more(tree: Tree) -> None:
    assert "and 68 more" in who(tree("four hundred providers", "en"))["Meets the norm"]


def test_who_is_proposed_as_wrong_is_said_with_the_person_who_decides(tree: Tree) -> None:
    page = tree("another way of measuring", "en")

    assert "A named person decides. Provider 001, Provider 006" in who(page)["Lax"]
    assert block(page, "register").text.count("Proposed as wrong") == 3
    assert "Proposed as wrong" not in tree("dull", "en").text


def test_under_a_what_if_nobody_is_proposed_as_wrong(samples: ModuleType) -> None:
    found = samples.what_if()
    rows = tuple(replace(row, proposed="wrong") for row in found.providers)

    assert "Proposed as wrong" not in render_html(replace(found, providers=rows), "en")


def test_a_break_is_drawn_listed_and_said_on_the_first_screen(tree: Tree) -> None:
    page = tree("another way of measuring", "en")
    months = block(page, "months")

    rows = [
        [cell.text for cell in row.all("th", "td")]
        for row in months.all("table")[0].all("tbody")[0].all("tr")
    ]
    assert [row[:2] for row in rows] == [
        ["1", "1 January 2025"],
        ["2", "12 May 2025"],
        ["3", "20 May 2025"],
        ["4", "30 November 2025"],
    ]
    assert {"1 other checks", "4 other source"} <= {
        " ".join(text.text.split()) for text in months.all("text")
    }
    assert "Months on the two sides of a line" in months.all("figcaption")[0].text
    banners = [p.text for p in page.all("p") if "banner" in p.classes]
    assert any("changed on 1 January 2025, 12 May 2025" in banner for banner in banners)
    assert "before the period" not in page.text


def test_a_caveat_stands_with_the_table_and_in_the_description_of_the_drawing(tree: Tree) -> None:
    curves = block(tree("dull", "en"), "curves")

    [behind] = curves.all("details")
    descriptions = [desc.text for desc in curves.all("desc")]
    assert "about 12 hours apart" in behind.text
    assert "about 12 hours apart" in descriptions[0]


def test_a_funnel_too_wide_to_single_anybody_out_says_so(tree: Tree) -> None:
    wide = block(tree("another way of measuring", "en"), "funnel").text
    ordinary = block(tree("dull", "en"), "funnel").text

    assert "too unlike to be compared" in wide and "138.9 times" in wide
    assert "where 99.8% would lie if there were chance alone" in wide
    assert "too unlike" not in ordinary and "thin lines" not in ordinary


def test_what_was_never_looked_at_is_not_called_open(tree: Tree) -> None:
    text = block(tree("another way of measuring", "en"), "open").text

    assert "31 of these were never looked at after the clock started." in text


def test_where_nothing_is_known_no_estimate_is_given(tree: Tree) -> None:
    page = tree("all unknown", "en")

    assert sentence(page, "finding").startswith("Of 246 episodes no check says")
    assert not [p for p in page.all("p") if "headline" in p.classes]
    assert "No check says anything" in block(page, "curves").text


def test_the_largest_providers_are_listed_by_volume_and_add_up(tree: Tree) -> None:
    table = block(tree("dull", "en"), "concentration").all("table")[1]
    rows = [[c.text for c in row.all("th", "td")] for row in table.all("tbody")[0].all("tr")]

    sizes = [int(row[1].replace(",", "")) for row in rows]
    total = int(rows[0][4].replace(",", ""))
    assert len(rows) == 10 and sizes == sorted(sizes, reverse=True)
    assert rows[-1][3] == f"{sum(sizes) / total:.1%}"


def test_countries_cross_in_the_chart_and_stand_one_by_one_in_its_table(tree: Tree) -> None:
    transit = block(tree("dull", "en"), "transit")

    drawn = [text.text for text in transit.all("svg")[0].all("text")]
    assert {"NL", "SC", "DE", "?", "65%"} <= set(drawn)
    assert len(transit.all("tbody")[0].all("tr")) == 5


@pytest.mark.parametrize(("language", "word"), [("en", "Provider"), ("nl", "Aanbieder")])
def test_codes_go_on_after_z_with_two_letters_in_tables_too(
    language: str, word: str, tree: Tree
) -> None:
    register = block(tree("coded names", language), "register")

    for body in register.all("tbody")[:5]:
        codes = [node.text.removeprefix(f"{word} ") for node in body.all("bdi")]
        assert codes == sorted(codes, key=lambda code: (len(code), code))


def test_a_coded_bulletin_says_that_it_is_and_leads_nowhere(tree: Tree) -> None:
    page = tree("coded names", "en")

    assert any("Coded." in p.text for p in page.all("p") if "banner" in p.classes)
    assert "not told, because it leads to the names" in block(page, "versions").text
    assert "names coded" in page.all("footer")[0].text
    assert not [code for code in page.all("code") if len(code.text) == 64]


def test_one_month_alone_is_no_course(tree: Tree) -> None:
    assert "All clocks started in March 2025." in block(tree("one month", "en"), "months").text


def test_where_no_check_leaves_anything_open_the_finding_is_one_share(tree: Tree) -> None:
    found = sentence(tree("two coded names", "en"), "finding")

    assert found.startswith("Of 160 episodes, 76.0% was removed within 24 hours; no check leaves")
    assert "95% interval" in found


def heads(table: Any) -> list[str]:
    return [head.text for head in table.all("thead")[0].all("th")]


@pytest.mark.parametrize(
    ("language", "bounds", "ends"),
    [
        ("en", {"Surely", "Possibly"}, {"Curve at least", "Curve at most"}),
        ("nl", {"Zeker", "Mogelijk"}, {"Curve ten minste", "Curve ten hoogste"}),
    ],
)
def test_where_the_curve_stands_is_not_called_what_the_bounds_are_called(
    language: str, bounds: set[str], ends: set[str], tree: Tree
) -> None:
    page = tree("dull", language)
    curve = block(page, "curves")

    assert bounds <= set(heads(block(page, "intervals").all("table")[0]))
    assert ends <= set(heads(curve.all("table")[0]))
    assert not bounds & set(heads(curve.all("table")[0]))
    assert all(f"“{end}”".casefold() in curve.text.casefold() for end in ends)


@pytest.mark.parametrize(
    ("language", "two", "kept"),
    [
        ("en", "between two checks on record", "A source may keep only some of its checks."),
        ("nl", "tussen twee vastgelegde controles", "Een bron bewaart soms maar een deel"),
    ],
)
def test_gaps_are_those_between_checks_on_record(
    language: str, two: str, kept: str, tree: Tree
) -> None:
    gaps = block(tree("dull", language), "gaps").text

    assert two in gaps
    assert kept in gaps


@pytest.mark.parametrize(
    ("roads", "said", "never"),
    [
        ([(None, "NL")], "The country of the server is not known", "and seat are not known"),
        ([("NL", None)], "The provider’s seat is not known", "and seat are not known"),
        ([("NL", None), (None, "NL")], "never both known", "and seat are not known"),
        ([(None, None)], "The countries of server and seat are not known.", "of the server is not"),
    ],
)
def test_only_the_country_that_is_not_known_is_called_so(
    roads: list[tuple[str | None, str | None]], said: str, never: str, samples: ModuleType
) -> None:
    rows = tuple(samples.TransitRow(server, seat, 40) for server, seat in roads)

    page = render_html(replace(samples.one_provider(), transit=rows), "en")

    assert said in page
    assert never not in page


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "nl",
            (
                "Voor 15 hostingbedrijven waren er genoeg items en sites voor een oordeel. "
                "Bij 2 daarvan liggen de grenzen aan beide kanten van 90%."
            ),
        ),
        (
            "en",
            (
                "For 15 providers there were enough items and sites for a verdict. "
                "For 2 of these the bounds lie on both sides of 90%."
            ),
        ),
    ],
)
def test_who_could_be_judged_is_told_with_who_stays_undecided(
    language: str, said: str, samples: ModuleType
) -> None:
    found = samples.dull()
    assert sum(row.because == "between_bounds" for row in found.providers) == 2

    page = render_html(replace(found, headline=replace(found.headline, judged=15)), language)

    assert said in page


@pytest.mark.parametrize("language", ["en", "nl"])
def test_an_episode_is_explained_before_the_word_is_used(language: str, tree: Tree) -> None:
    text = " ".join(p.text for p in tree("dull", language).all("p"))
    explained = {"en": "An episode is one item", "nl": "Een episode is één item"}[language]

    assert text.index("pisode") >= text.index(explained)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "less than 0.1\u00a0h"), ("nl", "minder dan 0,1\u00a0u")]
)
def test_a_short_time_is_not_written_as_none(language: str, said: str, samples: ModuleType) -> None:
    rows = (samples.DelayRow("transport", 40, 2, 0.004, 1.1),)

    page = render_html(replace(samples.one_provider(), delays=rows), language)

    assert said in page
    assert {"en": "0.0\u00a0h", "nl": "0,0\u00a0u"}[language] not in page
