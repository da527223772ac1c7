"""The master key is exchanged, or the exchange is stopped: the record opens either way."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from etmaal.accounts import keys, masters
from etmaal.accounts.master_rotation import NothingSealed, rotate_master
from etmaal.accounts.masters import KeyLost
from etmaal.accounts.models import AuditLine, DataKey
from etmaal.accounts.sealing import open_sealed
from etmaal.core.sealed import Sealed

AT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
Forget = Callable[[], None]


def opens(note: Any) -> bool:
    return open_sealed(note.body, place="sealed_notes_note.body", row=note.uuid) == Sealed("one")


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_all_data_keys_come_under_the_new_key_and_the_old_one_is_kept(
    note: Any, own_keys: Path, forget: Forget
) -> None:
    written = note("one")
    keys.rotate(by="test", at=AT)
    old = (own_keys / "master.key").read_text()

    done = rotate_master(by="person:1", at=AT, why="yearly")

    forget()
    assert opens(written)
    assert done.keys == 2
    assert done.kept is not None
    assert done.kept.read_text() == old != (own_keys / "master.key").read_text()
    assert names(own_keys) == {"master.key", "sealing.key", done.kept.name}
    assert {file.stat().st_mode & 0o777 for file in own_keys.iterdir()} == {0o600}
    line = AuditLine.objects.latest("pk")
    assert (line.verb, line.who, line.why) == ("master.rotated", "person:1", "yearly")
    assert line.details == {"to": done.fingerprint, "keys": 2}
    done.kept.unlink()
    forget()
    assert opens(written), "the old key is needed for backups alone"


def test_a_backup_of_before_opens_again_as_long_as_the_old_key_is_kept(
    note: Any, own_keys: Path, forget: Forget
) -> None:
    written = note("one")
    backup = bytes(DataKey.objects.get().wrapped)
    done = rotate_master(by="test", at=AT)
    DataKey.objects.update(wrapped=backup)
    forget()

    assert opens(written)

    assert done.kept is not None
    done.kept.unlink()
    forget()
    with pytest.raises(KeyLost, match=done.kept.stem.removeprefix("master-")):
        opens(written)
    del own_keys


def test_a_rotation_that_was_stopped_is_ended_by_the_next(
    note: Any, own_keys: Path, forget: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = note("one")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk")))
        with pytest.raises(OSError, match="disk"):
            rotate_master(by="test", at=AT)
    forget()
    assert opens(written)
    assert "master.key.next" in names(own_keys)
    added = note("one")

    keys.rotate(by="test", at=AT)
    done = rotate_master(by="test", at=AT)

    forget()
    assert done.keys == 0, "it was made under the next key already"
    assert opens(written)
    assert opens(added)
    assert AuditLine.objects.filter(verb="master.rotated").count() == 1


def test_where_the_environment_gives_the_key_it_is_told_what_to_give(
    note: Any, own_keys: Path, settings: Any, forget: Forget
) -> None:
    settings.KEYS["master"] = ("ab" * 32, *settings.KEYS["master"][1:])
    written = note("one")

    done = rotate_master(by="test", at=AT)

    assert done.to_be_given == own_keys / "master.key.next"
    assert done.kept is None
    forget()
    assert opens(written), "with the old environment, as long as the file is there"
    assert rotate_master(by="test", at=AT) == masters_again(done)

    settings.KEYS["master"] = (
        done.to_be_given.read_text().strip(), *settings.KEYS["master"][1:],
    )  # fmt: skip
    again = rotate_master(by="test", at=AT)
    assert again.fingerprint != done.fingerprint
    assert again.keys == 1
    forget()
    assert opens(written)


def masters_again(done: Any) -> Any:
    return type(done)(done.fingerprint, 0, kept=None, to_be_given=done.to_be_given)


@pytest.mark.usefixtures("notes")
def test_nothing_is_rotated_before_anything_is_sealed(own_keys: Path) -> None:
    with pytest.raises(NothingSealed):
        rotate_master(by="test", at=AT)

    assert names(own_keys) == set()


def test_without_the_present_key_nothing_is_rotated(
    note: Any, own_keys: Path, forget: Forget
) -> None:
    note("one")
    forget()
    wrapped = bytes(DataKey.objects.get().wrapped)
    (own_keys / "master.key").unlink()

    with pytest.raises(KeyLost, match="there is none"):
        rotate_master(by="test", at=AT)

    assert bytes(DataKey.objects.get().wrapped) == wrapped
    assert masters.found() is None


@pytest.mark.slow
def test_two_rotations_of_the_master_key_at_once_leave_it_whole(own: Any) -> None:
    own.do("begin", 3)

    both = [own.start("rotate-master") for _ in range(2)]
    prints = {own.end(process)["master"] for process in both}

    assert len(prints) == 2
    assert own.do("verify")["under"] == {"1": 4}
    assert not (own.home / "master.key.next").exists()


@pytest.mark.slow
def test_the_record_opens_after_a_kill_between_any_two_lines(own: Any) -> None:
    own.do("begin", 2)

    assert own.do("kill-rotate-master", 9)["kills"] > 15


@pytest.mark.faults
def test_the_record_opens_after_a_kill_before_every_line(own: Any) -> None:
    own.do("begin", 2)

    assert own.do("kill-rotate-master", 1)["kills"] > 80
