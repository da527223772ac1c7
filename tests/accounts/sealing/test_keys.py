"""The keys: made once, wrapped, bound to their numbers, missed loudly when they are lost."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from etmaal.accounts import keys, lookup
from etmaal.accounts.ciphertext import Ciphertext
from etmaal.accounts.lookup import Kind, NoAddress, digest
from etmaal.accounts.masters import KeyLost
from etmaal.accounts.models import AuditLine, DataKey
from etmaal.accounts.sealing import NotOpened, open_sealed, seal
from etmaal.core.errors import BadInput
from etmaal.core.sealed import Sealed
from etmaal.engine.reading.seal import Seal

pytestmark = pytest.mark.django_db
PLACE, ROW = "cases_item.url", UUID(int=7)
AT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
CANARY = "https://canary.site.example/path?query"

Forget = Callable[[], None]


def sealed() -> Ciphertext:
    return seal(Sealed(CANARY), place=PLACE, row=ROW)


def opens(value: Ciphertext) -> bool:
    return open_sealed(value, place=PLACE, row=ROW) == Sealed(CANARY)


def test_the_first_value_makes_a_key_a_line_and_closed_files(own_keys: Path) -> None:
    sealed()
    sealed()

    row, line = DataKey.objects.get(), AuditLine.objects.get()
    assert (line.verb, line.subject, line.who) == ("key.made", f"key:{row.pk}", "keyring")
    assert line.at == row.made_at
    assert {(f.name, f.stat().st_mode & 0o777) for f in own_keys.iterdir()} == {
        ("master.key", 0o600), ("sealing.key", 0o600),
    }  # fmt: skip


def test_a_key_is_made_first_only_if_there_is_none(own_keys: Path) -> None:
    del own_keys
    first = keys.make_first_key(by="test", at=AT)

    assert keys.make_first_key(by="test", at=AT) is None
    assert sealed().key_number == first == DataKey.objects.get().pk


def test_a_key_that_was_rolled_back_stands_in_for_no_other(own_keys: Path) -> None:
    """The database may give its number again, while this process has the old one in memory."""
    del own_keys
    with transaction.atomic():
        lost = sealed()
        transaction.set_rollback(True)
    assert not DataKey.objects.exists()
    give_next(lost.key_number)

    value = sealed()

    assert value.key_number == lost.key_number
    assert opens(value)
    keys._unwrapped.clear()
    assert opens(value)
    with pytest.raises(NotOpened):
        opens(lost)


def give_next(number: int | None) -> None:
    """Let the next data key get this number."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('accounts_datakey', 'id'), %s, false)",
                [number],
            )


def test_a_process_notices_that_another_rotated(own_keys: Path, forget: Forget) -> None:
    del own_keys
    before = sealed()
    at_hand = dict(keys._unwrapped)
    new = keys.rotate(by="test", at=AT)
    after = sealed()
    forget()
    keys._unwrapped.update(at_hand)  # as in a process that has seen the first key only

    assert opens(after)
    assert sealed().key_number == new
    assert opens(before)


def test_a_rotation_retires_all_keys_before_and_says_so(own_keys: Path) -> None:
    del own_keys
    first = sealed()
    assert opens(first)

    number = keys.rotate(by="person:1", at=AT, why="a colleague left")

    line = AuditLine.objects.latest("pk")
    assert (line.verb, line.subject, line.who) == ("key.rotated", f"key:{number}", "person:1")
    assert (line.why, line.details) == ("a colleague left", {"retired": 1})
    assert DataKey.objects.get(retired_at=None).pk == number
    assert opens(first)
    assert sealed().key_number == number


@pytest.mark.parametrize("number", [0, 2, 2**32 - 1])
def test_a_value_under_a_key_that_never_was_does_not_open(own_keys: Path, number: int) -> None:
    del own_keys
    raw = sealed().raw
    if raw[1:5] == number.to_bytes(4, "big"):
        number += 1

    with pytest.raises(NotOpened):
        opens(Ciphertext(raw[:1] + number.to_bytes(4, "big") + raw[5:]))


def swap_with_another(own_keys: Path) -> None:
    (own_keys / "master.key").write_text("ab" * 32)


@pytest.mark.parametrize(
    ("story", "lose", "says"),
    [
        ("it is lost", lambda k: (k / "master.key").unlink(), "there is none"),
        ("another lies there", swap_with_another, "it holds [0-9a-f]{16}"),
    ],
)
def test_without_the_master_key_nothing_opens_and_the_message_says_what_to_do(
    story: str, lose: Callable[[Path], None], says: str, own_keys: Path, forget: Forget
) -> None:
    del story
    value = sealed()
    forget()
    lose(own_keys)
    before = sorted(f.name for f in own_keys.iterdir())

    for use in (lambda: opens(value), sealed, lambda: keys.rotate(by="test", at=AT)):
        with pytest.raises(
            KeyLost, match=f"master.key: the master key [0-9a-f]+ is needed.*{says}"
        ):
            use()

    assert sorted(f.name for f in own_keys.iterdir()) == before, "no other key was made"


