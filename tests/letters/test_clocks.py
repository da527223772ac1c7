"""The page of other clocks: no share without its bounds, nothing in it that was not said."""

import re
from datetime import date
from functools import cache

import pytest

from etmaal.definitions import loader
from etmaal.definitions.values import Text
from etmaal.letters.clocks import render_html
from etmaal.letters.values.clocks import BodyReading, Clocks, WithinShare
from etmaal.letters.words import LANGUAGES


def within(provider: str | None, hours: float, n: int = 1234) -> WithinShare:
    if n == 0:
        return WithinShare(provider, hours, 0, None, None, None, None, None)
    return WithinShare(provider, hours, n, 0.001, 0.241, 0.002, 0.001, 0.034)


def clocks() -> Clocks:
    names = {"p": "Example Hosting North-East", "q": "<b>bold</b>"}
    body = loader.bodies()[0]
    return Clocks(
        date(2025, 1, 1), date(2025, 7, 1), Text(nl="Gedragscode", en="Code of conduct"), "sent",
        24.0, names,
        tuple(within(p, h) for p in (None, "p", "q") for h in (24.0, 12.0, 1.0)),
        (BodyReading(body, 60, 3, 0, (within(None, 48.0),), 33.5),),
    )  # fmt: skip


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
