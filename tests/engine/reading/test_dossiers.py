"""From a case's history in the hotline's database to notices, looks and events: a table of stories.

Hours are counted from the notice. A history is told as `hour what`, with what one of the states or
a change of host; a `!` says that the machine said so.
"""

from typing import Any

import pytest

from etmaal.core.dossiers import (
    FOUND_OFFLINE,
    LOOKED_UP,
    MERGED,
    NOT_LOCAL,
    Contact,
    Dossier,
    Posted,
    Turn,
)
from etmaal.core.sealed import Sealed
from etmaal.engine.reading.addressing import Ground, addressees
from etmaal.engine.reading.dossiers import tell
from etmaal.engine.reading.rows import ITEMS, Rows
from etmaal.engine.reading.seal import Seal

HOUR = 3_600_000_000
NOTICE = 1_774_695_600_000_000  # 28 March 2026, the day before the clocks change
SEAL = Seal(b"a key for tests, of 32 bytes, yes")
CONTACTS = {
    "1": Contact("A0000000001", "Example Hosting", "NL"),
    "2": Contact("A0000000002", "Other Hosting", "NL"),
    "3": Contact("A0000000003", "Hosting Abroad", "DE"),
    "4": Contact("A0000000004", "example  hosting", "nl"),  # another desk of the first
    "5": Contact("A0000000005", "(unknown)", "Nederland"),
}
STATES = {
    "checked": "scheduler_checkonline",
    "by-hand": "scheduler_checkonline_manual",
    "offline": "close_offline",
    "offline-by-hand": "close_offline_manual",
    "closed": "close",
    "double": "close_double",
    "police": "first_police",
    "changed": "abusecontact_changed",
}
SAID = {"offline": FOUND_OFFLINE, "closed": NOT_LOCAL}


def at(hours: float) -> int:
    return NOTICE + int(hours * HOUR)


def turns(history: str) -> tuple[Turn, ...]:
    """Read `-1 checked, 5 offline!, 6 host! 1>2, 7 merged 1>2, 8 ip 192.0.2.1>192.0.2.2`."""
    told, state = [], None
    for one in filter(None, history.split(", ")):
        hour, what, *hosts = one.split()
        if hosts:
            old, new = hosts[0].split(">")
            said = MERGED if what == "merged" else LOOKED_UP if what == "host!" else ""
            tag = "IP" if what == "ip" else "HOSTER"
            told.append(Turn(at(float(hour)), tag, old, new, said))
            continue
        word = what.rstrip("!")
        said = SAID[word] if what.endswith("!") else ""
        told.append(Turn(at(float(hour)), "STATUS", state, STATES[word], said))
        state = STATES[word]
    return tuple(told)


def posted(**change: Any) -> Posted:
    given = {
        "number": "M0000000001", "contact": "1", "role": "hoster", "status": "sent_succes",
        "queued_at": at(0), "status_at": at(0.05), "seen_at": None, "ip": None,
    }  # fmt: skip
    return Posted(**{**given, **change})


def told(history: str, *, made_at: float | None = None, **change: Any) -> Rows:
    states = [t for t in turns(history) if t.tag == "STATUS"]
    given = {
        "number": "I0000000001", "url": Sealed("https://img.site.example/1"), "ip": "192.0.2.1",
        "received_at": at(-5), "graded_at": at(-2), "seen_at": None, "source": "webform",
        "status": states[-1].new if states else "scheduler_checkonline", "grade": "illegal",
        "contact": "1", "turns": turns(history), "posted": (posted(),),
    }  # fmt: skip
    case = Dossier(**{**given, **change})
    rows = Rows()
    ground = Ground(
        addressees(CONTACTS, "NL", rows), "NL", None if made_at is None else at(made_at)
    )
    tell(case, SEAL, ground, rows)
    return rows


def looks(rows: Rows) -> list[str]:
    """Tell the looks in order: hour, what was seen, by whom if not by the checker."""
    found = []
    for _, moment, seen, by, basis in sorted(rows.sightings, key=lambda row: row[1]):
        assert basis == "concluded"
        hour = (moment - NOTICE) / HOUR
        found.append(f"{hour:g} {seen}" + ("" if by == "hotline" else f" {by}"))
    return found