def test_what_a_process_has_unwrapped_goes_on_without_the_master_key(own_keys: Path) -> None:
    value = sealed()
    (own_keys / "master.key").unlink()

    assert opens(value)
    assert opens(sealed())


def test_a_master_key_that_others_may_read_is_refused(own_keys: Path, forget: Forget) -> None:
    value = sealed()
    forget()
    (own_keys / "master.key").chmod(0o640)

    with pytest.raises(BadInput, match="others may read the key"):
        opens(value)


def test_the_environment_goes_before_the_file(
    own_keys: Path, settings: Any, forget: Forget
) -> None:
    settings.KEYS["master"] = ("cd" * 40, *settings.KEYS["master"][1:])
    value = sealed()
    forget()

    assert opens(value)
    assert not (own_keys / "master.key").exists()
    settings.KEYS["master"] = ("ef" * 32, *settings.KEYS["master"][1:])
    forget()
    with pytest.raises(KeyLost, match=r"^ETMAAL_MASTER_KEY: the master key"):
        opens(value)


def test_a_wrapped_key_with_any_bit_flipped_unwraps_nothing(own_keys: Path, forget: Forget) -> None:
    del own_keys
    value = sealed()
    row = DataKey.objects.get()
    wrapped = bytes(row.wrapped)

    for bit in range(8 * len(wrapped)):
        changed = bytearray(wrapped)
        changed[bit // 8] ^= 1 << bit % 8
        row.wrapped = bytes(changed)
        row.save()
        forget()
        with pytest.raises(KeyLost):
            opens(value)


def test_a_wrapped_key_is_bound_to_its_number(own_keys: Path, forget: Forget) -> None:
    """Whoever can write to the database cannot put an old key in a new one's place."""
    del own_keys
    first = sealed()
    second = keys.rotate(by="test", at=AT)
    old = DataKey.objects.get(pk=first.key_number)
    DataKey.objects.filter(pk=second).update(wrapped=old.wrapped)
    forget()

    with pytest.raises(KeyLost, match=f"data key {second} does not open"):
        sealed()


def test_a_url_has_the_digest_that_reading_gives_it(own_keys: Path) -> None:
    url = Sealed("HTTPS://Img.Site.EXAMPLE:443/x/../a")
    sealed()
    read = Seal(bytes.fromhex((own_keys / "sealing.key").read_text()))

    address = read.address(url)
    assert address is not None
    assert (digest(url, Kind.URL), digest(url, Kind.SITE)) == address
    assert lookup.lookup().address(url) == address
    assert digest(Sealed("I0000000001"), Kind.NUMBER) == read.number("I0000000001")
    assert digest(Sealed("B1"), Kind.BATCH) == read.batch("B1")
    assert digest(Sealed("Abuse@Host.example "), Kind.DESK) == read.desk("abuse@host.example")


def test_digests_of_one_text_in_several_kinds_do_not_meet(own_keys: Path) -> None:
    del own_keys
    found = {digest(Sealed("https://site.example/"), kind)[2:] for kind in Kind}

    assert len(found) == len(Kind)


def test_a_contact_is_found_however_it_is_written(own_keys: Path) -> None:
    del own_keys

    assert digest(Sealed(" Jo@Mail.example"), Kind.CONTACT) == digest(
        Sealed("jo@mail.EXAMPLE "), Kind.CONTACT
    )


@pytest.mark.parametrize("kind", [Kind.URL, Kind.SITE])
def test_what_is_no_url_has_no_digest_as_one(own_keys: Path, kind: Kind) -> None:
    del own_keys

    with pytest.raises(NoAddress) as caught:
        digest(Sealed("canary, and no address"), kind)

    assert "canary" not in str(caught.value)


def test_another_look_up_key_is_refused_once_anything_is_sealed(
    own_keys: Path, forget: Forget
) -> None:
    url = Sealed(CANARY)
    first = digest(url, Kind.URL)
    sealed()
    forget()
    key = (own_keys / "sealing.key").read_text()

    (own_keys / "sealing.key").unlink()
    with pytest.raises(KeyLost, match=r"sealing\.key: the look-up key .* there is none"):
        digest(url, Kind.URL)
    assert not (own_keys / "sealing.key").exists()

    (own_keys / "sealing.key").write_text("ab" * 32)
    (own_keys / "sealing.key").chmod(0o600)
    with pytest.raises(KeyLost, match=r"it holds [0-9a-f]{16}"):
        digest(url, Kind.URL)
    forget()
    with pytest.raises(KeyLost, match="look-up key"):
        keys.rotate(by="test", at=AT)

    (own_keys / "sealing.key").write_text(key)
    forget()
    assert digest(url, Kind.URL) == first
