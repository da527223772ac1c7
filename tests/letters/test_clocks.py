"""The page of other clocks: no share without its bounds, nothing in it that was not said."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

import pytest

from etmaal.definitions import loader
from etmaal.definitions.values import Text
from etmaal.letters.clocks import render_html
from etmaal.letters.values.clocks import BodyReading, Clocks, OfEdition, WithinShare
from etmaal.letters.words import LANGUAGES


def within(provider: str | None, hours: float, n: int = 1234) -> WithinShare:
    if n == 0:
        return WithinShare(provider, hours, 0, None, None, None, None, None)
    return WithinShare(provider, hours, n, 0.001, 0.241, 0.002, 0.001, 0.034)


OF = OfEdition(
    datetime(2025, 8, 1, tzinfo=UTC), False, datetime(2025, 7, 3, tzinfo=UTC), ("nl-x", 3),
    ("nl-y", 4), "0.1.0", "0.2.0", "a1" * 32, "b2" * 32,
)  # fmt: skip


def clocks() -> Clocks:
    names = {"p": "Example Hosting North-East", "q": "<b>bold</b>"}
    body = loader.bodies()[0]
    return Clocks(
        date(2025, 1, 1), date(2025, 7, 1), Text(nl="Gedragscode", en="Code of conduct"), "sent",
        24.0, names,
        tuple(within(p, h) for p in (None, "p", "q") for h in (24.0, 12.0, 1.0)),
        (BodyReading(body, 60, 3, 0, (within(None, 48.0),), 33.5),), OF,
    )  # fmt: skip


def every_body() -> Clocks:
    bodies = (
        BodyReading(body, 60, 3, 0, tuple(within(None, h) for h in body.within_hours), 33.5)
        for body in loader.bodies()
    )
    return replace(clocks(), bodies=tuple(bodies))


def provisional() -> Clocks:
    return replace(clocks(), of=replace(OF, provisional=True))


@cache
def page(language: str) -> str:
    return render_html(clocks(), language)


def words(row: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", row).split())


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "surely 0.1% to possibly 24.1% estimate 0.2% (0.1% to 3.4%)"),
        ("nl", "zeker 0,1% tot mogelijk 24,1% schatting 0,2% (0,1% tot 3,4%)"),
    ],
)
def test_no_estimate_stands_without_its_bounds(language: str, said: str) -> None:
    rows = re.findall(r'<tr role="row">(?!<th role="columnheader").*?</tr>', page(language))

    shares = [words(row) for row in rows if "%" in row]
    assert len(shares) == 4
    assert [row.count(said) for row in shares] == [3, 3, 3, 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_interval_is_of_is_told(language: str) -> None:
    told = {
        "en": "It does not cover all that is possible",
        "nl": "Het omvat niet alles wat mogelijk is",
    }

    assert told[language] in page(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_that_others_chose_stay_text(language: str) -> None:
    assert "<bdi>&lt;b&gt;bold&lt;/b&gt;</bdi>" in page(language)


def part(language: str, key: str, clocks: Clocks | None = None) -> str:
    html = page(language) if clocks is None else render_html(clocks, language)
    return words(html.split(f'id="{key}"')[1].split("</section>")[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_which_edition_it_is_made_from_is_told(language: str) -> None:
    shown = part(language, "versions")

    for value in ("0.1.0", "0.2.0", "a1" * 32, "b2" * 32, "nl-x, 3", "nl-y, 4"):
        assert value in shown
    assert {"en": "1 August 2025", "nl": "1 augustus 2025"}[language] in shown
    assert {"en": "Known up to 1 August 2025", "nl": "Bekend tot 1 augustus 2025"}[language] in (
        words(page(language).split("</header>")[0])
    )


@pytest.mark.parametrize(
    ("language", "final", "early", "until"),
    [
        ("en", "Final", "Provisional", "Figures may change until 3 July 2025"),
        ("nl", "Definitief", "Voorlopig", "Cijfers kunnen veranderen tot 3 juli 2025"),
    ],
)
def test_a_page_of_a_provisional_edition_is_provisional(
    language: str, final: str, early: str, until: str
) -> None:
    shown = render_html(provisional(), language)

    assert f'<span class="status">{final}</span>' in page(language)
    assert f'<span class="status">{early}</span>' in shown
    assert until in words(shown) and until not in words(page(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_is_said_to_be_what_a_body_would_publish(language: str) -> None:
    shown = part(language, "bodies", every_body())

    assert {"en": "would publish", "nl": "zou publiceren"}[language] not in words(page(language))
    for body in loader.bodies():
        assert " ".join(body.beside.in_language(language).split()) in shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["norms", "bodies"])
def test_why_an_interval_may_reach_beyond_the_bounds_is_told(language: str, key: str) -> None:
    told = {
        "en": "may therefore lie beyond “surely” or “possibly”",
        "nl": "kan dus buiten “zeker” of “mogelijk” liggen",
    }

    assert told[language] in part(language, key)