@pytest.mark.parametrize(
    ("story", "history", "seen", "expected"),
    [
        ("still checked", "-2 checked", 7, ["7 online"]),
        ("never seen", "-2 checked", None, []),
        ("the machine found it offline", "-2 checked, 9 offline!", 7, ["7 online", "9 gone"]),
        ("a person closed it", "-2 checked, 9 offline", 7, ["7 online", "9 gone analyst"]),
        ("by hand: last seen is no look", "-2 by-hand, 9 offline-by-hand", 8.9, ["9 gone analyst"]),
        ("by hand and open", "-2 by-hand", 8, []),
        ("by hand only later", "-2 checked, 5 by-hand", 4, ["4 online"]),
        ("at the police: last seen is the mail", "-2 police", -1, []),
        ("released by the police", "-2 police, 1 checked", 3, ["3 online"]),
        ("closed by a person, no reason", "-2 checked, 9 closed", 7, ["7 online"]),
        ("waiting since the host changed", "-2 checked, 9 changed", 7, ["7 online"]),
        ("a double", "-2 checked, 9 double", 7, ["7 online"]),
        ("opened again", "-2 checked, 9 offline!, 40 checked", 45, ["9 gone", "45 online"]),
        ("closed twice", "-2 checked, 9 offline!, 40 checked, 50 offline!", 45, ["9 gone", "45 online", "50 gone"]),
        ("opened after a closing without reason", "-2 checked, 9 closed, 40 checked", 8, ["8 online"]),
        ("opened again, never seen", "-2 checked, 9 offline!, 40 checked, 50 offline!", 7, ["7 online", "9 gone", "50 gone"]),
        ("seen in the second of the opening", "-2 checked, 9 offline!, 40 checked", 40, ["9 gone", "40 online"]),
        ("opened twice, seen the second time", "-2 checked, 9 offline!, 40 checked, 50 offline!, 60 checked", 61, ["9 gone", "50 gone", "61 online"]),
        ("opened by hand: last seen is no look", "-2 by-hand, 9 offline-by-hand, 40 by-hand", 45, ["9 gone analyst"]),
        ("seen while it was closed, opened later", "-2 checked, 9 offline!, 40 checked", 12, ["9 gone"]),
        ("approved after a change: no return", "-2 checked, 9 changed, 20 checked", 21, ["21 online"]),
        ("seen after it was closed: the closing counts", "-2 checked, 9 offline!", 12, ["9 gone"]),
        ("seen in the second of the closing", "-2 checked, 9 offline!", 9, ["9 gone"]),
    ],
)  # fmt: skip
def test_looks_follow_the_history(
    story: str, history: str, seen: float | None, expected: list[str]
) -> None:
    rows = told(history, seen_at=None if seen is None else at(seen))

    assert sorted(looks(rows)) == sorted(expected), story


