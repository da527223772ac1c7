"""A line is kept with its write or not at all, and holds nothing that could be spelled two ways."""

import hashlib
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from etmaal.accounts.audit import NotLoggable, batch_root, log
from etmaal.accounts.batch_root import BatchRoot
from etmaal.accounts.models import AuditLine, AuditWaiting

AT = datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC)  # as the clocks go forward
TOLD = {"verb": "item.opened", "subject": "item:12", "by": "person:7", "at": AT}


@pytest.mark.django_db
def test_a_line_says_who_did_what_when_to_what_and_why_and_waits_for_its_link() -> None:
    log(**TOLD, why="a second look", details={"b": 1, "a": True, "c": "x"}, rows=0, root="0" * 64)

    line = AuditLine.objects.get()
    assert (line.at, line.who, line.verb, line.subject) == (
        AT,
        "person:7",
        "item.opened",
        "item:12",
    )
    assert (line.why, line.details) == ("a second look", {"a": True, "b": 1, "c": "x"})
    assert (line.rows, line.root) == (0, "0" * 64)
    assert list(AuditWaiting.objects.values_list("line_id", flat=True)) == [line.id]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_line_is_refused_outside_the_transaction_of_what_it_tells_of() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        log(**TOLD)

    assert AuditLine.objects.count() == 0


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_write_that_is_rolled_back_leaves_no_line() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        log(**TOLD)
        _ = 1 / 0

    assert (AuditLine.objects.count(), AuditWaiting.objects.count()) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("story", "told"),
    [
        ("a reason longer than its column", {"why": "x" * 301}),
        ("a reason with a NUL, which PostgreSQL cannot keep", {"why": "a\0b"}),
        ("half a surrogate pair, which is no UTF-8", {"why": "\ud800"}),
        ("nobody did it", {"by": ""}),
        ("nothing was done", {"verb": ""}),
        ("to nothing", {"subject": ""}),
        ("a name of two lines", {"by": "person:7\nperson:8"}),
        ("a subject longer than its column", {"subject": "x" * 101}),
        ("a moment without a zone", {"at": datetime(2026, 3, 29)}),  # noqa: DTZ001
        ("a fraction: two spellings of one number", {"details": {"a": 1.0}}),
        ("a fact within a fact", {"details": {"a": {"b": 1}}}),
        ("no fact", {"details": {"a": None}}),
        ("a name that sorts differently elsewhere", {"details": {"é": 1}}),
        ("a number that JSON readers round", {"details": {"a": 2**53}}),
        ("details with a NUL", {"details": {"a": "\0"}}),
        ("details of any length", {"details": {f"a{k}": "x" * 300 for k in range(14)}}),
        ("fewer rows than none", {"rows": -1}),
        ("a root of no rows", {"root": "0" * 64}),
        ("a root that is no digest", {"rows": 1, "root": "A" * 64}),
    ],
)
def test_what_no_line_may_hold_is_refused_by_name_and_not_repeated(story: str, told: dict) -> None:
    with pytest.raises(NotLoggable) as refused:
        log(**{**TOLD, **told})

    assert AuditLine.objects.count() == 0
    assert "xx" not in str(refused.value), story


@pytest.mark.django_db
def test_the_longest_line_that_may_be_kept_is_kept_whole_by_both_databases() -> None:
    why = "\N{RIGHT-TO-LEFT OVERRIDE}'\"\\\r\n\t\x01\x7f\N{GRINNING FACE}".ljust(300, "é")

    log(verb="v" * 60, subject="s" * 100, by="b" * 100, at=AT, why=why, details={"n": -(2**53) + 1})

    line = AuditLine.objects.get()
    assert (line.why, line.details) == (why, {"n": -(2**53) + 1})
    assert connection.vendor in ("sqlite", "postgresql")


# --- the root of a batch: RFC 9162, section 2.1.1


def by_the_book(rows: list[bytes]) -> bytes:
    """Return the Merkle tree hash as the standard defines it, without any cleverness."""
    if not rows:
        return hashlib.sha256(b"").digest()
    if len(rows) == 1:
        return hashlib.sha256(b"\x00" + rows[0]).digest()
    k = 1
    while k * 2 < len(rows):
        k *= 2
    return hashlib.sha256(b"\x01" + by_the_book(rows[:k]) + by_the_book(rows[k:])).digest()


@given(st.lists(st.binary(max_size=3), max_size=40))
def test_the_root_of_a_batch_is_the_tree_hash_of_the_standard(rows: list[bytes]) -> None:
    assert batch_root(rows) == by_the_book(rows).hex()


def test_the_root_of_a_batch_is_what_others_compute() -> None:
    """The test vectors of Certificate Transparency's own log (RFC 6962, the same tree)."""
    rows = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]  # fmt: skip

    assert batch_root(map(bytes.fromhex, rows)) == (
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    )


def test_the_root_can_be_asked_for_on_the_way() -> None:
    root = BatchRoot()
    root.add(b"a")
    early = root.digest()
    root.add(b"b")

    assert (early, root.rows) == (batch_root([b"a"]), 2)
    assert root.digest() == batch_root([b"a", b"b"])
