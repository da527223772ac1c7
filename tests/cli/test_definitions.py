"""`etmaal definitions` shows what holds, to people and to machines."""

import json

import pytest
from click.testing import CliRunner, Result

from etmaal.cli.main import main
from etmaal.definitions import loader
from etmaal.definitions.values import Group


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["definitions", *arguments])


def test_the_table_has_every_definition_with_owner_title_review_date_and_reason() -> None:
    result = run("--on", "2026-12-01")

    flat = " ".join(result.stdout.split())
    assert result.exit_code == 0
    for d in loader.all_definitions():
        row = f"{d.id} v{d.version} {d.owner} review before {d.review_before} {d.title.en}"
        assert f"{row} {d.why.en}" in flat


@pytest.mark.parametrize("kind", [str(group) for group in Group])
def test_a_kind_shows_that_kind_and_no_other(kind: str) -> None:
    result = run("--kind", kind, "--json")

    shown = json.loads(result.stdout)["definitions"]
    assert [d["id"] for d in shown] == [d.id for d in loader.definitions(Group(kind))]
    assert {d["kind"] for d in shown} == {kind}


def test_an_id_shows_everything_in_the_language_asked_for() -> None:
    dutch = run("nl-covenant-2018", "--kind", "clocks", "--lang", "nl").stdout
    english = run("nl-covenant-2018", "--kind", "clocks").stdout

    assert "norm_hours: 24\n" in dutch
    assert "  miss_rule:\n    misses: 3\n    apart_minutes: 15\n" in dutch
    assert "De gedragscode kent geen pauze." in dutch
    assert "The code of conduct knows no pause." in english
    assert "De gedragscode" not in english
    assert "stand_ins: accepted, acknowledged, read\n" in english
    assert "pauses: no\n" in english


def test_an_id_that_names_a_clock_and_its_floors_shows_both() -> None:
    shown = run("nl-covenant-2018").stdout

    assert "clocks/nl-covenant-2018.yaml\n" in shown
    assert "floors/nl-covenant-2018.yaml\n" in shown
    assert "floor: 0.9\n" in shown


def test_a_definition_past_its_review_date_is_marked() -> None:
    due = run("n", "--on", "2027-11-23", "--json").stdout
    before = run("n", "--on", "2027-11-22", "--json").stdout

    assert json.loads(due)["definitions"][0]["review_due"] is True
    assert json.loads(before)["definitions"][0]["review_due"] is False
    table = " ".join(run("--on", "2028-01-01").stdout.split())
    assert " n v1 methods review due 2027-11-23 Episodes that count (n) " in table
    assert "indicators/n.yaml  (review due)\n" in run("n", "--on", "2028-01-01").stdout
    assert "review due" not in run("--on", "2026-12-01").stdout


def test_json_gives_both_languages_and_the_digest() -> None:
    shown = json.loads(run("in_time", "--json", "--lang", "nl").stdout)

    assert shown["digest"] == loader.digest()
    assert shown["definitions"][0]["title"] == {
        "nl": loader.indicator("in_time").title.nl,
        "en": loader.indicator("in_time").title.en,
    }


@pytest.mark.parametrize(
    ("story", "arguments", "code", "said"),
    [
        (
            "no such id",
            ["nope"],
            1,
            "no definition 'nope'; there are: arachnid, between_24_and_48h, ",
        ),
        ("not of that kind", ["n", "--kind", "clocks"], 1, "'n' in clocks; there are: eu-tco, "),
        ("no such kind", ["--kind", "nope"], 2, "is not one of 'clocks', 'bodies', 'floors'"),
        ("no such language", ["--lang", "fr"], 2, "is not one of 'nl', 'en'"),
        ("no such day", ["--on", "29-02-2027"], 2, "does not match the format"),
    ],
)
def test_what_cannot_be_shown_is_said_on_stderr(
    story: str, arguments: list[str], code: int, said: str
) -> None:
    result = run(*arguments)

    assert result.exit_code == code, story
    assert said in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_without_a_day_the_reviews_are_held_against_today() -> None:
    result = run("--kind", "clocks")

    assert result.exit_code == 0
    assert result.stdout.count("review ") == len(loader.clocks())
