"""What a company is not called lax for: items whose page is all that is seen, and items that a
person at the hotline then put at another company. Stories in hours from the notice, H is 24.
"""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from etmaal.core.policy import Basis
from etmaal.engine.bounds import Variant, idle
from etmaal.engine.bulletin import bulletin_of
from etmaal.engine.database import database
from etmaal.engine.edition import SNAPSHOT, answer, monitor, quiet
from etmaal.engine.question import Question
from etmaal.engine.verify import verify
from etmaal.letters.values import CaveatCode

NOW = datetime(2026, 6, 1, tzinfo=UTC)
QUICK = "p: 80 x 3 online, 4 gone\n"

pytestmark = pytest.mark.slow


def rows(edition: Path, name: str) -> list[dict[str, str]]:
    with (edition / name).open(newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


@pytest.mark.parametrize(
    ("story", "stories", "verdict", "because"),
    [
        ("slow with what was seen itself", "p: 60 x 30 online, 31 gone", "lax", "possibly_high_below_floor"),
        ("slow with pages, quick with the rest", QUICK + "p: 60 x page, 30 online, 31 gone", "cannot_be_told", "overturned_by:pages"),
        ("slow with nothing but pages", "p: 80 x page, 30 online", "cannot_be_told", "overturned_by:pages"),
        ("slow with pages, and with the rest as well", "p: 60 x 30 online\n p: 60 x page, 30 online", "lax", "possibly_high_below_floor"),
        ("slow until the machine found a move", QUICK + "p: 60 x 30 online, 40 moved_host", "lax", "possibly_high_below_floor"),
        ("slow until a person found another company", QUICK + "p: 60 x 30 online, 40 reassigned", "cannot_be_told", "overturned_by:reassigned"),
        ("gone, and then a person found another company", QUICK + "p: 60 x 30 online, 31 gone, 40 reassigned", "cannot_be_told", "overturned_by:reassigned"),
        ("a person found a company abroad", QUICK + "p: 60 x 30 online, 40 moved_abroad, 40 reassigned", "cannot_be_told", "overturned_by:reassigned"),
        ("each doubt leaves enough, both leave nothing", "p: 60 x page, 30 online\n p: 60 x 30 online, 40 reassigned", "cannot_be_told", "overturned_by:doubtful"),
        ("nothing but what a person put elsewhere", "p: 80 x 30 online, 40 reassigned", "cannot_be_told", "overturned_by:reassigned"),
    ],
)  # fmt: skip
def test_a_company_is_not_lax_for_what_it_may_never_have_left_online(
    story: str, stories: str, verdict: str, because: str,
    tables: Callable[[str], Path], question: Question, tmp_path: Path,
) -> None:  # fmt: skip
    edition = tmp_path / "edition"

    # The last look, at somebody else's item, is the moment of the edition.
    monitor(tables(stories + "\nq: 1 x 500 online"), edition, question, now=NOW)

    p, _ = rows(edition, "providers.csv")
    assert (p["verdict"], p["because"]) == (verdict, because), story
    ways = {row["variant"]: row for row in rows(edition, "sensitivity.csv")}
    assert {"pages", "reassigned"} <= set(ways)
    assert verify(edition).differences == ()


def test_what_is_in_doubt_is_counted_said_and_published(
    tables: Callable[[str], Path], question: Question, tmp_path: Path
) -> None:
    edition = tmp_path / "edition"
    stories = """
        p: 60 x 3 online, 10 gone
        p: 30 x page, 3 online, 10 gone
        p: 10 x 3 online, 9 reassigned
        q: 7 x page, bounced
    """

    content = monitor(tables(stories), edition, question, now=NOW)

    with database(tmp_path) as db:
        found = answer(db, edition / SNAPSHOT, replace(question, unsaid_basis=Basis.SENT), quiet)
    told = {c.code: c for c in bulletin_of(found, content).caveats}
    assert (told[CaveatCode.PAGES].count, told[CaveatCode.PAGES].of) == (37, 107)
    assert told[CaveatCode.REASSIGNED].share == pytest.approx(10 / 107, abs=1e-9)
    figures = {(f["indicator"], f["provider"]): f["value"] for f in rows(edition, "figures.csv")}
    assert (figures["pages", "p"], figures["reassigned", "p"]) == ("30", "10")
    assert float(figures["ended_reassigned", "p"]) == pytest.approx(0.1, abs=0.02)
    assert float(figures["ended_moved_host", "p"]) == 0
    assert "(34.6" in (edition / "bulletin.en.html").read_text()


def test_rows_that_were_frozen_before_there_was_the_column_can_still_be_computed(
    tables: Callable[[str], Path], question: Question, tmp_path: Path
) -> None:
    edition = tmp_path / "edition"
    monitor(tables("p: 60 x 3 online, 10 gone"), edition, question, now=NOW)
    file = edition / SNAPSHOT / "notices.parquet"
    pq.write_table(pq.read_table(file).drop_columns(["looked_at"]), file)

    with database(tmp_path) as db:
        found = answer(db, edition / SNAPSHOT, replace(question, unsaid_basis=Basis.SENT), quiet)

    assert int(found.total["n"][0]) == 60


def test_a_way_of_counting_that_leaves_nothing_out_is_not_counted_again(
    tables: Callable[[str], Path], question: Question, tmp_path: Path
) -> None:
    edition = tmp_path / "edition"
    monitor(tables(QUICK + "p: 9 x page, 3 gone"), edition, question, now=NOW)

    with database(tmp_path) as db:
        answer(db, edition / SNAPSHOT, replace(question, unsaid_basis=Basis.SENT), quiet)
        same = idle(db)

    assert {Variant.DISPUTED, Variant.REASSIGNED} <= same
    assert not {Variant.PAGES, Variant.CLOCK_BASIS, Variant.DOMINANT_SITE} & same
