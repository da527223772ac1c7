"""What a case in an export says of looks and closing: stories in hours from the first notice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from etmaal.core.hotline import Case, Message, Place
from etmaal.core.sealed import Sealed
from etmaal.engine.reading.exports import Export, tell
from etmaal.engine.reading.rows import ITEMS, Rows
from etmaal.engine.reading.seal import Seal

NOTICE = datetime(2026, 3, 28, 12, tzinfo=UTC)  # the night after, the clocks change
SEAL = Seal(b"a key for tests, of 32 bytes, yes")


def at(hours: float | None) -> datetime | None:
    return None if hours is None else NOTICE + timedelta(hours=hours)


def us(hours: float) -> int:
    return int((NOTICE + timedelta(hours=hours)).timestamp()) * 1_000_000


def told(
    *, graded: float | None, seen: float | None, status: str, anybody: bool = False, **more: Any
) -> Rows:
    """Tell a case that was first noticed at 0, in an export made at hour 1,000."""
    case = Case(
        Place("export.csv", 2),
        filenumber="N0000000001",
        url=Sealed("https://www.site-1.example/item"),
        first_seen_at=at(graded),
        last_seen_at=at(seen),
        first_notice_at=None if anybody else NOTICE,
        first_notice_to_anyone_at=NOTICE if anybody else None,
        status_code=status,
        grade_code="illegal",
        owner="Example Hosting",
        country="NL",
        **more,
    )
    rows = Rows()
    tell(case, SEAL, Export("export.csv", "NL", us(1000)), rows)
    return rows


@pytest.mark.parametrize(
    ("story", "graded", "seen", "status", "looks"),
    [
        ("open, seen at 30", -2, 30, "scheduler_checkonline", [(30, "online")]),
        ("closed, seen at 5", -2, 5, "close_offline", [(5, "online"), (1000, "gone")]),
        # Judged after its notice: taken up again. It was seen in a later spell, and nothing is
        # known of the first one but that the export found it closed, or that it is open again.
        ("taken up again, open", 500, 530, "scheduler_checkonline", []),
        ("taken up again, closed", 500, 530, "close_offline", [(1000, "gone")]),
        ("judged in the second of its notice", 0, 5, "close_offline", [(5, "online"), (1000, "gone")]),
        ("not known when it was judged", None, 5, "close_offline", [(5, "online"), (1000, "gone")]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("anybody", [False, True])
def test_a_look_in_a_later_spell_says_nothing_of_the_first(
    story: str, graded: float, seen: float, status: str, looks: list, anybody: bool
) -> None:
    rows = told(graded=graded, seen=seen, status=status, anybody=anybody)

    assert [(row[1], row[2]) for row in rows.sightings] == [(us(h), what) for h, what in looks]
    reasons = [reason for reason, _, _ in rows.told]
    assert reasons.count("taken_up_again") == story.startswith("taken up")


@pytest.mark.parametrize(
    ("story", "more", "looks"),
    [
        ("not with the police", {"police": False}, 1),
        ("the file does not say", {}, 1),
        ("with the police", {"police": True}, 0),
        ("in a list of what the police was told", {"message": Message(role="police")}, 0),
        ("in a list of what a host was told", {"message": Message(role="hoster")}, 1),
    ],
)
def test_a_case_that_was_put_in_a_message_to_the_police_has_no_last_look(
    story: str, more: dict[str, Any], looks: int
) -> None:
    rows = told(graded=-2, seen=30, status="scheduler_checkonline", **more)

    assert len(rows.sightings) == looks, story
    assert [r for r, _, _ in rows.told].count("seen_by_police_mail") == 1 - looks


@pytest.mark.parametrize(
    ("url_type", "seen"), [("imageurl", "item"), ("mainurl", "page"), (None, None)]
)
def test_an_export_says_whether_a_page_is_looked_at(url_type: str | None, seen: str | None) -> None:
    given = {} if url_type is None else {"url_type": url_type}

    rows = told(graded=-2, seen=5, status="scheduler_checkonline", **given)

    assert rows.items[0][ITEMS.index("looked_at")] == seen
    assert [reason for reason, _, _ in rows.told].count("pages") == (seen == "page")