@pytest.mark.parametrize(
    ("story", "history", "host", "expected"),
    [
        ("found its host", "-3 host! >1, -2 checked", "1", []),
        ("moved within the country", "-2 checked, 6 host! 1>2, 6 changed", "2", [(6, "moved_host")]),
        ("got its host by hand", "-3 host >1, -2 checked", "1", []),
        ("put at another company by hand", "-2 checked, 6 host 1>2", "2", [(6, "reassigned")]),
        ("put at a company abroad by hand", "-2 checked, 6 host 1>3, 6 closed!", "3", [(6, "moved_abroad"), (6, "reassigned")]),
        ("put at another desk by hand", "-2 checked, 6 host 1>4", "4", []),
        ("moved abroad", "-2 checked, 6 host! 1>3, 6 closed!", "3", [(6, "moved_abroad")]),
        ("moved abroad, closed by a person", "-2 checked, 6 host! 1>3, 9 closed", "3", [(6, "moved_abroad")]),
        ("abroad, with no change on record", "-2 checked, 9 closed", "3", [(9, "moved_abroad")]),
        ("the machine says: abroad", "-2 checked, 9 closed!", "5", [(9, "moved_abroad")]),
        ("closed at home: nobody knows why", "-2 checked, 9 closed", "1", []),
        ("closed, country in words", "-2 checked, 9 closed", "5", []),
        ("another desk of the company", "-2 checked, 6 host! 1>4", "4", []),
        ("two records of it merged", "-2 checked, 6 merged 2>1", "1", []),
        ("to nobody known", "-2 checked, 6 host! 1>99", "99", [(6, "moved_host")]),
        ("there and back", "-2 checked, 6 host! 1>2, 30 host! 2>1", "1", []),
        ("abroad and back", "-2 checked, 6 host! 1>3, 30 host! 3>1", "1", []),
        ("put back by hand", "-2 checked, 6 host! 1>2, 30 host 2>1", "1", []),
        ("moved by hand, and back by the look-up", "-2 checked, 6 host 1>2, 30 host! 2>1", "1", [(6, "reassigned"), (30, "moved_host")]),
        ("moved on by hand, and back", "-2 checked, 6 host! 1>2, 7 host 2>5, 30 host! 5>1", "1", [(6, "moved_host"), (7, "reassigned"), (30, "moved_host")]),
        ("abroad and back, closed in between", "-2 checked, 6 host! 1>3, 6 closed!, 30 host! 3>1, 31 checked", "1", []),
        ("back to another desk", "-2 checked, 6 host! 1>2, 30 host! 2>4", "4", []),
        ("through three and back", "-2 checked, 6 host! 1>2, 7 host! 2>5, 8 host! 5>99, 9 host! 99>1", "1", []),
        ("there and back twice", "-2 checked, 6 host! 1>2, 7 host! 2>1, 8 host! 1>3, 9 host! 3>1", "1", []),
        ("there and back, and gone", "-2 checked, 6 host! 1>2, 7 host! 2>1, 8 host! 1>5", "5", [(8, "moved_host")]),
        ("gone, and there and back", "-2 checked, 6 host! 1>5, 7 host! 5>2, 8 host! 2>5", "5", [(6, "moved_host")]),
        ("there and back, then abroad", "-2 checked, 6 host! 1>3, 7 host! 3>1, 8 host! 1>3, 9 closed!", "3", [(8, "moved_abroad")]),
    ],
)  # fmt: skip
def test_moves_follow_the_history(
    story: str, history: str, host: str, expected: list[tuple[float, str]]
) -> None:
    rows = told(history, contact=host)

    assert [((e[1] - NOTICE) / HOUR, e[2]) for e in rows.events] == expected, story


@pytest.mark.parametrize(
    ("story", "message", "moves"),
    [
        ("nobody was noticed in between", {"contact": "2", "queued_at": at(31)}, []),
        ("the other was noticed", {"contact": "2"}, [6, 7, 30]),
        ("the third was noticed", {"contact": "5"}, [6, 7, 30]),
        ("the first was noticed once more", {"contact": "1"}, []),
        ("the other's message never left", {"contact": "2", "status": "grouping"}, []),
        ("the police was told", {"contact": "2", "role": "police"}, []),
    ],
)
def test_a_host_that_was_noticed_was_a_host(
    story: str, message: dict[str, Any], moves: list[float]
) -> None:
    between = posted(**{"queued_at": at(8), "status_at": at(8.05), **message})

    rows = told("-2 checked, 6 host! 1>2, 7 host! 2>5, 30 host! 5>1", posted=(posted(), between))

    assert [(e[1] - NOTICE) / HOUR for e in rows.events] == moves, story
    assert rows.counts["moved_undone"] == 3 - len(moves)


