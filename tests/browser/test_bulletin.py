"""The bulletin in a real browser: for every eye, on any screen, without a network."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DESK = {"width": 1100, "height": 900}
TELEPHONE = {"width": 360, "height": 740}
PAGES = [
    ("dull", "en"),
    ("dull", "nl"),
    ("none at all", "en"),
    ("one provider", "nl"),
    ("unkind names", "en"),
    ("observed, no verdicts", "nl"),
    ("another way of measuring", "nl"),
    ("coded names", "nl"),
    ("one month", "en"),
    ("all unknown", "nl"),
]
Address = Callable[[str, str], str]

OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SHOWN_CHARTS = """
() => [...document.querySelectorAll('svg[role=img]')]
        .filter(chart => chart.getBoundingClientRect().width > 0)
        .map(chart => chart.getBoundingClientRect().width / chart.viewBox.baseVal.width)
"""
CLIPPED_WORDS = """
() => [...document.querySelectorAll('svg[role=img]')]
        .filter(chart => chart.getBoundingClientRect().width > 0)
        .flatMap(chart => {
          const edge = chart.getBoundingClientRect();
          return [...chart.querySelectorAll('text')].filter(text => {
            const box = text.getBoundingClientRect();
            return box.left < edge.left - 3 || box.right > edge.right + 3
                || box.top < edge.top - 3 || box.bottom > edge.bottom + 3;
          }).map(text => text.textContent);
        })
"""


@pytest.mark.parametrize(
    ("name", "language", "screen"),
    [
        pytest.param(name, language, screen, id=f"{name}, {language}, {screen['width']}")
        for name, language, screen in (
            ("dull", "en", DESK),
            ("dull", "nl", TELEPHONE),
            ("none at all", "en", DESK),
            ("one provider", "nl", TELEPHONE),
            ("unkind names", "en", TELEPHONE),
            ("observed, no verdicts", "nl", DESK),
            ("another way of measuring", "nl", TELEPHONE),
            ("coded names", "en", DESK),
        )
    ],
)
def test_no_rule_of_accessibility_is_broken_with_every_table_open(
    name: str, language: str, screen: dict[str, int], page: Page, bulletin: Address
) -> None:
    page.set_viewport_size(screen)  # type: ignore[arg-type]
    page.goto(bulletin(name, language))
    page.evaluate(OPEN_ALL)

    found = Axe().run(page).response["violations"]

    assert [(v["id"], [node["html"] for node in v["nodes"]][:3]) for v in found] == []


def test_the_checker_does_find_a_fault_where_there_is_one(page: Page) -> None:
    page.set_content("<html><body><img src='data:,'><p style='color:#ccc'>pale</p></body></html>")

    found = {violation["id"] for violation in Axe().run(page).response["violations"]}

    assert {"image-alt", "html-has-lang", "color-contrast"} <= found


@pytest.mark.parametrize(("name", "language"), PAGES)
def test_nothing_is_asked_of_any_network_and_nothing_is_complained_of(
    name: str, language: str, page: Page, bulletin: Address
) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    address = bulletin(name, language)

    page.goto(address)
    page.evaluate(OPEN_ALL)

    assert asked == [address]
    assert complaints == []


@pytest.mark.parametrize(("name", "language"), [*PAGES, ("four hundred providers", "en")])
def test_the_page_never_scrolls_sideways(
    name: str, language: str, page: Page, bulletin: Address
) -> None:
    page.goto(bulletin(name, language))
    page.evaluate(OPEN_ALL)

    too_wide = {}
    for width in (360, 700, 900, 1100):
        page.set_viewport_size({"width": width, "height": 800})
        too_wide[width] = page.evaluate(TOO_WIDE)

    assert max(too_wide.values()) <= 0, too_wide


@pytest.mark.parametrize("screen", [DESK, TELEPHONE], ids=["desk", "telephone"])
def test_charts_are_shown_at_a_size_at_which_their_words_can_be_read(
    screen: dict[str, int], page: Page, bulletin: Address
) -> None:
    page.set_viewport_size(screen)  # type: ignore[arg-type]
    page.goto(bulletin("dull", "en"))

    scales = page.evaluate(SHOWN_CHARTS)

    assert len(scales) >= 15
    assert min(scales) >= 0.85  # the smallest words are drawn at 10.5 pixels or more


@pytest.mark.parametrize(
    "name",
    [
        "dull",
        "unkind names",
        "four hundred providers",
        "another way of measuring",
        "coded names",
        "one month",
        "all unknown",
    ],
)
@pytest.mark.parametrize("screen", [DESK, TELEPHONE], ids=["desk", "telephone"])
def test_no_word_of_a_chart_is_cut_off_at_its_edge(
    name: str, screen: dict[str, int], page: Page, bulletin: Address
) -> None:
    page.set_viewport_size(screen)  # type: ignore[arg-type]
    page.goto(bulletin(name, "nl"))

    assert page.evaluate(CLIPPED_WORDS) == []


def test_the_first_stop_of_the_keyboard_leads_past_the_head_to_the_findings(
    page: Page, bulletin: Address
) -> None:
    page.goto(bulletin("dull", "en"))

    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("Enter")

    assert focused == "#findings"
    assert page.evaluate("location.hash") == "#findings"


def test_in_print_the_wide_charts_are_used_and_closed_tables_stay_out(
    page: Page, bulletin: Address
) -> None:
    page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]
    page.goto(bulletin("dull", "en"))
    page.emulate_media(media="print")

    assert page.locator("#curves .wide").first.is_visible()
    assert not page.locator("#curves .narrow").first.is_visible()
    assert not page.locator("#curves details").first.is_visible()
    assert page.locator("table.register thead").is_visible()


WIDER_THAN_THEIR_PLACE = """
() => [...document.querySelectorAll('.scroll')]
        .filter(place => place.scrollWidth > place.clientWidth)
        .map(place => [place.querySelector('caption').textContent, place.scrollWidth,
                       place.clientWidth])
"""


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("name", ["dull", "another way of measuring", "what if", "coded names"])
def test_on_a_desk_no_column_of_a_table_lies_outside_its_place(
    name: str, language: str, page: Page, bulletin: Address
) -> None:
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    page.goto(bulletin(name, language))
    page.evaluate(OPEN_ALL)

    assert page.evaluate(WIDER_THAN_THEIR_PLACE) == []
