"""The pages of comparison, clocks and quality in a real browser: for every eye, on any screen."""

import importlib.util
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from etmaal.letters.clocks import render_html as clocks
from etmaal.letters.comparison import render_html as comparison
from etmaal.letters.quality import render_html as quality

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LETTERS = Path(__file__).parents[1] / "letters"
OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDER_THAN_THEIR_PLACE = """
() => [...document.querySelectorAll('.scroll')]
        .filter(place => place.scrollWidth > place.clientWidth)
        .map(place => place.querySelector('caption').textContent)
"""
WIDTHS = (360, 1280)

# Which invented page, of which test module, with what it is written.
PAGES: dict[str, Callable[[str], str]] = {
    "comparison, everything": lambda lang: comparison(_of("test_comparison").full(), lang),
    "comparison, naming withheld": lambda lang: comparison(_of("test_comparison").single(), lang),
    "comparison, nobody": lambda lang: comparison(_of("test_comparison").bare(), lang),
    "clocks": lambda lang: clocks(_of("test_clocks").every_body(), lang),
    "clocks, provisional": lambda lang: clocks(_of("test_clocks").provisional(), lang),
    "quality": lambda lang: quality(_of("test_quality").quality(), lang),
    "quality, nothing read": lambda lang: quality(_of("test_quality").quality(readings=()), lang),
}
every_page = pytest.mark.parametrize(
    ("name", "language"), [(name, language) for name in PAGES for language in ("en", "nl")]
)
Address = Callable[[str, str], str]


@cache
def _of(module: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"{module}_in_browser", LETTERS / f"{module}.py")
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.fixture
def address(tmp_path: Path) -> Address:
    """Write a page in a language to a file and return its address."""

    def writing(name: str, language: str) -> str:
        file = tmp_path / f"page.{language}.html"
        file.write_text(PAGES[name](language), encoding="utf-8")
        return file.as_uri()

    return writing


@every_page
def test_no_rule_of_accessibility_is_broken_on_any_screen(
    name: str, language: str, page: Page, address: Address
) -> None:
    page.goto(address(name, language))
    page.evaluate(OPEN_ALL)

    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        broken = Axe().run(page).response["violations"]
        found += [(width, v["id"], [node["html"] for node in v["nodes"]][:3]) for v in broken]

    assert found == []


@every_page
def test_the_page_never_scrolls_sideways_and_asks_nothing_of_any_network(
    name: str, language: str, page: Page, address: Address
) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    file = address(name, language)
    page.goto(file)
    page.evaluate(OPEN_ALL)

    too_wide = {}
    for width in (360, 700, 1100, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        too_wide[width] = page.evaluate(TOO_WIDE)

    assert max(too_wide.values()) <= 0, too_wide
    assert (asked, complaints) == ([file], [])


@every_page
def test_on_a_desk_no_column_of_a_table_lies_outside_its_place(
    name: str, language: str, page: Page, address: Address
) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address(name, language))
    page.evaluate(OPEN_ALL)

    assert page.evaluate(WIDER_THAN_THEIR_PLACE) == []
