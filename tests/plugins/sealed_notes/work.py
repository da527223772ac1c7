"""What is done in a process of its own with a record of its own, so that it can be killed.

Each command prints one line of JSON. What a note says follows from its number and edition, so
anybody can tell whether it is whole.
"""

import itertools
import json
import os
import signal
import sys
import time
import traceback
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction

from etmaal.accounts import keys, master_rotation, resealing
from etmaal.accounts.models import AuditLine, DataKey
from etmaal.accounts.sealing import open_sealed, seal, seal_many
from etmaal.core.sealed import Sealed
from sealed_notes.models import Note

AT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
BODY, CONTACT = "sealed_notes_note.body", "sealed_notes_note.contact"
ACCOUNTS = Path(keys.__file__).parent


def text(row: uuid.UUID, edition: int) -> Sealed:
    return Sealed(f"https://canary-{row.hex}.site.example/{edition}")


def begin(count: str) -> None:
    """Make the tables and some notes; every other one has a contact."""
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Note)
    rows = [uuid.uuid4() for _ in range(int(count))]
    with transaction.atomic():
        bodies = seal_many([(row, text(row, 1)) for row in rows], place=BODY)
        contacts = seal_many([(row, text(row, 0)) for row in rows], place=CONTACT)
        Note.objects.bulk_create(
            Note(uuid=row, body=body, contact=contact if at % 2 else None)
            for at, (row, body, contact) in enumerate(zip(rows, bodies, contacts, strict=True))
        )
    say(notes=count)


def write(seconds: str) -> None:
    """Write a new note and a new edition of an old one, over and over for a while."""
    until, written = time.monotonic() + float(seconds), 0
    order = itertools.cycle(Note.objects.order_by("-pk").values_list("pk", flat=True) or [None])
    while time.monotonic() < until:
        with transaction.atomic():
            row = uuid.uuid4()
            Note.objects.create(uuid=row, body=seal(text(row, 1), place=BODY, row=row))
            old = Note.objects.select_for_update().filter(pk=next(order)).first()
            if old is not None:
                old.edition += 1
                old.body = seal(text(old.uuid, old.edition), place=BODY, row=old.uuid)
                old.save(update_fields=["edition", "body"])
        written += 1
    say(written=written)


def hold() -> None:
    """Seal a note anew, add another, and leave the transaction open until a line comes in."""
    row = uuid.uuid4()
    with transaction.atomic():
        old = Note.objects.order_by("pk")[0]
        old.body = seal(text(old.uuid, 2), place=BODY, row=old.uuid)
        Note.objects.filter(pk=old.pk).update(edition=2, body=old.body)
        Note.objects.create(uuid=row, body=seal(text(row, 1), place=BODY, row=row))
        say(holds=str(row))
        sys.stdin.readline()
    say(committed=str(row))


def follow() -> None:
    """Open all notes for each line that comes in, in this one process, then add a note."""
    for _ in sys.stdin:
        opened = sum(1 for _ in wholes())
        with transaction.atomic():
            row = uuid.uuid4()
            new = Note.objects.create(uuid=row, body=seal(text(row, 1), place=BODY, row=row))
        say(opened=opened, under=new.body.key_number)


def verify() -> None:
    """Open everything; say what lies under which key, and what the keys and lines are."""
    under: dict[int, int] = {}
    for number in wholes():
        under[number] = under.get(number, 0) + 1
    say(
        under=under,
        sealing=list(DataKey.objects.filter(retired_at=None).values_list("pk", flat=True)),
        live=list(
            DataKey.objects.filter(destroyed_at=None).order_by("pk").values_list("pk", flat=True)
        ),
        lines=sorted(AuditLine.objects.values_list("verb", flat=True)),
    )


def wholes() -> Iterator[int]:
    """Yield the key of each value; stop with an error at one that does not say what it must."""
    for note in Note.objects.order_by("pk"):
        for place, value, edition in (
            (BODY, note.body, note.edition),
            (CONTACT, note.contact, 0),
        ):
            if value is not None:
                opened = open_sealed(value, place=place, row=note.uuid)
                assert opened == text(note.uuid, edition), (note.pk, place)
                yield value.key_number


def rotate() -> None:
    say(number=keys.rotate(by="test", at=AT))


def reseal() -> None:
    found = resealing.reseal(by="test", clock=lambda: AT, progress=lambda n: say(batch=n))
    say(values=found.values, destroyed=found.destroyed, in_use=found.in_use)


def rotate_master() -> None:
    say(master=master_rotation.rotate_master(by="test", at=AT).fingerprint)


def kill_rotate_master(step: str) -> None:
    """Kill the rotation of the master key before every so many lines of it."""
    kill_at_each_line(
        lambda: master_rotation.rotate_master(by="test", at=AT),
        step=int(step),
        before=reseal,  # each time the work is as long: there is one key
        afterwards=[verify, add_a_key, rotate_master, verify],
    )


def kill_reseal(step: str) -> None:
    """Kill the sealing anew before every so many lines of it."""
    kill_at_each_line(
        lambda: resealing.reseal(by="test", clock=lambda: AT),
        step=int(step),
        before=rotate,
        afterwards=[verify, reseal, verify, only_one_key],
    )


def add_a_key() -> None:
    keys.rotate(by="test", at=AT)
    with transaction.atomic():
        row = uuid.uuid4()
        Note.objects.create(uuid=row, body=seal(text(row, 1), place=BODY, row=row))


def only_one_key() -> None:
    assert DataKey.objects.filter(destroyed_at=None).count() == 1


def kill_at_each_line(
    work: Callable[[], Any],
    *,
    step: int,
    afterwards: list[Callable[[], Any]],
    before: Callable[[], Any] | None = None,
) -> None:
    kills = 0
    while True:
        if before is not None:
            assert apart(before) == 0
        ended = apart(partial(killed_before, kills * step + 1, work))
        for then in afterwards:
            assert apart(then) == 0, f"after a kill at line {kills * step + 1}"
        if ended == 0:
            break
        assert ended == -signal.SIGKILL, ended
        kills += 1
    say(kills=kills)


def killed_before(line: int, work: Callable[[], Any]) -> None:
    """Do it, and kill this process before so many lines of `accounts` have run."""
    left = line

    def each(frame: FrameType, event: str, arg: object) -> Any:
        nonlocal left
        if Path(frame.f_code.co_filename).parent != ACCOUNTS:
            return None
        if event == "line":
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return each

    sys.settrace(each)
    work()


def apart(work: Callable[[], Any]) -> int:
    """Do it in a child that has opened nothing yet, silently; return its exit code."""
    connection.close()
    child = os.fork()
    if child == 0:
        try:
            sys.stdout = open(os.devnull, "w")  # noqa: PTH123 - until it ends
            work()
            os._exit(0)
        except BaseException:  # noqa: BLE001 - a child must not go on as its parent
            traceback.print_exc()
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def say(**found: object) -> None:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


COMMANDS = {
    "begin": begin, "write": write, "hold": hold, "follow": follow, "verify": verify,
    "rotate": rotate, "reseal": reseal, "rotate-master": rotate_master,
    "kill-rotate-master": kill_rotate_master, "kill-reseal": kill_reseal,
}  # fmt: skip
