"""What an edition says: its numbers add up, its bytes are the same again, its truth is inside."""

import csv
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from etmaal.core.errors import BadInput, Refused
from etmaal.definitions import loader
from etmaal.engine.counts import OUTCOMES, OUTSIDE
from etmaal.engine.edition import monitor
from etmaal.engine.question import Question
from etmaal.engine.verify import verify

NOW = datetime(2026, 6, 1, tzinfo=UTC)
Rows = list[dict[str, str]]

pytestmark = pytest.mark.slow


def rows(path: Path) -> Rows:
    with path.open(newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


def by_provider(edition: Path) -> dict[str, dict[str, str]]:
    return {row["provider"]: row for row in rows(edition / "providers.csv")}


def overall(edition: Path) -> dict[str, dict[str, str]]:
    return {row["indicator"]: row for row in rows(edition / "overall.csv")}


def bytes_of(edition: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(edition)): path.read_bytes()
        for path in sorted(edition.rglob("*"))
        if path.is_file()
    }


def test_the_designs_own_example_comes_out(
    tables: Callable[[str], Path], question: Question, tmp_path: Path
) -> None:
    folder = tables("""
        p: 60 x 3 online, 10 gone
        p: 20 x 24 online, 30 gone
        p: 5 x 5 online, 9 moved_host
        p: 10 x 20 online, 26 gone
        p: 5 x 10 online
        p: 4 x bounced
        p: 3 x -2 gone
        p: 3 x 3 online, 4 withdrawn
        p: 2 x 3 online, 4 wrong_addressee
        q: 1 x 500 online
    """)

    monitor(folder, tmp_path / "edition", question, now=NOW)

    p = by_provider(tmp_path / "edition")["p"]
    assert [int(p[f"{o}_n"]) for o in OUTCOMES] == [60, 20, 5, 10, 5]
    assert (p["n"], p["episodes"]) == ("100", "112")
    assert (p["surely_in_time"], p["possibly_in_time"]) == ("0.6", "0.8")
    assert [int(p[s]) for s in OUTSIDE] == [0, 4, 0, 3, 3, 2]
    assert float(p["share_of_volume"]) == pytest.approx(112 / 113)
    assert int(p["still_open"]) == 5
    assert 0.6 <= float(p["in_time"]) <= 0.8
    assert int(by_provider(tmp_path / "edition")["q"]["still_open"]) == 1  # late and open


def test_every_row_of_providers_adds_up(edition: Path) -> None:
    for row in rows(edition / "providers.csv"):
        n = sum(int(row[f"{outcome}_n"]) for outcome in OUTCOMES)
        assert n == int(row["n"]), row["provider"]
        assert n + sum(int(row[state]) for state in OUTSIDE) == int(row["episodes"])
        if n:
            surely, in_time, possibly = (
                float(row[c]) for c in ("surely_in_time", "in_time", "possibly_in_time")
            )
            assert surely <= in_time + 1e-9
            assert in_time <= possibly + 1e-9
            assert float(row["in_time_low"]) <= in_time <= float(row["in_time_high"])
            assert float(row["within_24h"]) <= float(row["within_48h"]) + 1e-9


def test_totals_are_the_sums_of_the_rows(edition: Path) -> None:
    total, held = overall(edition), rows(edition / "providers.csv")

    for column in ("episodes", "n", *(f"{o}_n" for o in OUTCOMES), *OUTSIDE, "still_open"):
        assert int(total[column]["value"]) == sum(int(row[column]) for row in held), column
    weighted = sum(int(r["n"]) * float(r["in_time"]) for r in held if int(r["n"]))
    pooled = weighted / sum(int(r["n"]) for r in held)
    assert float(total["pooled_share"]["value"]) == pytest.approx(pooled, abs=1e-8)
    assert sum(float(r["share_of_volume"]) for r in held) == pytest.approx(1, abs=1e-7)


def test_months_add_up_to_the_whole(edition: Path) -> None:
    figures = rows(edition / "figures.csv")
    for indicator in ("episodes", "n", "late_n"):
        mine = [f for f in figures if f["indicator"] == indicator and f["provider"] == "p01"]
        whole = sum(int(f["value"]) for f in mine if f["period"] == "whole")
        assert whole == sum(int(f["value"]) for f in mine if f["period"] != "whole") > 0


def test_the_parts_of_48_hours_sum_to_one(edition: Path) -> None:
    whole = {
        f["indicator"]: float(f["value"])
        for f in rows(edition / "figures.csv")
        if f["provider"] == "p10" and f["period"] == "whole" and f["unit"] == "share" and f["value"]
    }
    ends = sum(v for k, v in whole.items() if k.startswith("ended_"))

    assert ends > 0
    assert whole["within_48h"] + ends + whole["over_48h"] == pytest.approx(1, abs=1e-7)


