"""The page of a comparison: whole in both languages, plain to read, nothing in it that was not said."""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from typing import Any

import pytest
import yaml

from etmaal.core.comparison import (
    Averaged,
    Because,
    Change,
    Comparison,
    Edition,
    Effect,
    Evidence,
    GroupChange,
    Mark,
    Mix,
    Span,
    Together,
    Unit,
    Warned,
    What,
    Withheld,
    Word,
)
from etmaal.letters.comparison import render_html
from etmaal.letters.saying import Saying
from etmaal.letters.words import LANGUAGES, Words

PACKAGE = resources.files("etmaal.letters")
UNKIND = ("شركة استضافة مثال", '<script>alert("x")</script>', "W" * 200, "break \u202e\x07\nout")


def unit(name: str, share: float | None, *, n: int = 120, verdict: str = "lax") -> Unit:
    span = None if share is None else Span(share, max(share - 0.1, 0), min(share + 0.1, 1))
    because = "theirs" if verdict == "unmeasurable" else "possibly_high_below_floor"
    n = n if share is not None else 0
    return Unit(name, name, n, n + 5, share, share, span, 60.0, verdict, because)


def changed(name: str, one: float | None, other: float | None, **more: Any) -> Change:
    before, after = unit(name, one), unit(name, other)
    span = beyond = usual = None
    if one is not None and other is not None:
        span = Span(other - one, other - one - 0.14, other - one + 0.14)
        usual = Span((one + 0.5) / 2, 0.1, 0.9)
        beyond = Span(other - usual.value, other - usual.value - 0.2, other - usual.value + 0.2)
    made = Change(
        name, Word.CANNOT_BE_TOLD, Because.HOLDS_ZERO, before, after, span, -0.2, 0.4, usual, beyond
    )
    return replace(made, **more)


EDITION = Edition(
    date(2025, 1, 1), date(2025, 7, 1), datetime(2025, 8, 1, tzinfo=UTC), False, 1234, 1300,
    "0.1.0", "nl-covenant-2018 1", "a" * 64, "b" * 64,
)  # fmt: skip
LATER = replace(EDITION, period_from=date(2025, 7, 1), period_before=date(2026, 1, 1), n=987)


def comparison(*changes: Change, marks: tuple[Mark, ...] = (), **more: Any) -> Comparison:
    average = Averaged(Span(0.5, 0.4, 0.6), Span(0.7, 0.6, 0.8), Span(0.2, 0.06, 0.34), (1234, 987))
    whole = Together(
        average, average, Mix(Span(0.15, 0.02, 0.28), 0.07, -0.02), len(changes), 0.6, None
    )
    made = Comparison("nl-covenant-2018", 1, 24.0, True, 50, EDITION, LATER, marks, changes, whole)
    return replace(made, **more)


# Of these a page says itself what stands in their detail.
SPOKEN = (What.PROVISIONAL, What.TOO_SOON, What.TIME_BETWEEN)


def full() -> Comparison:
    improved = {"word": Word.IMPROVED, "because": Because.EXCLUDES_ZERO}
    marks = tuple(
        Mark(what, list(Effect)[k % len(Effect)], "x", "y", detail=detail, on=on)
        for k, (what, detail, on) in enumerate(
            [
                *((what, "", date(2025, 7, 1)) for what in list(What)[:4]),
                *((what, "in_time", None) for what in list(What)[4:] if what not in SPOKEN),
                (What.TOO_SOON, "", None),
                (What.PROVISIONAL, "before", None),
                (What.PROVISIONAL, "after", None),
                (What.TIME_BETWEEN, "31", None),
            ]
        )
    )
    group = GroupChange(2, 1, Span(0.2, -0.1, 0.5), Span(0.1, -0.3, 0.4))
    found = comparison(
        changed("Alpha", 0.4, 0.9, **improved, warned=True),
        changed("Beta", 0.3, 0.5, **improved, by_itself=True),
        changed("Gamma", 0.9, 0.5, word=Word.WORSENED, because=Because.EXCLUDES_ZERO),
        changed(
            "Lucky", 1.0, 0.8, word=Word.WORSENED, because=Because.EXCLUDES_ZERO, by_itself=True
        ),
        changed("Buyer", 0.9, 0.5, because=Because.NETWORKS, networks=tuple(Evidence)),
        changed("Spared", 0.2, 0.2, withheld=tuple(Withheld)),
        changed("Delta", 0.5, 0.5, may_be_named=True, looked_otherwise=True),
        changed("Small", 0.5, 0.6, because=Because.TOO_FEW),
        changed("Sites", 0.5, 0.6, because=Because.FEW_SITES),
        changed("Deaf", None, None, because=Because.UNMEASURABLE, change=None),
        changed("Moved", 0.5, 0.6, because=Because.METHOD),
        Change("new", Word.NEW, Because.ONLY_AFTER, None, unit("New", 0.4), namesake="gone"),
        Change("gone", Word.GONE, Because.ONLY_BEFORE, unit("New", 0.4), None, namesake="new"),
        *(changed(name, 0.4, 0.5) for name in UNKIND),
        marks=marks,
        after=replace(LATER, provisional=True),
    )
    warned = Warned(group, group, Span(0.1, -0.3, 0.5), Span(0.0, -0.4, 0.4))
    return replace(found, together=replace(found.together, warned=warned))


