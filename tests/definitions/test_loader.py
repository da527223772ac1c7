"""The shipped definitions become the values that the rules use."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from etmaal.core.errors import BadInput
from etmaal.core.policy import Basis, Kind, MissRule
from etmaal.definitions import loader, reading
from etmaal.definitions.values import Estimator, Group, Scope

H = timedelta(hours=1)


@pytest.mark.parametrize(
    ("id", "start", "stand_ins", "norm", "kinds", "zone", "verdicts", "pauses"),
    [
        ("nl-covenant-2018", "sent", {"accepted", "acknowledged", "read"}, 24 * H,
         {"notice", "repeat"}, "Europe/Amsterdam", True, False),
        ("nl-act-2024", "served", set(), 12 * H, {"order"}, "Europe/Amsterdam", True, False),
        ("nl-act-2024-urgent", "served", set(), 1 * H, {"order"}, "Europe/Amsterdam", True, False),
        ("eu-tco", "accepted", {"acknowledged", "read"}, 1 * H, {"order"}, "UTC", False, True),
        ("observed-first-seen", "observed", set(), 24 * H,
         {"notice", "repeat", "order"}, "UTC", False, False),
    ],
)  # fmt: skip
def test_each_shipped_clock_is_the_policy_that_the_design_names(
    id: str,
    start: str,
    stand_ins: set[str],
    norm: timedelta,
    kinds: set[str],
    zone: str,
    verdicts: bool,
    pauses: bool,
) -> None:
    policy = loader.clock(id)

    assert (policy.id, policy.version) == (id, 1)
    assert policy.start is Basis(start)
    assert policy.stand_ins == {Basis(moment) for moment in stand_ins}
    assert policy.norm == norm
    assert policy.quiet_spell == 168 * H
    assert policy.miss_rule == MissRule(3, timedelta(minutes=15))
    assert policy.kinds == {Kind(kind) for kind in kinds}
    assert (policy.zone, policy.verdicts, policy.pauses) == (zone, verdicts, pauses)


def test_the_floors_are_those_that_the_design_names() -> None:
    floors = loader.floors("nl-covenant-2018")

    assert (floors.floor, floors.tail, floors.unmeasurable_above) == (0.90, 0.005, 0.20)
    assert (floors.smallest_n, floors.smallest_effective_n, floors.far_days) == (50, 20, 30)


def test_a_clock_without_verdicts_has_no_floors_and_every_other_has() -> None:
    without = {clock.id for clock in loader.clocks() if loader.floors_for(clock.id) is None}

    assert without == {"eu-tco", "observed-first-seen"}


@pytest.mark.parametrize("ask", [loader.clock, loader.floors, loader.floors_for, loader.indicator])
def test_an_id_that_is_not_there_is_refused_with_those_that_are(ask) -> None:
    with pytest.raises(BadInput, match=r"no definition 'nl-covenant' in \w+; there are: ") as no:
        ask("nl-covenant")

    known = str(no.value).split("there are: ")[1].split(", ")
    assert known == sorted(known)
    assert {"nl-covenant-2018", "in_time"} & set(known)


def test_an_indicator_carries_all_that_a_reader_needs() -> None:
    found = loader.indicator("surely_in_time")

    assert found.title.en == "Surely within the norm"
    assert found.denominator is not None
    assert found.denominator.nl == "alle episodes die meetellen (n)"
    assert (found.estimator, found.unit, found.scope) == (Estimator.RATIO, "share", Scope.BOTH)
    assert found.reviewed < found.review_before


def test_all_definitions_come_in_one_order_each_with_its_file() -> None:
    found = loader.all_definitions()

    order = [(list(Group).index(d.group), d.id) for d in found]
    assert order == sorted(order)
    assert all((reading.HOME / d.group / f"{d.id}.yaml").is_file() for d in found)
    assert len(loader.indicators()) + len(loader.clocks()) < len(found)


def test_versions_name_every_definition_and_fit_in_json() -> None:
    versions = loader.versions()

    assert versions["clocks"]["nl-covenant-2018"] == 1
    assert sum(map(len, versions.values())) == len(loader.all_definitions())
    assert json.loads(json.dumps(versions)) == versions


def test_a_definition_is_due_for_review_from_its_day_on() -> None:
    found = loader.definition(Group.CLOCKS, "nl-covenant-2018")

    assert not found.review_due(found.review_before - timedelta(days=1))
    assert found.review_due(found.review_before)
    assert found.review_due(date(2100, 1, 1))


PLAIN = """\
id: n
version: 1
title: {nl: Tellen mee, en: Count}
numerator: {nl: die meetellen, en: that count}
denominator: null
estimator: count
unit: episodes
smallest_n: 0
scope: both
why: {nl: Het geheel., en: The whole.}
owner: methods
reviewed: 2026-11-23
review_before: 2027-11-23
"""


@pytest.mark.parametrize(
    ("story", "old", "new", "same"),
    [
        ("a comment", "version: 1", "version: 1  # the first", True),
        (
            "other line breaks",
            "{nl: Tellen mee, en: Count}",
            "\n  nl: Tellen mee\n  en: Count",
            True,
        ),
        ("another order of keys", "id: n\nversion: 1\n", "version: 1\nid: n\n", True),
        ("a number", "smallest_n: 0", "smallest_n: 1", False),
        ("a letter in one language", "The whole.", "The whole!", False),
        ("a day of review", "2027-11-23", "2027-11-24", False),
    ],
)
def test_the_digest_changes_with_contents_and_with_nothing_else(
    tmp_path: Path, story: str, old: str, new: str, same: bool
) -> None:
    def digest(content: str) -> str:
        (tmp_path / "indicators").mkdir(exist_ok=True)
        (tmp_path / "indicators" / "n.yaml").write_text(content)
        return loader.digest_of(reading.read_group(Group.INDICATORS, tmp_path))

    assert old in PLAIN, story

    assert (digest(PLAIN) == digest(PLAIN.replace(old, new, 1))) is same


def test_the_digest_covers_every_definition() -> None:
    found = loader.all_definitions()

    without_one = {loader.digest_of(found[:i] + found[i + 1 :]) for i in range(len(found))}

    assert len(without_one) == len(found)
    assert loader.digest() not in without_one


def test_the_definitions_lie_inside_the_package() -> None:
    package = Path(str(reading.HOME))

    assert package.name == "definitions"
    assert (package / "schemas" / "definitions.schema.json").is_file()