def test_every_figure_has_the_unit_and_scope_of_its_definition(edition: Path) -> None:
    for row in rows(edition / "figures.csv"):
        indicator = loader.indicator(row["indicator"])
        assert row["unit"] == indicator.unit, row["indicator"]
        scope = "provider" if row["provider"] else "overall"
        assert indicator.scope in (scope, "both"), row["indicator"]
        assert row["n"] != ""
        if row["value"] and row["low"]:
            assert float(row["low"]) <= float(row["value"]) <= float(row["high"])


def test_the_truth_lies_between_the_bounds(edition: Path, world: Path) -> None:
    held = by_provider(edition)
    for truth in rows(world / "truth" / "providers.csv"):
        if truth["realised_share"] and int(held[truth["provider"]]["n"]):
            row = held[truth["provider"]]
            share, slack = float(truth["realised_share"]), 3 / int(row["n"])
            assert float(row["surely_in_time"]) - slack <= share, truth["provider"]
            assert share <= float(row["possibly_in_time"]) + slack, truth["provider"]


def test_the_verdicts_follow_the_truth(edition: Path) -> None:
    held = by_provider(edition)

    assert held["p02"]["verdict"] == "meets"
    assert held["p03"]["verdict"] == "lax"
    assert (held["p11"]["verdict"], held["p11"]["because"]) == ("unmeasurable", "theirs")
    assert held["p11"]["proposed"] == "wrong"
    assert held["front"]["verdict"] == ""


def test_two_runs_give_the_same_bytes(
    edition: Path, world: Path, question: Question, tmp_path: Path
) -> None:
    monitor(world, tmp_path / "again", question, now=NOW)

    assert bytes_of(tmp_path / "again") == bytes_of(edition)


