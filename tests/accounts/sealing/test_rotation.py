"""Keys are exchanged while others write, read, do the same, or are killed; nothing is lost."""

import random
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from etmaal.accounts import keys, resealing
from etmaal.accounts.ciphertext import Ciphertext
from etmaal.accounts.models import AuditLine, DataKey
from etmaal.accounts.sealing import open_sealed
from etmaal.core.sealed import Sealed

AT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
LINES = ("key.destroyed", "key.made", "key.rotated", "values.resealed")


def reseal() -> resealing.Resealed:
    return resealing.reseal(by="test", clock=lambda: AT)


def opened(note: Any, name: str) -> Sealed:
    place = f"sealed_notes_note.{name}"
    return open_sealed(getattr(note, name), place=place, row=note.uuid)


def test_resealing_brings_all_under_the_newest_key_and_destroys_the_others(
    notes: Any, note: Any
) -> None:
    first, second = note("one", contact="jo@mail.example"), note("two")
    old = first.body.key_number
    new = keys.rotate(by="test", at=AT)
    third = note("three")
    assert resealing.waiting() == 3
    steps: list[int] = []

    found = resealing.reseal(by="person:1", clock=lambda: AT, progress=steps.append)

    assert (found.values, found.destroyed, found.in_use, found.unopened) == (3, (old,), (), {})
    assert sum(steps) == 3
    again = list(notes.objects.order_by("pk"))
    assert [n.body.key_number for n in again] == [new] * 3
    assert [opened(n, "body").open() for n in again] == ["one", "two", "three"]
    assert opened(again[0], "contact") == Sealed("jo@mail.example")
    assert again[2].body == third.body, "what is under the newest key is left alone"
    assert again[1].contact is second.contact is None
    gone = DataKey.objects.get(pk=old)
    assert (bytes(gone.wrapped), gone.destroyed_at) == (b"", AT)
    lines = AuditLine.objects.filter(who="person:1").order_by("pk")
    assert [(line.verb, line.subject, line.rows) for line in lines] == [
        ("values.resealed", "sealed_notes_note.body", 2),
        ("values.resealed", "sealed_notes_note.contact", 1),
        ("key.destroyed", f"key:{old}", None),
    ]
    assert all(len(line.root) == 64 for line in lines[:2])


def test_doing_it_again_does_nothing(note: Any) -> None:
    note("one")
    keys.rotate(by="test", at=AT)
    reseal()
    lines = AuditLine.objects.count()

    assert reseal() == resealing.Resealed(0, {}, (), ())
    assert AuditLine.objects.count() == lines


def test_many_batches_are_gone_through_in_order(
    notes: Any, note: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "BATCH", 3)
    for n in range(10):
        note(str(n))
    keys.rotate(by="test", at=AT)
    steps: list[int] = []

    resealing.reseal(by="test", clock=lambda: AT, progress=steps.append)

    assert steps == [3, 3, 3, 1]
    assert [opened(n, "body").open() for n in notes.objects.order_by("pk")] == list("0123456789")


def test_a_value_that_does_not_open_stays_and_keeps_its_key(notes: Any, note: Any) -> None:
    """Perhaps a backup can still mend it; without its key nothing could."""
    spoilt, whole = note("one"), note("two")
    raw = spoilt.body.raw
    notes.objects.filter(pk=spoilt.pk).update(body=Ciphertext(raw[:-1] + bytes([raw[-1] ^ 1])))
    old = whole.body.key_number
    keys.rotate(by="test", at=AT)

    found = reseal()

    assert found == resealing.Resealed(1, {"sealed_notes_note.body": 1}, (), (old,))
    notes.objects.filter(pk=spoilt.pk).update(body=Ciphertext(raw))
    assert reseal() == resealing.Resealed(1, {}, (old,), ())


def test_a_value_that_was_changed_meanwhile_is_not_overwritten(notes: Any, note: Any) -> None:
    one, other = note("one"), note("other")
    field = notes._meta.get_field("body")

    changed = resealing._exchange(
        field, [(other.body, one.pk, one.body), (one.body, other.pk, one.body)]
    )

    assert changed == 1
    assert {n.body for n in notes.objects.all()} == {other.body}


def test_a_key_that_seals_or_is_needed_is_never_destroyed(note: Any) -> None:
    number = note("one").body.key_number

    assert not resealing.destroy(number=number, by="test", at=AT)
    keys.rotate(by="test", at=AT)
    assert not resealing.destroy(number=number, by="test", at=AT)
    reseal()
    assert not resealing.destroy(number=number, by="test", at=AT), "it is destroyed already"
    assert not AuditLine.objects.filter(verb="key.destroyed").exclude(subject=f"key:{number}")