@pytest.mark.parametrize(
    ("story", "change", "clock"),
    [
        ("mailed and accepted", {}, (0, "sent", 0.05, "accepted")),
        ("mailed, not yet found", {"status": "queued", "status_at": None}, (0, "sent", None, "unknown")),
        ("mailed, failed", {"status": "sent_failed"}, (0, "sent", None, "bounced")),
        ("by a provider's interface", {"status": "sent_api_succes", "queued_at": None}, (0.05, "accepted", 0.05, "accepted")),
        ("an interface that failed", {"status": "sent_api_failed", "queued_at": None}, (0.05, "unknown", None, "bounced")),
        ("the time of sending lost", {"queued_at": None}, (0.05, "accepted", 0.05, "accepted")),
        ("accepted before it was sent", {"status_at": at(-1)}, (0, "sent", None, "accepted")),
        ("in the hour that comes twice", {"doubtful": True}, (0, "unknown", 0.05, "accepted")),
        ("never sent", {"status": "grouping"}, None),
        ("closed before it was sent", {"status": "close"}, None),
        ("no time at all", {"queued_at": None, "status_at": None}, None),
        ("to nobody knows whom", {"role": "unknown"}, None),
    ],
)  # fmt: skip
def test_a_message_has_a_clock_only_where_the_record_gives_one(
    story: str, change: dict[str, Any], clock: tuple[Any, ...] | None
) -> None:
    rows = told("-2 checked", posted=(posted(**change),))

    found = [
        ((n[5] - NOTICE) / HOUR, n[6], None if n[7] is None else (n[7] - NOTICE) / HOUR, n[8])
        for n in rows.notices
    ]
    assert found == ([] if clock is None else [clock]), story


def test_a_message_goes_to_the_company_and_the_desk_of_its_contact() -> None:
    rows = told(
        "-2 checked",
        posted=(posted(contact="4"), posted(contact="5"), posted(contact="99"), posted(role="police")),
    )  # fmt: skip

    assert [(n[2], n[3], n[9]) for n in rows.notices] == [
        ("A0000000001", "A0000000004", "hoster"),
        ("A0000000005", "A0000000005", "hoster"),
        (None, None, "hoster"),
        ("A0000000001", "A0000000001", "police"),
    ]


def test_companies_are_named_by_their_owner_and_seated_only_where_the_country_is_one() -> None:
    rows = told("-2 checked")

    assert rows.providers == [
        ("A0000000001", "Example Hosting", "NL"),
        ("A0000000002", "Other Hosting", "NL"),
        ("A0000000003", "Hosting Abroad", "DE"),
        ("A0000000005", None, None),
    ]


@pytest.mark.parametrize("grade", ["not_illegal", "ignore", "unset", None, "something else"])
def test_what_was_not_found_illegal_leaves_nothing_but_a_count(grade: str | None) -> None:
    rows = told("-2 checked, 9 offline!", grade=grade, seen_at=at(7))

    assert (rows.items, rows.notices, rows.sightings, rows.events) == ([], [], [], [])
    known = {"not_illegal", "ignore"}
    assert rows.counts[f"outside_{grade if grade in known else 'unset'}"] == 1


def test_a_closing_without_a_row_is_no_later_than_the_dump() -> None:
    known = told("", status="close_offline", seen_at=at(7), made_at=100)
    unknown = told("", status="close_offline", seen_at=at(7))

    assert looks(known) == ["7 online", "100 gone"]
    assert looks(unknown) == ["7 online"]
    assert known.counts["closing_untimed"] == unknown.counts["closing_untimed"] == 1


@pytest.mark.parametrize(
    ("story", "seen", "police", "expected"),
    [
        ("put in it, mailed later", 26, {"seen_at": at(26), "queued_at": at(27.5)}, []),
        ("put in it, never mailed", 26, {"seen_at": at(26), "queued_at": None}, []),
        ("mailed, not said when it was put in", 26, {"queued_at": at(26.2)}, []),
        ("mailed a quarter of an hour before", 26, {"queued_at": at(25.75)}, ["26 online"]),
        ("put in it before, seen since", 26, {"seen_at": at(20), "queued_at": at(21)}, ["26 online"]),
        ("another message", 26, {"role": "site_owner", "queued_at": at(26)}, ["26 online"]),
    ],
)  # fmt: skip
def test_a_message_to_the_police_is_no_look(
    story: str, seen: float, police: dict[str, Any], expected: list[str]
) -> None:
    message = posted(**{"role": "police", **police})

    rows = told("-2 checked", seen_at=at(seen), posted=(posted(), message))

    assert looks(rows) == expected, story
    assert rows.counts["seen_by_police_mail"] == (not expected)