def bare() -> Comparison:
    none = Averaged(None, None, None, (0, 0))
    return comparison(together=Together(none, none, None, 0, 0.0, None), verdicts=False)


def single() -> Comparison:
    return comparison(
        changed("Alone", 0.5, 0.5, withheld=(Withheld.TOO_SOON,)),
        marks=(Mark(What.CODE, Effect.CAUTION, "1", "2"),),
    )


def named() -> Comparison:
    deaf = Change(
        "d", Word.CANNOT_BE_TOLD, Because.UNMEASURABLE,
        unit("Deaf", 0.5, verdict="unmeasurable"), unit("Deaf", 0.5, verdict="unmeasurable"),
        may_be_named=True,
    )  # fmt: skip
    group = GroupChange(2, 0, Span(0.2, -0.1, 0.5), None)
    found = comparison(deaf, marks=(Mark(What.RULE, Effect.CHANGE, on=date(2025, 7, 1)),))
    warned = Warned(group, group, Span(0.0, -0.3, 0.3), None)
    return replace(found, together=replace(found.together, warned=warned))


def withheld() -> Comparison:
    group = GroupChange(0, 1, None, None)
    found = comparison(
        changed("A", None, None), marks=(Mark(What.FLOORS, Effect.VERDICTS, "a 1", "b 1"),)
    )
    whole = replace(found.together, warned=Warned(group, group, None, None), tested=0)
    return replace(found, together=whole)


def many() -> Comparison:
    return comparison(
        *(changed(f"Provider {k:03}", 0.4, 0.6, looked_otherwise=k < 3) for k in range(400))
    )


SAMPLES = {
    "full": full, "bare": bare, "single": single, "named": named, "withheld": withheld,
}  # fmt: skip


@cache
def page(name: str, language: str) -> str:
    return render_html(SAMPLES[name](), language)


every_page = pytest.mark.parametrize(
    ("name", "language"), [(name, language) for name in SAMPLES for language in LANGUAGES]
)


@pytest.fixture(scope="session")
def read_page() -> Callable[[str], Any]:
    """Read a page strictly: every element closed where it belongs."""
    from html.parser import HTMLParser

    class Strict(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []
            self.tags: list[tuple[str, dict[str, str | None]]] = []
            self.words: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.tags.append((tag, dict(attrs)))
            if tag not in {"meta", "br", "hr"}:
                self.open.append(tag)

        def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.tags.append((tag, dict(attrs)))

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

        def handle_data(self, data: str) -> None:
            if not {"style"} & set(self.open):
                self.words.append(data)

    def reading(html: str) -> Strict:
        reader = Strict()
        reader.feed(html)
        reader.close()
        assert reader.open == []
        return reader

    return reading


@every_page
@pytest.mark.slow
def test_a_page_runs_nothing_fetches_nothing_and_its_parts_are_found(
    name: str, language: str, read_page: Callable[[str], Any]
) -> None:
    found = read_page(page(name, language))
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]

    assert len(ids) == len(set(ids))
    for tag, attributes in found.tags:
        assert tag not in {"script", "link", "img", "iframe", "object"}
        assert not any(key.startswith("on") for key in attributes)
        if tag == "a":
            assert (attributes["href"] or "").removeprefix("#") in ids
        for pointed in ("aria-labelledby", "aria-describedby"):
            assert set((attributes.get(pointed) or "").split()) <= set(ids)
    assert ("html", {"lang": language}) in found.tags
    assert [tag for tag, _ in found.tags].count("h1") == 1


