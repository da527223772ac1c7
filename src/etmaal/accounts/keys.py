"""Which key seals, and which opens? Data keys lie in the record, wrapped under the master key.

Whoever seals holds the key's row until the transaction ends. So a retired key is never destroyed
between the sealing of a value and its commit, and no process goes on with a key that is retired.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection, transaction
from django.db.models.functions import Now
from django.db.transaction import TransactionManagementError

from etmaal.accounts import lookup, masters
from etmaal.accounts.audit import log
from etmaal.accounts.models import DataKey

_NEWEST = (
    "SELECT id, wrapped FROM accounts_datakey WHERE retired_at IS NULL ORDER BY id DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Key:
    """A data key, ready for use."""

    number: int
    fingerprint: bytes
    cipher: AESGCM = field(repr=False)


# What this process has unwrapped. A number is believed only with the fingerprint in its row, or
# as long as it opens: the row may have been rolled back, or restored from a backup.
_unwrapped: dict[int, Key] = {}


def sealing_key() -> Key:
    """Return the key to seal under in this transaction; the first one is made here.

    Raises:
        TransactionManagementError: outside a transaction.
        KeyLost: if its master key is not there.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("seal in the transaction that writes the sealed value")
    # PostgreSQL finds nothing where the key was retired while it looked: the next look finds it.
    newest = _newest() or _newest() or _newest()
    if newest is None:
        make_first_key(by="keyring", at=None)
        newest = _newest()
    if newest is None:
        raise TransactionManagementError("the keys are being rotated all the time")
    return _unwrap(*newest)


def keys_to_open(number: int) -> Iterator[Key]:
    """Yield what may open a value under this number: the key at hand, then that of the record.

    Raises:
        KeyLost: if its master key is not there.
    """
    held = _unwrapped.get(number)
    if held is not None:
        yield held
    row = DataKey.objects.filter(pk=number, destroyed_at=None).first()
    if row is not None:
        key = _unwrap(number, bytes(row.wrapped))
        if held is None or held.fingerprint != key.fingerprint:
            yield key


def make_first_key(*, by: str, at: datetime | None) -> int | None:
    """Make a data key if the record has none to seal under; return its number if it was made.

    Args:
        by: who makes it.
        at: when; None: the database's own moment, for the first value that is ever sealed.
    """
    with transaction.atomic():
        alone()
        if DataKey.objects.filter(retired_at=None).exists():
            return None
        row = _make(at)
        log(verb="key.made", subject=f"key:{row.pk}", by=by, at=row.made_at)
    return row.pk


def rotate(*, by: str, at: datetime, why: str = "") -> int:
    """Make a new data key and retire those before it, which go on opening; return its number."""
    with transaction.atomic():
        alone()
        row = _make(at)
        before = DataKey.objects.filter(retired_at=None, pk__lt=row.pk)
        retired = before.update(retired_at=at)
        details: dict[str, str | int | bool] = {"retired": retired}
        log(verb="key.rotated", subject=f"key:{row.pk}", by=by, at=at, why=why, details=details)
    return row.pk


def alone() -> None:
    """Keep others from making and wrapping keys until this transaction ends; they may seal."""
    if connection.vendor == "postgresql":  # SQLite has one writer anyway
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE accounts_datakey IN SHARE ROW EXCLUSIVE MODE")


def _newest() -> tuple[int, bytes] | None:
    """Return the newest key that is not retired; on PostgreSQL nobody can destroy it until we end.

    The lock is the weakest there is: it keeps nobody from sealing or retiring.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST + " FOR KEY SHARE" * (connection.vendor == "postgresql"))
        row = cursor.fetchone()
    return None if row is None else (row[0], bytes(row[1]))


def _make(at: datetime | None) -> DataKey:
    live = DataKey.objects.filter(destroyed_at=None).order_by("-pk").first()
    # In the midst of a rotation of the master key, all data keys stay under the same one.
    master = (
        masters.first()
        if live is None
        else masters.find(masters.prints(bytes(live.wrapped), number=live.pk).master)
    )
    beside = bytes.fromhex(lookup.lookup().fingerprint)
    row = DataKey.objects.create(wrapped=b"", made_at=Now() if at is None else at)
    row.refresh_from_db()
    row.wrapped = master.wrap(AESGCM.generate_key(256), number=row.pk, lookup=beside)
    row.save(update_fields=["wrapped"])
    return row


def _unwrap(number: int, wrapped: bytes) -> Key:
    prints = masters.prints(wrapped, number=number)
    held = _unwrapped.get(number)
    if held is None or held.fingerprint != prints.own:
        master = masters.find(prints.master)
        held = Key(number, prints.own, AESGCM(master.unwrap(wrapped, number=number)))
        _unwrapped[number] = held
    return held
