"""Every shipped definition loads, is whole in both languages, in review, and fits the rules."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from etmaal.core.episodes import State
from etmaal.core.history import Delivery
from etmaal.core.outcomes import Outcome
from etmaal.core.policy import Basis
from etmaal.core.verdicts import Verdict
from etmaal.definitions import loader
from etmaal.definitions.values import Definition, Estimator, Group, Indicator, Scope

ALL = loader.all_definitions()
INDICATORS = loader.indicators()

# In a message's life each of these comes after the one before.
LATER_AND_LATER = [Basis.SENT, Basis.ACCEPTED, Basis.ACKNOWLEDGED, Basis.READ]

# The columns of providers.csv that are numbers; the others name the provider or the verdict.
COLUMNS = """
    n episodes items sites surely_in_time possibly_in_time in_time in_time_low in_time_high
    within_24h within_48h over_48h p50_hours p90_hours still_open in_time_n late_n ended_n
    undecided_n pending_n start_unknown undeliverable not_noticed gone_before_start withdrawn
    wrong_addressee effective_n share_of_volume returned
""".split()


def texts(content: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield each text of a definition: where it stands, the Dutch and the English."""
    for key, value in content.items():
        if isinstance(value, Mapping):
            if set(value) == {"nl", "en"}:
                yield path + key, value["nl"], value["en"]
            else:
                yield from texts(value, f"{path}{key}.")


each = pytest.mark.parametrize("found", ALL, ids=lambda d: d.file)
each_indicator = pytest.mark.parametrize("found", INDICATORS, ids=lambda i: i.id)


def test_every_file_is_a_definition_named_by_its_id_and_part_of_the_repository(
    repository: Path, text_files
) -> None:
    home = repository / "src" / "etmaal" / "definitions"
    files = {str(path.relative_to(home)) for group in Group for path in (home / group).iterdir()}

    assert files == {f"{d.group}/{d.id}.yaml" for d in ALL} == {d.file for d in ALL}
    # What git ignores would be missing from the wheel.
    kept = {file.path for file in text_files}
    assert {f"src/etmaal/definitions/{file}" for file in files} <= kept
    assert "src/etmaal/definitions/schemas/definitions.schema.json" in kept


@each
def test_a_definition_is_whole_in_both_languages(found: Definition) -> None:
    there = {where: (nl, en) for where, nl, en in texts(found.content)}

    assert {"title", "why"} <= set(there)
    for where, (nl, en) in there.items():
        assert min(len(nl), len(en)) > 3, where
        assert nl != en or where == "title", f"{where} is not translated"
        assert not re.search(r"\d\.\d", nl), f"{where}: a Dutch number has a decimal comma"
        assert not re.search(r"\d,\d", en), f"{where}: an English number has a decimal point"
        if where == "why" or where.startswith("reasons."):
            assert nl[-1] == en[-1] == ".", f"{where} is a sentence"


@each
def test_a_definition_is_in_review_with_an_owner(found: Definition) -> None:
    assert found.owner in {"legal", "methods"}
    assert found.version >= 1
    term = found.review_before - found.reviewed
    assert timedelta(days=30) <= term <= timedelta(days=731), "nobody would look again in time"


@pytest.mark.parametrize("clock", loader.clocks(), ids=lambda c: c.id)
def test_a_clock_has_floors_and_a_reason_for_all_it_fixes(clock) -> None:
    content = loader.definition(Group.CLOCKS, clock.id).content
    fixed = {"start", "stand_ins", "norm_hours", "quiet_spell_hours", "miss_rule", "kinds", "zone",
             "verdicts", "pauses"}  # fmt: skip

    assert fixed <= set(content)
    assert set(content["reasons"]) == fixed
    assert (loader.floors_for(clock.id) is not None) is clock.verdicts
    assert ZoneInfo(clock.zone).key == clock.zone


@pytest.mark.parametrize("clock", loader.clocks(), ids=lambda c: c.id)
def test_what_stands_in_for_a_start_lies_later_and_never_earlier(clock) -> None:
    start = LATER_AND_LATER.index(clock.start) if clock.start in LATER_AND_LATER else None

    for moment in clock.stand_ins:
        assert start is not None
        assert LATER_AND_LATER.index(moment) > start


@pytest.mark.parametrize("found", loader.definitions(Group.FLOORS), ids=lambda d: d.id)
def test_floors_have_a_reason_for_each_number(found: Definition) -> None:
    numbers = {
        key
        for key, value in found.content.items()
        if isinstance(value, int | float) and key != "version"
    }

    assert set(found.content["reasons"]) == numbers
    assert found.id in {d.content["floors"] for d in loader.definitions(Group.CLOCKS)}


def test_the_estimators_of_the_code_are_those_of_the_schema_and_each_is_used(
    repository: Path,
) -> None:
    path = repository / "src/etmaal/definitions/schemas/definitions.schema.json"
    listed = json.loads(path.read_text())["$defs"]["indicators"]["properties"]["estimator"]["enum"]

    assert listed == [str(estimator) for estimator in Estimator]
    assert {i.estimator for i in INDICATORS} == set(Estimator)


@each_indicator
def test_an_indicator_says_what_it_is_counted_over(found: Indicator) -> None:
    if found.estimator is Estimator.COUNT:
        assert found.denominator is None
        assert found.unit not in {"share", "hours"}
    elif found.unit in {"share", "hours"} and found.estimator is not Estimator.FUNNEL_LIMIT:
        assert found.denominator is not None
    if found.estimator in {Estimator.POOLED, Estimator.MEAN, Estimator.TOP_SHARE}:
        assert found.scope is Scope.OVERALL


def test_a_share_of_what_counts_rests_on_enough_items_for_a_verdict() -> None:
    smallest = loader.floors("nl-covenant-2018").smallest_n

    named = {i.id for i in INDICATORS if i.smallest_n == smallest}

    assert {"surely_in_time", "possibly_in_time", "in_time", "surely_low", "possibly_high"} <= named


def test_every_state_outcome_delivery_and_column_has_its_indicator() -> None:
    ids = {i.id for i in INDICATORS}

    assert {state for state in State if state is not State.COUNTED} <= ids
    assert {f"{outcome}_n" for outcome in Outcome} <= ids
    assert {f"delivery_{delivery}" for delivery in Delivery} <= ids
    assert set(COLUMNS) <= ids


def test_the_glossary_explains_every_state_outcome_and_verdict(repository: Path) -> None:
    glossary = (repository / "docs" / "glossary.md").read_text()

    missing = [
        word
        for word in (*State, *Outcome, *Verdict)
        if f"\n| `{word}` | " not in glossary and f"`{word}` (*" not in glossary
    ]

    assert missing == []
