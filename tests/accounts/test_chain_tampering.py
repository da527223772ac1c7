# ruff: noqa: S608 - the statements of an attacker are put together from constants
"""Whatever the owner of the database does to the chain behind its triggers is found, and where."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from etmaal.accounts.audit import log
from etmaal.accounts.chain import link_some, queue_again
from etmaal.accounts.chain_check import verify
from etmaal.accounts.chain_findings import Checked, Wrong
from etmaal.accounts.chain_lines import NOTHING_BEFORE, digest
from etmaal.accounts.chain_rows import links
from etmaal.accounts.head_files import Head, signed
from etmaal.accounts.models import AuditLine, AuditLink, AuditWaiting

AT = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
LINES = 12
pytestmark = pytest.mark.django_db

Do = Callable[..., None]


@pytest.fixture
def chain() -> list[int]:
    """Link twelve lines in three steps; return the number of the line at each place, from 1."""
    for k in range(1, LINES + 1):
        log(verb="item.opened", subject=f"item:{k}", by="person:7", at=AT + timedelta(minutes=k),
            why=f"reason {k}", details={"n": k}, rows=k, root=f"{k:064x}")  # fmt: skip
        if k % 5 == 0:
            link_some(at=AT + timedelta(minutes=k))
    link_some(at=AT + timedelta(minutes=LINES))
    return [0, *AuditLink.objects.order_by("place").values_list("line_id", flat=True)]


@pytest.fixture
def owner() -> Iterator[Do]:
    """Give what an owner of the database can do: drop the triggers, do it, put them back.

    All of it is undone at the end: no foreign key is checked before that.
    """
    before = transaction.savepoint()
    yield do
    transaction.savepoint_rollback(before)


def do(*statements: str, put_back: bool = True) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(
                "SELECT tgname, tgrelid::regclass, pg_get_triggerdef(oid) FROM pg_trigger "
                "WHERE NOT tgisinternal"
            )
            triggers = [(f"{name} ON {table}", text) for name, table, text in cursor.fetchall()]
            cursor.execute(
                "SELECT conname FROM pg_constraint "
                "WHERE conrelid = 'accounts_auditlink'::regclass AND contype = 'f'"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE accounts_auditlink DROP CONSTRAINT {name}")
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            cursor.execute(statement.replace("%", "%%"))
        for _, text in triggers if put_back else ():
            cursor.execute(text)


def said(checked: Checked) -> list[tuple[Wrong, int | None, int | None]]:
    return [(found.wrong, found.first, found.last) for found in checked.findings]


LINE, LINK = "accounts_auditline", "accounts_auditlink"
UP = (  # in two steps: a place is taken once, also halfway
    f"UPDATE {LINK} SET place = place + 1000000 WHERE place >= {{0}}",
    f"UPDATE {LINK} SET place = place - 1000000 + {{1}} WHERE place >= 1000000",
)


def moved(since: int, by: int) -> tuple[str, ...]:
    return tuple(statement.format(since, by) for statement in UP)


def new_line(number: int) -> str:
    return (
        f"INSERT INTO {LINE} (id, at, who, verb, subject, why, details, root) VALUES "
        f"({number}, '2026-03-29 01:04:30', 'person:9', 'item.opened', 'item:5', '', '{{}}', '')"
    )


def new_link(place: int, number: int) -> str:
    return (
        f"INSERT INTO {LINK} (place, line_id, linked_at, digest) VALUES "
        f"({place}, {number}, '2026-03-29 01:04:30', '{'ab' * 32}')"
    )


FIVE, NINE = "(SELECT line_id FROM accounts_auditlink WHERE place = 5)", "(SELECT line_id FROM accounts_auditlink WHERE place = 9)"  # fmt: skip
STORIES: list[tuple[str, tuple[str, ...], list[tuple[Wrong, int | None, int | None]]]] = [
    ("nothing is done", (), []),
    *(
        (f"{column} is changed", (f"UPDATE {LINE} SET {column} = {value} WHERE id = {FIVE}",),
         [(Wrong.LINE_CHANGED, 5, 5)])
        for column, value in (
            ("at", "'2026-03-29 01:04:00.000001'"), ("who", "'person:8'"), ("verb", "'item.read'"),
            ("subject", "'item:50'"), ("why", "''"), ("why", "'reason 5 '"), ("rows", "NULL"),
            ("details", """'{"n": 6}'"""), ("details", """'{"n": "5"}'"""), ("details", "'[5]'"),
            ("details", """'{"n": 5, "m": 1.5}'"""), ("root", "''"),
        )
    ),
    ("a moment of linking is changed", (f"UPDATE {LINK} SET linked_at = '2026-03-29 00:00:00' WHERE place = 5",), [(Wrong.LINE_CHANGED, 5, 5)]),
    ("the first line is changed", (f"UPDATE {LINE} SET why = '' WHERE id = (SELECT line_id FROM {LINK} WHERE place = 1)",), [(Wrong.LINE_CHANGED, 1, 1)]),
    ("the last line is changed", (f"UPDATE {LINE} SET why = '' WHERE id = (SELECT line_id FROM {LINK} WHERE place = 12)",), [(Wrong.DOES_NOT_FOLLOW, 12, 12)]),
    ("two lines apart are changed", (f"UPDATE {LINE} SET why = '' WHERE id IN ({FIVE}, {NINE})",), [(Wrong.LINE_CHANGED, 5, 5), (Wrong.LINE_CHANGED, 9, 9)]),
    ("all lines from the fifth are changed", (f"UPDATE {LINE} SET why = '' WHERE id >= {FIVE}",), [(Wrong.DOES_NOT_FOLLOW, 5, 12)]),
    ("a digest is changed", (f"UPDATE {LINK} SET digest = '{'0' * 64}' WHERE place = 5",), [(Wrong.LINK_CHANGED, 5, 5)]),
    ("three digests are changed", (f"UPDATE {LINK} SET digest = '{'0' * 64}' WHERE place IN (5, 6, 7)",), [(Wrong.LINK_CHANGED, 5, 7)]),
    ("a digest is emptied", (f"UPDATE {LINK} SET digest = '' WHERE place = 12",), [(Wrong.DOES_NOT_FOLLOW, 12, 12)]),
    ("two lines swap their words", (
        f"UPDATE {LINE} SET why = 'kept' WHERE id = {FIVE}",
        f"UPDATE {LINE} SET why = 'reason 5' WHERE id = {NINE}",
        f"UPDATE {LINE} SET why = 'reason 9' WHERE id = {FIVE}"),
     [(Wrong.LINE_CHANGED, 5, 5), (Wrong.LINE_CHANGED, 9, 9)]),
    ("two links swap their lines", (
        f"UPDATE {LINK} SET line_id = line_id - 1000000 WHERE place IN (5, 9)",
        f"UPDATE {LINK} SET line_id = line_id + 1000004 WHERE place = 5",
        f"UPDATE {LINK} SET line_id = line_id + 999996 WHERE place = 9"),
     [(Wrong.LINE_CHANGED, 5, 5), (Wrong.LINE_CHANGED, 9, 9)]),
    ("two links swap their places", (
        f"UPDATE {LINK} SET place = 1000 WHERE place = 5",
        f"UPDATE {LINK} SET place = 5 WHERE place = 9",
        f"UPDATE {LINK} SET place = 9 WHERE place = 1000"),
     [(Wrong.DOES_NOT_FOLLOW, 5, 6), (Wrong.DOES_NOT_FOLLOW, 9, 10)]),
    ("a line is removed", (f"DELETE FROM {LINE} WHERE id = {FIVE}",), [(Wrong.LINE_REMOVED, 5, 5)]),
    ("three lines are removed", (f"DELETE FROM {LINE} WHERE id IN (SELECT line_id FROM {LINK} WHERE place IN (5, 6, 7))",), [(Wrong.LINE_REMOVED, 5, 7)]),
    ("a link is removed", (f"DELETE FROM {LINK} WHERE place = 5",), [(Wrong.LINKS_REMOVED, 5, 5), (Wrong.NOT_WAITING, None, None)]),
    ("a line and its link are removed", (f"DELETE FROM {LINE} WHERE id = {FIVE}", f"DELETE FROM {LINK} WHERE place = 5"), [(Wrong.LINKS_REMOVED, 5, 5)]),
    ("the first two are removed", (f"DELETE FROM {LINE} WHERE id IN (SELECT line_id FROM {LINK} WHERE place < 3)", f"DELETE FROM {LINK} WHERE place < 3"), [(Wrong.LINKS_REMOVED, 1, 2)]),
    ("one is removed, and the next renumbered over it", (f"DELETE FROM {LINE} WHERE id = {FIVE}", f"DELETE FROM {LINK} WHERE place = 5", *moved(5, -1)), [(Wrong.LINKS_REMOVED, 5, 5)]),
    ("three are removed, and the next renumbered over them", (f"DELETE FROM {LINE} WHERE id IN (SELECT line_id FROM {LINK} WHERE place IN (5, 6, 7))", f"DELETE FROM {LINK} WHERE place IN (5, 6, 7)", *moved(5, -3)), [(Wrong.LINKS_REMOVED, 5, 5)]),
    ("one is put in between, with some digest", (*moved(5, 1), new_line(900_001), new_link(5, 900_001)), [(Wrong.INSERTED, 5, 5)]),
    ("two are put in between, with some digest", (*moved(5, 2), new_line(900_001), new_link(5, 900_001), new_line(900_002), new_link(6, 900_002)), [(Wrong.INSERTED, 5, 6)]),
    ("a line that was never written is put at the end", (new_line(900_001), new_link(13, 900_001)), [(Wrong.DOES_NOT_FOLLOW, 13, 13)]),
    ("a link to no line is put at the end", (new_link(13, 900_001),), [(Wrong.LINE_REMOVED, 13, 13)]),
    ("a line gets another number, its link too", (f"UPDATE {LINE} SET id = 900001 WHERE id = {FIVE}", f"UPDATE {LINK} SET line_id = 900001 WHERE place = 5"), [(Wrong.LINE_CHANGED, 5, 5)]),
    ("a line gets another number", (f"UPDATE {LINE} SET id = 900001 WHERE id = {FIVE}",), [(Wrong.LINE_REMOVED, 5, 5), (Wrong.NOT_WAITING, None, None)]),
    ("a link goes to the end", (f"UPDATE {LINK} SET place = 13 WHERE place = 5",), [(Wrong.LINKS_REMOVED, 5, 5), (Wrong.DOES_NOT_FOLLOW, 13, 13)]),
    ("a link goes far away", (f"UPDATE {LINK} SET place = 99 WHERE place = 5",), [(Wrong.LINKS_REMOVED, 5, 5), (Wrong.LINKS_REMOVED, 13, 98)]),
    ("places are counted on from somewhere else", moved(5, 7), [(Wrong.RENUMBERED, 12, 12)]),
    ("a link goes before the first", (f"UPDATE {LINK} SET place = 0 WHERE place = 1",), [(Wrong.RENUMBERED, 0, 0), (Wrong.RENUMBERED, 2, 2)]),
    ("everything is removed", (f"DELETE FROM {LINK}", f"DELETE FROM {LINE}"), []),
]  # fmt: skip


@pytest.mark.parametrize(("story", "statements", "found"), STORIES, ids=[s[0] for s in STORIES])
def test_what_was_done_to_the_chain_is_found_where_it_was_done(
    story: str, statements: tuple[str, ...], found: list, chain: list[int], owner: Do
) -> None:
    del story
    owner(*statements)

    assert said(verify()) == found


def test_the_number_of_the_line_is_told(chain: list[int], owner: Do) -> None:
    owner(f"UPDATE {LINE} SET why = '' WHERE id = {FIVE}", f"DELETE FROM {LINE} WHERE id = {NINE}")

    assert [found.line for found in verify().findings] == [chain[5], chain[9]]


def test_a_trigger_that_was_not_put_back_is_found(chain: list[int], owner: Do) -> None:
    owner(put_back=False)

    refused = 3 if connection.vendor == "postgresql" else 2
    assert [found.wrong for found in verify().findings] == [Wrong.UNGUARDED] * refused * 2


# What each database lets its owner write: SQLite any kind of value, PostgreSQL moments of its own.
IMPOSSIBLE = {
    "sqlite": [
        ("a text that is no UTF-8", f"UPDATE {LINE} SET why = CAST(x'ff' AS TEXT) WHERE id = {FIVE}", Wrong.LINE_CHANGED),
        ("bytes for a text", f"UPDATE {LINE} SET why = CAST('reason 5' AS BLOB) WHERE id = {FIVE}", Wrong.LINE_CHANGED),
        ("a text for a moment", f"UPDATE {LINE} SET at = 'soon' WHERE id = {FIVE}", Wrong.LINE_CHANGED),
        ("a number for a moment", f"UPDATE {LINE} SET at = 5 WHERE id = {FIVE}", Wrong.LINE_CHANGED),
        ("a name twice, the last as it was", f"""UPDATE {LINE} SET details = '{{"n": 6, "n": 5}}' WHERE id = {FIVE}""", Wrong.LINE_CHANGED),
        ("a text for a number", f"UPDATE {LINE} SET rows = 'some' WHERE id = {FIVE}", Wrong.LINE_CHANGED),
        ("a text for a moment of linking", f"UPDATE {LINK} SET linked_at = 'soon' WHERE place = 5", Wrong.LINE_CHANGED),
        ("bytes for a digest", f"UPDATE {LINK} SET digest = CAST(digest AS BLOB) WHERE place = 5", Wrong.LINK_CHANGED),
        ("a text for a place", f"UPDATE {LINK} SET place = 'fifth' WHERE place = 5", Wrong.LINKS_REMOVED),
    ],
    "postgresql": [
        ("the end of time", f"UPDATE {LINE} SET at = 'infinity' WHERE id = {FIVE}", Wrong.LINE_CHANGED),
        ("before our era", f"UPDATE {LINE} SET at = '2026-03-29 01:04:00 BC' WHERE id = {FIVE}", Wrong.LINE_CHANGED),
        ("beyond the year 9999", f"UPDATE {LINE} SET at = '12026-03-29 01:04:00' WHERE id = {FIVE}", Wrong.LINE_CHANGED),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("story", "statement", "found"), IMPOSSIBLE[connection.vendor])
def test_a_value_that_no_column_should_hold_stops_nothing(
    story: str, statement: str, found: Wrong, chain: list[int], owner: Do
) -> None:
    del story
    owner(statement)

    first = verify().findings[0]
    assert (first.wrong, first.first) == (found, 5)


# --- what the digests alone cannot show, and a head can


def written_anew(since: int) -> None:
    """Reckon all digests anew from a place on, as somebody would who wants to hide a change."""
    previous, statements = NOTHING_BEFORE, []
    for link in links():
        assert link.line is not None
        if link.place >= since:
            previous = digest(
                link.line, place=link.place, linked_at=link.linked_at, previous=previous
            )
            statements.append(f"UPDATE {LINK} SET digest = '{previous}' WHERE place = {link.place}")
        else:
            previous = link.digest
    do(*statements)


KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = [KEY.public_key()]


def head(place: int) -> Head:
    return signed(Head(place, place, AuditLink.objects.get(place=place).digest, AT), KEY)


def test_a_chain_written_anew_follows_and_a_head_kept_elsewhere_contradicts_it(
    chain: list[int], owner: Do
) -> None:
    heads = [head(3), head(8), head(10)]
    owner(f"UPDATE {LINE} SET why = '' WHERE id = {FIVE}")
    written_anew(5)

    assert verify().findings == ()
    assert said(verify(heads=heads, keys=KEYS)) == [
        (Wrong.REWRITTEN, 4, 8),
        (Wrong.REWRITTEN, 4, 10),
    ]


def test_a_line_written_anew_with_its_own_digest_only_shows_at_the_next_place(
    chain: list[int], owner: Do
) -> None:
    owner(f"UPDATE {LINE} SET why = '' WHERE id = {FIVE}")
    link = next(k for k in links() if k.place == 5)
    own = digest(link.line, place=5, linked_at=link.linked_at, previous=head(4).digest)
    owner(f"UPDATE {LINK} SET digest = '{own}' WHERE place = 5")

    assert said(verify()) == [(Wrong.LINE_CHANGED, 6, 6)]


def test_lines_put_in_between_with_digests_that_follow_are_found(
    chain: list[int], owner: Do
) -> None:
    owner(*moved(5, 1), new_line(900_001), new_link(5, 900_001))
    link = next(k for k in links() if k.place == 5)
    own = digest(link.line, place=5, linked_at=link.linked_at, previous=head(4).digest)
    owner(f"UPDATE {LINK} SET digest = '{own}' WHERE place = 5")

    assert said(verify()) == [(Wrong.INSERTED, 5, 5)]


def test_a_chain_cut_off_at_the_end_follows_and_a_head_says_that_there_was_more(
    chain: list[int], owner: Do
) -> None:
    heads = [head(8), head(12)]
    owner(f"DELETE FROM {LINE} WHERE id >= {NINE}", f"DELETE FROM {LINK} WHERE place >= 9")

    assert verify().findings == ()
    assert said(verify(heads=heads, keys=KEYS)) == [(Wrong.CUT_OFF, 9, 12)]
    assert verify(heads=heads, keys=KEYS).heads_passed == 1


# --- lines that are not linked yet


def test_lines_that_wait_are_counted_and_the_oldest_is_told(chain: list[int]) -> None:
    for k in (7, 3, 5):
        log(verb="item.opened", subject="item:1", by="person:7", at=AT + timedelta(hours=k))

    checked = verify()

    assert (checked.unlinked.lines, checked.unlinked.oldest_at) == (3, AT + timedelta(hours=3))
    assert (checked.findings, checked.links, checked.place) == ((), LINES, LINES)


@pytest.mark.parametrize(
    ("story", "statements", "found"),
    [
        ("it is removed", (f"DELETE FROM {LINE} WHERE subject = 'item:99'",), [Wrong.WAITING_REMOVED]),
        ("it is taken out of the queue", ("DELETE FROM accounts_auditwaiting",), [Wrong.NOT_WAITING]),
        ("it is made to one that nobody could write", (f"UPDATE {LINE} SET details = '[]' WHERE subject = 'item:99'",), [Wrong.WAITING_CHANGED]),
    ],
)  # fmt: skip
def test_what_was_done_to_a_line_before_it_was_linked_is_found(
    story: str, statements: tuple[str, ...], found: list[Wrong], chain: list[int], owner: Do
) -> None:
    del story
    log(verb="item.opened", subject="item:99", by="person:7", at=AT)
    number = AuditLine.objects.get(subject="item:99").id
    owner(*statements)

    assert link_some(at=AT) == 0
    assert [(f.wrong, f.line) for f in verify().findings] == [(w, number) for w in found]


def test_a_line_taken_out_of_the_queue_can_be_put_back(chain: list[int], owner: Do) -> None:
    log(verb="item.opened", subject="item:99", by="person:7", at=AT)
    owner("DELETE FROM accounts_auditwaiting")

    assert (queue_again(), queue_again()) == (1, 0)
    assert link_some(at=AT) == 1
    assert verify().findings == ()


def test_a_linked_line_that_is_put_in_the_queue_again_stops_nothing(chain: list[int]) -> None:
    AuditWaiting.objects.create(line_id=chain[5])
    log(verb="item.opened", subject="item:99", by="person:7", at=AT)

    assert link_some(at=AT) == 1
    assert verify().findings == ()
    assert AuditWaiting.objects.count() == 0


def test_a_line_that_is_dated_back_or_forward_is_remarked_upon(chain: list[int]) -> None:
    for k in (-3, 0, 5):
        log(verb="item.opened", subject="item:1", by="person:7", at=AT + timedelta(hours=k))
    link_some(at=AT + timedelta(hours=1))

    odd = verify().odd
    assert (odd.late, odd.first_late, odd.early, odd.first_early) == (1, 13, 1, 15)


def test_a_number_that_was_never_used_is_no_removal(chain: list[int]) -> None:
    with transaction.atomic():
        log(verb="item.opened", subject="item:1", by="person:7", at=AT)
        transaction.set_rollback(True)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('accounts_auditline_id_seq')")
    log(verb="item.opened", subject="item:1", by="person:7", at=AT)

    assert link_some(at=AT) == 1
    assert verify().findings == ()