def test_looks_at_which_a_case_was_put_in_a_message_count_too() -> None:
    rows = told("-2 checked, 9 offline!", posted=(posted(seen_at=at(-1)), posted(seen_at=at(12))))

    assert looks(rows) == ["-1 online", "9 gone"]


@pytest.mark.parametrize(
    ("story", "seen", "message", "expected"),
    [
        ("noticed again: it was seen before that", 45, {}, ["9 gone", "41 online", "45 online"]),
        ("noticed again, never seen", 7, {}, ["7 online", "9 gone"]),
        ("a message to the police", 45, {"role": "police"}, ["9 gone", "45 online"]),
        ("a message that never left", 45, {"status": "grouping"}, ["9 gone", "45 online"]),
        ("the look is known", 45, {"seen_at": at(40.5)}, ["9 gone", "40.5 online", "45 online"]),
    ],
)
def test_a_case_opened_again_is_back_by_its_first_look_or_the_notice_before_it(
    story: str, seen: float, message: dict[str, Any], expected: list[str]
) -> None:
    again = posted(**{"queued_at": at(41), "status_at": at(41.05), **message})

    rows = told("-2 checked, 9 offline!, 40 checked", seen_at=at(seen), posted=(posted(), again))

    assert looks(rows) == expected, story
    assert rows.counts["reopened" if seen > 40 else "reopened_unseen"] == 1


def test_a_case_with_a_url_is_known_by_it_and_one_without_by_its_number() -> None:
    with_url, without = told("-2 checked"), told("-2 checked", url=None)
    unreadable = told("-2 checked", url=Sealed("no address at all"))

    assert with_url.items[0][0].startswith("i-")
    assert without.items[0][0] == without.items[0][1] == with_url.items[0][1]
    assert without.items[0][0].startswith("f-")
    assert unreadable.items == without.items
    assert (with_url.counts["url_unknown"], without.counts["url_unknown"]) == (0, 1)


def test_the_address_is_that_of_the_message_or_else_of_the_case() -> None:
    rows = told(
        "-2 checked",
        posted=(posted(ip="::ffff:192.0.2.9"), posted(ip="no address"), posted()),
    )

    assert [n[4] for n in rows.notices] == ["192.0.2.9", "192.0.2.1", "192.0.2.1"]


@pytest.mark.parametrize(
    ("story", "history", "address"),
    [
        ("nothing changed", "-2 checked", "192.0.2.1"),
        ("found before the message", "-3 host >99, -3 ip >192.0.2.1, -2 checked", "192.0.2.1"),
        ("another host since", "-2 checked, 6 host! 99>2", None),
        ("another address since", "-2 checked, 6 ip 192.0.2.7>192.0.2.1", None),
        ("in the second of the message", "-2 checked, 0 ip 192.0.2.7>192.0.2.1", None),
        ("two records merged: nothing moved", "-2 checked, 6 merged 99>2", "192.0.2.1"),
        ("closed since", "-2 checked, 6 offline!", "192.0.2.1"),
    ],
)  # fmt: skip
def test_the_present_address_is_not_that_of_a_message_before_a_change(
    story: str, history: str, address: str | None
) -> None:
    unknown = told(history, posted=(posted(contact="99"),))
    known = told(history, posted=(posted(contact="99", ip="192.0.2.9"),))

    assert [n[4] for n in unknown.notices] == [address], story
    assert [n[4] for n in known.notices] == ["192.0.2.9"]
    assert unknown.counts["address_unsure"] == (address is None)
    assert known.counts["address_unsure"] == 0


@pytest.mark.parametrize(
    ("url_type", "seen"),
    [
        ("imageurl", "item"), ("videourl", "item"), (" ImageURL ", "item"), ("mainurl", "page"),
        ("screenshot", "page"), ("unknownurl", "page"), (None, None),
    ],
)  # fmt: skip
def test_a_case_that_is_no_picture_or_film_is_looked_at_by_its_page(
    url_type: str | None, seen: str | None
) -> None:
    rows = told("-2 checked", url_type=url_type)

    assert rows.items[0][ITEMS.index("looked_at")] == seen
    assert rows.counts["pages"] == (seen == "page")