def test_a_program_that_is_older_than_the_record_destroys_nothing(note: Any) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    note("one")
    keys.rotate(by="test", at=AT)
    MigrationRecorder.Migration.objects.create(app="accounts", name="9999_later")

    with pytest.raises(resealing.NewerRecord, match="newer version"):
        reseal()

    assert DataKey.objects.filter(destroyed_at=None).count() == 2


@pytest.mark.slow
def test_a_running_process_notices_rotation_and_destruction_by_others(own: Any) -> None:
    own.do("begin", 5)
    follower = own.start("follow")

    def ask() -> dict[str, Any]:
        own.tell(follower)
        return dict(own.said(follower))

    first = ask()
    own.do("rotate")
    second = ask()
    own.do("reseal")
    third = ask()

    assert first["opened"] == 7
    assert second == {"opened": 8, "under": first["under"] + 1}
    assert third == {"opened": 9, "under": first["under"] + 1}


@pytest.mark.slow
def test_a_key_outlives_the_transaction_that_has_sealed_under_it(own: Any) -> None:
    """PostgreSQL lets the key be retired meanwhile; SQLite lets the one wait for the other."""
    own.do("begin", 3)
    holder = own.start("hold")
    row = own.said(holder)["holds"]
    rotation = own.start("rotate")
    if own.url is not None:
        own.end(rotation)
        assert own.do("reseal")["in_use"] == [1], "and it did not wait"

    own.tell(holder)
    assert own.said(holder) == {"committed": row}
    if own.url is None:
        own.end(rotation)

    assert own.do("reseal")["destroyed"] == [1]
    assert own.do("verify")["under"] == {"2": 3 + 1 + 1}


@pytest.mark.slow
def test_rotating_and_resealing_beside_writers_loses_nothing(own: Any) -> None:
    own.do("begin", 300)
    writers = [own.start("write", 4) for _ in range(2)]
    time.sleep(1.5)

    own.do("rotate")
    own.do("reseal")
    own.do("rotate")
    written = [own.end(writer)["written"] for writer in writers]
    last = own.do("reseal")

    found = own.do("verify")
    assert min(written) > 0
    assert last["in_use"] == []
    assert found["live"] == found["sealing"] == [3]
    assert found["under"] == {"3": 300 + 150 + sum(written)}


@pytest.mark.slow
def test_two_rotations_at_once_leave_one_key_that_seals(own: Any) -> None:
    own.do("begin", 3)

    both = [own.start("rotate") for _ in range(2)]
    numbers = sorted(own.end(process)["number"] for process in both)

    assert numbers == [2, 3]
    found = own.do("verify")
    assert (found["sealing"], found["live"]) == ([3], [1, 2, 3])
    both = [own.start("reseal") for _ in range(2)]
    assert sum(own.end(process)["values"] for process in both) == 4
    assert own.do("verify")["live"] == [3]


@pytest.mark.slow
def test_two_first_values_at_once_make_one_key(own: Any) -> None:
    own.do("begin", 0)

    holders = [own.start("write", 0.2) for _ in range(2)]
    for holder in holders:
        own.end(holder)

    assert own.do("verify")["lines"].count("key.made") == 1


@pytest.mark.slow
def test_resealing_that_is_killed_goes_on_where_it_was(own: Any) -> None:
    own.do("begin", 6_000)
    own.do("rotate")
    chance = random.Random(7)  # noqa: S311 - moments
    for _ in range(3):
        process = own.start("reseal")
        for _ in range(4):
            own.said(process)
        time.sleep(chance.uniform(0, 0.02))
        own.kill(process)
        under = own.do("verify")["under"]
        assert sum(under.values()) == 9_000
        assert set(under) == {"1", "2"}

    found = own.do("reseal")

    assert found["destroyed"] == [1]
    assert found["values"] < 9_000 - 3 * 4 * 500 + 1
    assert own.do("verify")["under"] == {"2": 9_000}


@pytest.mark.slow
def test_resealing_survives_a_kill_between_any_two_lines(own: Any) -> None:
    own.do("begin", 3)

    assert own.do("kill-reseal", 100)["kills"] > 5


@pytest.mark.faults
def test_resealing_survives_a_kill_before_every_third_line(own: Any) -> None:
    own.do("begin", 2)

    assert own.do("kill-reseal", 3)["kills"] > 100