@every_page
@pytest.mark.slow
def test_headings_never_skip_a_level(
    name: str, language: str, read_page: Callable[[str], Any]
) -> None:
    levels = [
        int(tag[1]) for tag, _ in read_page(page(name, language)).tags if tag in ("h1", "h2", "h3")
    ]

    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


@every_page
@pytest.mark.slow
def test_no_row_has_a_percentage_without_its_n(name: str, language: str) -> None:
    for row in re.findall(
        r'<tr role="row">(?!<th role="columnheader").*?</tr>', page(name, language)
    ):
        if "%" in re.sub("<[^>]*>", "", row):
            assert 'class="n"' in row


@pytest.mark.slow
def test_the_same_comparison_gives_the_same_bytes() -> None:
    assert render_html(full(), "nl") == render_html(full(), "nl")


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_names_that_others_chose_stay_text(language: str) -> None:
    html = page("full", language)

    assert "<script>" not in html
    assert "<bdi>&lt;script&gt;" in html
    assert "\u202e" not in html and "\x07" not in html


@pytest.mark.slow
def test_what_was_measured_otherwise_stands_at_the_top_and_in_its_table() -> None:
    html = page("named", "en")

    assert html.index("The way of measuring changed.") < html.index('class="finding"')
    assert "from 1 July 2025" in html
    assert "unmeasurable. Notices were refused or looks were obstructed." in html


@pytest.mark.slow
def test_a_reader_is_told_what_came_by_itself_and_what_by_chance() -> None:
    html = page("full", "en")

    assert "1 of the 2 that improved did no better than was to be expected" in html
    assert "about 0.6 (less than one) of these would still be called" in html


@pytest.mark.slow
def test_nobody_is_said_to_be_nameable_where_naming_is_withheld() -> None:
    assert "Nobody can be named on these two editions." in page("withheld", "en")
    assert "Under this clock no provider is judged." in page("bare", "en")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "1 of the 2 that worsened did no worse than was to be expected after an unusually"),
        ("nl", "1 van de 2 die het slechter deden, deden het niet slechter dan na een ongewoon"),
    ],
)
def test_of_those_that_worsened_too_is_told_what_came_by_itself(language: str, said: str) -> None:
    assert said in page("full", language)
    assert said not in page("single", language)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_could_be_named_but_is_not_is_listed_with_every_reason(language: str) -> None:
    texts = catalogue(language)
    shown = page("full", language).split('id="named"')[1].split("</section>")[0]

    assert "Spared" in shown and "Delta" in shown
    for reason in Withheld:
        assert texts[f"withheld.{reason}"] in shown
    lonely = page("single", language).split('id="named"')[1].split("</section>")[0]
    assert texts["withheld.too_soon"] in lonely
    assert texts["named.lead_withheld"].split(".")[0] in lonely


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_whose_networks_may_have_changed_is_told_with_what_shows_it(language: str) -> None:
    texts = catalogue(language)
    html = page("full", language)

    assert texts["because.networks_changed"] in html
    for evidence in Evidence:
        assert texts[f"evidence.{evidence}"] in html
    assert texts["banner.networks"].split("**")[1] in html
    assert texts["banner.networks"].split("**")[1] not in page("named", language)


@pytest.mark.slow
def test_groups_are_by_word_and_within_them_by_name() -> None:
    ordered = [change.provider for change in Saying.of(full(), "en").ordered()]

    assert ordered[:4] == ["Alpha", "Beta", "Gamma", "Lucky"]
    assert ordered[-2:] == ["new", "gone"]
    middle = [name.casefold() for name in ordered[4:-2] if name.isascii() and name.isalpha()]
    assert middle == sorted(middle)


@pytest.mark.slow
def test_of_four_hundred_forty_are_drawn_and_all_are_in_the_table() -> None:
    html = render_html(many(), "nl")

    assert html.count("<bdi>Provider ") == 400 * 2  # in figures, and what would change by itself
    assert "De 40 hostingbedrijven met de meeste" in html or "De 40 met de meeste" in html