def test_an_edition_computed_again_is_equal_byte_for_byte(edition: Path) -> None:
    result = verify(edition)

    assert result.differences == ()
    assert result.files >= 13


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("providers.csv", b"9", "providers.csv differs from line"),
        ("figures.parquet", b"9", "figures.parquet differs"),
        ("snapshot/notices.parquet", b"9", "snapshot/notices.parquet was changed"),
        ("edition.json", b" ", "edition.json differs"),
        ("bulletin.en.html", b"<p>more</p>", "bulletin.en.html differs"),
        ("more.csv", b"x", "more.csv"),
    ],
)
def test_a_planted_change_is_found(
    edition: Path, tmp_path: Path, name: str, change: bytes, said: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(edition, copy)
    path = copy / name
    path.write_bytes((path.read_bytes() if path.exists() else b"") + change)

    result = verify(copy)

    assert any(said in difference for difference in result.differences)


def test_a_file_that_is_gone_is_missed(edition: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(edition, copy)
    (copy / "curves.csv").unlink()

    assert any("curves.csv is missing" in d for d in verify(copy).differences)


def test_no_path_time_or_host_stands_in_an_edition(edition: Path, world: Path) -> None:
    for name, content in bytes_of(edition).items():
        assert str(world.parent).encode() not in content, name
        assert str(edition.parent).encode() not in content, name


def test_the_data_package_is_valid_to_a_re_user(edition: Path) -> None:
    from frictionless import Package, system

    with system.use_context(trusted=True):
        report = Package(str(edition / "datapackage.json")).validate()

    assert report.valid, report.flatten(["title", "message"])


def test_nothing_in_the_period_is_said(world: Path, question: Question, tmp_path: Path) -> None:
    empty = replace(question, from_date=date(2030, 1, 1), before_date=date(2031, 1, 1))

    with pytest.raises(BadInput, match="no episode belongs to the period"):
        monitor(world, tmp_path / "edition", empty, now=NOW)

    assert list(tmp_path.iterdir()) == []


def test_another_edition_is_not_replaced_silently(
    edition: Path, world: Path, question: Question, tmp_path: Path
) -> None:
    out = tmp_path / "edition"
    shutil.copytree(edition, out)
    before = bytes_of(out)

    monitor(world, out, question, now=NOW)  # says the same: fine
    with pytest.raises(Refused, match="already holds an edition"):
        monitor(world, out, replace(question, seed=2), now=NOW)
    assert bytes_of(out) == before
    monitor(world, out, replace(question, seed=2), now=NOW, may_replace=True)

    assert json.loads((out / "edition.json").read_text())["seed"] == 2


def test_attributions_that_miss_an_address_are_stale(
    world: Path, question: Question, tmp_path: Path
) -> None:
    folder = tmp_path / "tables"
    shutil.copytree(world, folder)
    with (folder / "notices.csv").open("a") as f:
        f.write("n999999,i999999,,,p01,198.18.0.77,2025-02-02T10:00:00Z" + "," * 13 + "\n")

    with pytest.raises(BadInput, match="older than the tables"):
        monitor(folder, tmp_path / "edition", question, now=NOW)


def test_addresses_without_attribution_are_refused_with_the_remedy(
    question: Question, tmp_path: Path
) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "notices.csv").write_text(
        "notice,item,ip,noticed_at\nn1,i1,198.51.100.7,2025-02-02T10:00:00Z\n"
    )

    with pytest.raises(BadInput, match="etmaal attribute"):
        monitor(tmp_path / "tables", tmp_path / "edition", question, now=NOW)


@pytest.mark.parametrize("clock", ["observed-first-seen", "nl-act-2024", "eu-tco"])
def test_every_clock_makes_an_edition(
    clock: str, world: Path, question: Question, tmp_path: Path
) -> None:
    asked = replace(question, policy=loader.clock(clock))

    content = monitor(world, tmp_path / "edition", asked, now=NOW)

    verdicts = {row["verdict"] for row in rows(tmp_path / "edition" / "providers.csv")}
    assert (verdicts == {""}) == (not content["clock"]["verdicts"])


def test_notices_alone_are_undecided_and_nobody_is_lax(question: Question, tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    lines = [f"n{k},i{k},p,2025-02-02T10:00:00Z" for k in range(80)]
    (tmp_path / "tables" / "notices.csv").write_text(
        "notice,item,provider,noticed_at\n" + "\n".join(lines) + "\n"
    )

    monitor(tmp_path / "tables", tmp_path / "edition", question, now=NOW)

    p = by_provider(tmp_path / "edition")["p"]
    assert (p["undecided_n"], p["surely_in_time"], p["possibly_in_time"]) == ("80", "0", "1")
    assert (p["in_time"], overall(tmp_path / "edition")["pooled_share"]["value"]) == ("", "")
    assert (p["verdict"], p["because"]) == ("unmeasurable", "ours")


def test_a_curve_that_cannot_be_reached_is_a_stated_absence(
    tables: Callable[[str], Path],
    question: Question,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tables("""
        hard: 40 x 3 online, 10 gone
        hard: 40 x 9 online, 28 gone
        hard: 20 x 20 online, 30 gone
        hard: 20 x 25 online, 50 gone
        hard: 10 x 40 online
        plain: 60 x 3 online, 10 gone
    """)
    monkeypatch.setattr("etmaal.stats.climb.ROUNDS", 1)

    monitor(folder, tmp_path / "edition", question, now=NOW)

    held, total = by_provider(tmp_path / "edition"), overall(tmp_path / "edition")
    assert (held["hard"]["n"], held["hard"]["in_time"]) == ("130", "")
    assert held["hard"]["surely_in_time"] != "" and held["hard"]["verdict"] != ""
    assert float(held["plain"]["in_time"]) == 1
    assert float(total["pooled_share"]["value"]) == 1  # of those that have an estimate
    page = (tmp_path / "edition" / "bulletin.en.html").read_text()
    assert "For 1 of 2 providers no estimate could be computed." in page


@pytest.mark.parametrize(
    ("story", "entered_hours", "said"),
    [
        ("every item came late", {"a": 2, "b": 4}, "came under observation some time after"),
        ("some from the start", {"a": 0, "b": 4}, None),
        ("the first had gone", {"a": 0, "b": 20}, "had gone before others came in"),
    ],
)
def test_what_late_entry_does_to_a_curve_is_said(
    story: str,
    entered_hours: dict[str, int],
    said: str | None,
    tables: Callable[[str], Path],
    question: Question,
    tmp_path: Path,
) -> None:
    folder = tables("p: 60 x 5 online, 10 gone\n p: 60 x 21 online, 30 gone")
    with (folder / "notices.csv").open(newline="") as f:
        notices = list(csv.DictReader(f))
    for k, row in enumerate(notices):
        noticed_at = datetime.fromisoformat(row["noticed_at"])
        hours = entered_hours["a" if k < 60 else "b"]
        row["entered_at"] = f"{noticed_at + timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"
        if story == "the first had gone":
            row["entered_at"] *= hours > 0
    with (folder / "notices.csv").open("w", newline="") as f:
        writer = csv.DictWriter(f, list(notices[0]))
        writer.writeheader()
        writer.writerows(notices)

    monitor(folder, tmp_path / "edition", question, now=NOW)

    page = (tmp_path / "edition" / "bulletin.en.html").read_text()
    for words in ("came under observation some time after", "had gone before others came in"):
        assert (words in page) == (words == said), story
