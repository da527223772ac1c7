"""A definition that does not fit is refused, and the message names its file and its key."""

from pathlib import Path

import pytest

from etmaal.core.errors import BadInput
from etmaal.definitions.reading import read_group
from etmaal.definitions.values import Group

SOUND = """\
id: late_n
version: 1
title: {nl: Zeker te laat, en: Surely late}
numerator: {nl: te laat, en: late}
denominator: null
estimator: count
unit: episodes
smallest_n: 0
scope: both
why: {nl: Zonder twijfel., en: Beyond doubt.}
owner: methods
reviewed: 2026-11-23
review_before: 2027-11-23
"""


def folder(tmp_path: Path, content: str, name: str = "late_n.yaml") -> Path:
    (tmp_path / "indicators").mkdir()
    (tmp_path / "indicators" / name).write_text(content, encoding="utf-8")
    return tmp_path


def test_a_sound_file_is_read_whole(tmp_path: Path) -> None:
    (found,) = read_group(Group.INDICATORS, folder(tmp_path, SOUND))

    assert (found.id, found.version, found.file) == ("late_n", 1, "indicators/late_n.yaml")
    assert (found.title.nl, found.title.en) == ("Zeker te laat", "Surely late")
    assert found.reviewed.isoformat() == "2026-11-23"
    assert found.content["smallest_n"] == 0


@pytest.mark.parametrize(
    ("story", "old", "new", "named"),
    [
        ("a key is missing", "owner: methods\n", "", "'owner' is a required property"),
        ("a key nobody knows", "unit: ", "colour: red\nunit: ", "'colour' was unexpected"),
        ("a key stands twice", "unit: ", "version: 2\nunit: ", "'version' stands twice"),
        ("one language is missing", "nl: te laat, ", "", "numerator: 'nl' is a required"),
        ("one language is empty", "en: late}", "en: ''}", "numerator.en: "),
        ("an estimator nobody built", "r: count", "r: guess", "estimator: 'guess' is not one of"),
        ("a unit nobody knows", "unit: episodes", "unit: euros", "unit: 'euros' is not one of"),
        ("a number below zero", "_n: 0", "_n: -1", "smallest_n: -1 is less than the minimum"),
        ("a number that is text", "_n: 0", "_n: '0'", "smallest_n: '0' is not of type"),
        ("version nought", "version: 1", "version: 0", "version: 0 is less than the minimum"),
        ("no such day", "2026-11-23", "2026-02-29", "reviewed: '2026-02-29' is not a 'date'"),
        ("no day at all", "2026-11-23", "soon", "reviewed: 'soon' does not match"),
        ("review before the review", "2027-", "2025-", "review_before: 2025-11-23 must lie after"),
        ("the id is another's", "id: late_n", "id: n", "id: n is not the file's name"),
        ("an owner nobody knows", "owner: methods", "owner: me", "owner: 'me' is not one of"),
        ("not YAML at all", "id: late_n", "id: [", "not readable as YAML"),
        ("no mapping", SOUND, "late", "the file: 'late' is not of type 'object'"),
        ("an empty file", SOUND, "", "the file: None is not of type 'object'"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(
    tmp_path: Path, story: str, old: str, new: str, named: str
) -> None:
    assert old in SOUND, story

    with pytest.raises(BadInput) as refused:
        read_group(Group.INDICATORS, folder(tmp_path, SOUND.replace(old, new, 1)))

    assert named in str(refused.value)
    assert "indicators/late_n.yaml" in str(refused.value)


def test_every_fault_in_a_file_is_named_at_once(tmp_path: Path) -> None:
    broken = SOUND.replace("count", "guess").replace("methods", "me")

    with pytest.raises(BadInput) as refused:
        read_group(Group.INDICATORS, folder(tmp_path, broken))

    assert len(str(refused.value).splitlines()) == 2


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    home = folder(tmp_path, SOUND)
    path = home / "indicators" / "late_n.yaml"
    path.write_bytes(SOUND.replace("Zonder", "Zónder").encode("latin-1"))

    with pytest.raises(BadInput, match=r"indicators/late_n\.yaml: not readable as YAML"):
        read_group(Group.INDICATORS, home)


@pytest.mark.parametrize(
    ("written", "expected"),
    [("no", "no"), ("on", "on"), ("12:30", "12:30"), ("2026-01-01", "2026-01-01"), ("~", "~")],
)
def test_words_that_old_yaml_would_turn_into_something_else_stay_words(
    tmp_path: Path, written: str, expected: str
) -> None:
    home = folder(tmp_path, SOUND.replace("en: late}", f"en: {written}}}"))

    (found,) = read_group(Group.INDICATORS, home)

    assert found.content["numerator"]["en"] == expected


def test_other_files_in_the_folder_are_left_alone_and_the_order_is_by_id(tmp_path: Path) -> None:
    home = folder(tmp_path, SOUND)
    (home / "indicators" / "notes.txt").write_text("not a definition")
    (home / "indicators" / "a.yaml").write_text(SOUND.replace("id: late_n", "id: a"))

    assert [d.id for d in read_group(Group.INDICATORS, home)] == ["a", "late_n"]
