"""Whether both catalogues say the same things, completely, and nothing else."""

import re
from collections.abc import Iterator
from importlib import resources
from types import ModuleType
from typing import Any

import pytest
import yaml

from etmaal.core.policy import Basis
from etmaal.core.verdicts import Verdict
from etmaal.letters.bulletin import render_html
from etmaal.letters.values import CaveatCode, Section
from etmaal.letters.words import LANGUAGES, Words, enriched, words

PACKAGE = resources.files("etmaal.letters")


def flat(entry: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(entry, dict):
        for name, inner in entry.items():
            yield from flat(inner, f"{key}.{name}" if key else name)
    elif isinstance(entry, list):
        for i, inner in enumerate(entry):
            yield from flat(inner, f"{key}.{i}")
    else:
        yield key, entry


def catalogue(language: str) -> dict[str, Any]:
    text = (PACKAGE / "words" / f"{language}.yaml").read_text(encoding="utf-8")
    return dict(flat(yaml.safe_load(text)))


def values_in(text: object) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", str(text)))


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_every_language_has_the_same_texts_with_the_same_values(language: str) -> None:
    english, other = catalogue("en"), catalogue(language)

    assert list(other) == list(english)
    assert {k: values_in(v) for k, v in other.items()} == {
        k: values_in(v) for k, v in english.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_and_stars_come_in_pairs(language: str) -> None:
    for key, text in catalogue(language).items():
        assert text is not None and str(text).strip(), key
        assert str(text).count("**") % 2 == 0, key


def test_no_sentence_is_the_same_in_both_languages() -> None:
    english, dutch = catalogue("en"), catalogue("nl")

    assert not [k for k, v in english.items() if str(v).endswith(".") and v == dutch[k]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_rules_has_a_text(language: str) -> None:
    w = words(language)

    for verdict in Verdict:
        for table in ("group", "group_means", "verdict"):
            assert w.has(f"{table}.{verdict.value}")
    assert all(w.has(f"start.{basis.value}") for basis in Basis)
    assert all(w.has(f"caveat.{code.value}") for code in CaveatCode)
    assert all(w.has(f"{s.value}.title") for s in Section if s is not Section.HEADLINE)


@pytest.mark.slow
def test_no_text_is_left_that_no_page_uses(
    samples: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: set[str] = set()
    entry = Words.entry

    def noting(self: Words, key: str) -> Any:
        used.add(key)
        return entry(self, key)

    monkeypatch.setattr(Words, "entry", noting)
    for make in samples.SAMPLES.values():
        render_html(make(), "en")

    # Tables that are looked up by words of the rules; the test above sees that they are whole.
    by_rule = {
        "start",
        "group",
        "group_means",
        "verdict",
        "because",
        "variant",
        "caveat",
        "break",
        "break_short",
    }
    # What other makers of pages ask for: sections of their own, and texts by their whole key.
    other_pages = {"clocks", "compare"}
    others = "".join(
        file.read_text(encoding="utf-8")
        for file in PACKAGE.iterdir()
        if file.name.endswith(".py") and file.name != "bulletin.py"
    )
    stems = {key for key in catalogue("en") if key.split(".")[0] not in by_rule | other_pages}
    left = {
        key
        for key in stems
        if f'"{key}"' not in others
        and not any(key == name or key.startswith(f"{name}.") for name in used)
    }
    # Read once, when a catalogue is: whether here depends on what ran before.
    assert left - {"language.decimal", "language.thousands"} == {
        "page.no_verdicts",  # a clock with notices under which nobody is judged
        "finding.bounds",  # bounds without an estimate
        "versions.groups.ladders",  # no edition is made under a ladder yet
        "versions.groups.other",
    }


def test_stars_become_strong_and_values_never_become_markup() -> None:
    assert enriched("a **{x}** & b", x="<b>*</b>") == (
        "a <strong>&lt;b&gt;*&lt;/b&gt;</strong> &amp; b"
    )


def test_a_key_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match=r"no text 'months\.nothing'"):
        words("nl").text("months.nothing")
