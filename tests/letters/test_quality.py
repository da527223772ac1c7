"""The page on data quality: both languages say the same, and every word that is counted is there."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from etmaal.core.policy import Basis
from etmaal.letters.quality import render_html
from etmaal.letters.values.quality import MomentRow, Quality, ReadFile, Reading, StartRow, Widths
from etmaal.letters.values.shares import HoursBin

SOURCE = Path(__file__).parents[2] / "src" / "etmaal"


def catalogue(language: str) -> dict[str, Any]:
    file = SOURCE / "letters" / "words" / f"quality.{language}.yaml"
    return dict(yaml.safe_load(file.read_text()))


def texts(tree: dict[str, Any], before: str = "") -> dict[str, str]:
    found = {}
    for key, value in tree.items():
        found |= (
            texts(value, f"{before}{key}.") if isinstance(value, dict) else {before + key: value}
        )
    return found


def quality(**change: Any) -> Quality:
    reading = Reading(
        kind="scart-report",
        zone="Europe/Amsterdam",
        files=(ReadFile("<b>export</b>.csv", "00", 10, 1, 0, ("note",)),),
        made_at=("",),
        counts=tuple((reason, 2) for reason in catalogue("en")["count"]),
        contradictions=tuple((reason, 3) for reason in catalogue("en")["odd"]),
    )
    given: dict[str, Any] = {
        "key": "0123456789abcdef",
        "readings": (reading,),
        "rows": tuple((table, 5) for table in catalogue("en")["table"]),
        "starts": (StartRow("x", (("en", "A clock"), ("nl", "Een klok")), 3, 4),),
        "moments": tuple(MomentRow(which, 1, 4) for which in catalogue("en")["moment"]),
        "widths": Widths(4, 2.5, 100.0, 1, 0, (HoursBin(0, 1, 1), HoursBin(1, None, 3))),
    }
    return Quality(**given | change)


def test_both_languages_have_the_same_texts_with_the_same_values() -> None:
    english, dutch = texts(catalogue("en")), texts(catalogue("nl"))

    assert sorted(english) == sorted(dutch)
    for key, text in english.items():
        assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", dutch[key])), key


def test_everything_that_is_counted_has_its_words() -> None:
    """Looks the reasons up where they are counted: a new one without words would stop a reading."""
    code = "".join(path.read_text() for path in (SOURCE / "engine" / "reading").glob("*.py"))
    counted = set(re.findall(r'(?:counts\[|tell_of_case\()"(\w+)"', code)) | {
        "outside_not_illegal", "outside_ignore", "outside_unset", "closed_by_hotline",
        "closed_by_analyst", "moved_abroad", "moved_host", "reassigned",
    }  # fmt: skip
    words = catalogue("en")

    assert len(counted) > 20
    assert counted <= {*words["count"], *words["odd"]}
    assert {basis.value for basis in Basis} >= {"sent", "accepted", "acknowledged", "read"}


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_page_stands_alone_and_shows_names_as_they_are(language: str) -> None:
    page = render_html(quality(), language)

    assert f'<html lang="{language}">' in page
    assert "<script" not in page
    assert "&lt;b&gt;export&lt;/b&gt;.csv" in page
    assert render_html(quality(), language) == page
    for ids in re.findall(r'aria-labelledby="([^"]+)"', page):
        assert all(f'id="{one}"' in page for one in ids.split())


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_page_of_nothing_says_so(language: str) -> None:
    empty = quality(readings=(), rows=(), starts=(), widths=Widths(0, None, None, 0, 0))

    assert catalogue(language)["widths"]["none"] in render_html(empty, language)
