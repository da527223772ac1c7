"""Breaks in the way of measuring: read, kept in the snapshot, told by the edition."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from etmaal.core.breaks import Break, BreakKind
from etmaal.core.periods import Period
from etmaal.engine.breaks import breaks_on_record, within
from etmaal.engine.database import database
from etmaal.engine.edition import EDITION, SNAPSHOT, answer, monitor, quiet
from etmaal.engine.question import Question
from etmaal.engine.verify import verify

NOW = datetime(2026, 6, 1, tzinfo=UTC)
BREAKS = """at,kind,detail
2025-03-31T21:59:59Z,source,
2025-03-31T22:00:00Z,checker,"Once an hour,
not once a day."
2025-03-31T22:00:00Z,checker,"Once an hour,
not once a day."
2024-12-31T22:59:59Z,rule,
2026-02-01T00:00:00Z,sampling,A part of all items.
2026-05-01T00:00:00Z,sampling,Known too late.
"""


@pytest.fixture
def broken(tables: Callable[[str], Path]) -> Path:
    folder = tables("p: 60 x 3 online, 10 gone")
    (folder / "breaks.csv").write_text(BREAKS)
    return folder


@pytest.fixture
def known_late(question: Question) -> Question:
    return replace(question, as_of=datetime(2026, 4, 1, tzinfo=UTC))


@pytest.mark.slow
def test_an_edition_tells_every_break_known_by_its_civil_day(
    broken: Path, known_late: Question, tmp_path: Path
) -> None:
    content = monitor(broken, tmp_path / "e", known_late, now=NOW)

    assert [(b["date"], b["kind"], b["detail"]) for b in content["breaks"]] == [
        ("2024-12-31", "rule", ""),
        ("2025-03-31", "source", ""),
        ("2025-04-01", "checker", "Once an hour,\nnot once a day."),
        ("2026-02-01", "sampling", "A part of all items."),
    ]
    assert content == json.loads((tmp_path / "e" / EDITION).read_text())
    assert verify(tmp_path / "e").differences == ()


@pytest.mark.slow
def test_findings_hold_the_breaks_of_the_period(
    broken: Path, known_late: Question, tmp_path: Path
) -> None:
    monitor(broken, tmp_path / "e", known_late, now=NOW)

    with database(tmp_path) as db:
        found = answer(db, tmp_path / "e" / SNAPSHOT, known_late, quiet)

    assert [(day, kind) for day, kind, _ in found.breaks] == [
        (date(2025, 3, 31), BreakKind.SOURCE),
        (date(2025, 4, 1), BreakKind.CHECKER),
    ]
    assert len(found.breaks_on_record) == 4


def test_a_period_holds_its_first_day_and_not_the_day_after_its_last() -> None:
    period = Period(date(2025, 1, 1), date(2025, 4, 1), "UTC")
    days = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 3, 31), date(2025, 4, 1)]
    breaks = tuple(Break(day, BreakKind.RULE, "") for day in days)

    assert [b.date for b in within(breaks, period)] == days[1:3]


@pytest.mark.slow
def test_a_snapshot_of_before_there_were_breaks_is_still_read(
    tables: Callable[[str], Path], question: Question, tmp_path: Path
) -> None:
    monitor(tables("p: 60 x 3 online, 10 gone"), tmp_path / "e", question, now=NOW)
    old = tmp_path / "old"
    shutil.copytree(tmp_path / "e" / SNAPSHOT, old)
    (old / "breaks.parquet").unlink()

    with database(tmp_path) as db:
        assert breaks_on_record(db, old, "UTC", 2**62) == ()
        found = answer(db, old, question, quiet)

    assert found.breaks == ()