@pytest.mark.parametrize(
    ("change", "written"),
    [(0.0, "0.0"), (-0.0004, "0.0"), (0.123, "+12.3"), (-0.05, "−5.0"), (1.0, "+100.0")],
)
def test_a_change_is_written_with_its_sign(change: float, written: str) -> None:
    assert Saying.of(bare(), "en").signed(change) == written


def test_points_are_written_as_the_language_does() -> None:
    assert Saying.of(bare(), "nl").points(-0.123) == "−12,3 punt"


# The catalogues.


def flat(entry: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(entry, dict):
        for name, inner in entry.items():
            assert isinstance(name, str), f"{name!r} below {key} is no text: quote it"
            yield from flat(inner, f"{key}.{name}" if key else name)
    elif isinstance(entry, list):
        for i, inner in enumerate(entry):
            yield from flat(inner, f"{key}.{i}")
    else:
        yield key, entry


def catalogue(language: str) -> dict[str, Any]:
    text = (PACKAGE / "words" / f"comparison.{language}.yaml").read_text(encoding="utf-8")
    return dict(flat(yaml.safe_load(text)))


def test_both_catalogues_have_the_same_texts_with_the_same_values() -> None:
    english, dutch = catalogue("en"), catalogue("nl")

    assert list(dutch) == list(english)
    for key, text in english.items():
        assert isinstance(text, str) and text.strip(), key
        assert set(re.findall(r"\{(\w+)\}", dutch[key])) == set(re.findall(r"\{(\w+)\}", text)), key
        assert dutch[key].count("**") == text.count("**"), key
        assert dutch[key] != text or not text.endswith("."), key


@pytest.mark.slow
def test_no_text_is_left_that_no_page_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    used: set[str] = set()
    entry = Words.entry

    def noting(self: Words, key: str) -> Any:
        used.add(key)
        return entry(self, key)

    monkeypatch.setattr(Words, "entry", noting)
    for make in (*SAMPLES.values(), many):
        render_html(make(), "en")

    keys = {f"comparison.{key}" for key in catalogue("en")}
    left = {k for k in keys if not any(k == name or k.startswith(f"{name}.") for name in used)}
    assert left == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Warned, counted: 2 of 3. Not warned, counted: 2 of 3."),
        ("nl", "Gewaarschuwd, meegeteld: 2 van 3. Niet gewaarschuwd, meegeteld: 2 van 3."),
    ],
)
def test_of_those_warned_and_the_others_is_told_how_many_were_counted(
    language: str, said: str
) -> None:
    assert said in page("full", language)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Counted are 0 of 1 warned and 0 of 1 others."),
     ("nl", "Meegeteld zijn 0 van 1 gewaarschuwde en 0 van 1 andere.")],
)  # fmt: skip
def test_where_those_warned_cannot_be_compared_the_reason_is_told(language: str, said: str) -> None:
    assert said in page("withheld", language)


@pytest.mark.slow
def test_what_is_beyond_cannot_be_told_of_too_few_and_says_why() -> None:
    why = "at least four providers in the first period"

    assert why in page("named", "en")
    assert why not in page("full", "en") and why not in page("withheld", "en")


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("marks", [(), (Mark(What.CODE, Effect.CAUTION, "1", "2"),)])
def test_looks_that_differ_for_some_are_told_where_the_rest_was_the_same(
    language: str, marks: tuple[Mark, ...]
) -> None:
    same = changed("A", 0.5, 0.5)
    other = changed("B", 0.5, 0.5, looked_otherwise=True)
    said = {"en": "For 1 provider, checks on record", "nl": "Bij 1 hostingbedrijf liggen de vast"}

    with_one = render_html(comparison(same, other, marks=marks), language)
    with_none = render_html(comparison(same, marks=marks), language)

    assert said[language] in with_one
    assert said[language] not in with_none
    nothing = {"en": "Nothing was found that was measured", "nl": "Er is niets gevonden dat anders"}
    assert nothing[language] not in with_one
    assert (nothing[language] in with_none) is (marks == ())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "Code of conduct 2018: 24 hours from sending"),
     ("nl", "Gedragscode 2018: 24 uur na verzending")],
)  # fmt: skip
def test_the_clock_is_called_by_its_title(language: str, title: str) -> None:
    shown = page("full", language).split('<div class="facts">')[1].split("</dl>")[0]

    assert title in shown
    assert "nl-covenant-2018" not in shown
