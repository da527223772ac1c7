"""How do values come under the newest key? A batch at a time, beside whoever writes.

No place is kept of how far it came: it looks for what is still under a retired key. So it may be
killed and begun again at any moment, and two may run at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models import BinaryField, F, Func, QuerySet

from etmaal.accounts.audit import batch_root, log
from etmaal.accounts.ciphertext import HEAD, Ciphertext, head
from etmaal.accounts.fields import SealedField, sealed_fields
from etmaal.accounts.models import DataKey
from etmaal.accounts.sealing import NotOpened, open_sealed, seal_many
from etmaal.core.errors import Refused
from etmaal.core.sealed import Sealed

BATCH = 500  # rows a transaction: on SQLite all others wait for it, some hundredths of a second


class NewerRecord(Refused):
    """The record has tables that this version does not know; they may hold sealed values."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction did: how far it came, and which rows hold what does not open."""

    last: object
    resealed: int
    unopened: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Resealed:
    """What a whole run did. ``unopened`` counts values that do not open, for each place.

    ``in_use`` are retired keys that stay: values are still under them, or a write is under way.
    """

    values: int
    unopened: dict[str, int]
    destroyed: tuple[int, ...]
    in_use: tuple[int, ...]


def reseal(
    *, by: str, clock: Callable[[], datetime], progress: Callable[[int], None] = lambda _: None
) -> Resealed:
    """Seal anew all that is under retired keys, then destroy those keys.

    Args:
        by: who does it.
        clock: says the moment of each batch.
        progress: is told how many values each batch sealed anew.

    Raises:
        NewerRecord: if a newer version of Etmaal has changed the record.
        KeyLost: if the master key is not there.
    """
    _know_every_table()
    total, unopened = 0, dict[str, int]()
    while True:
        done = 0
        for field in sealed_fields():
            resealed, odd = _reseal_place(field, by=by, clock=clock, progress=progress)
            done += resealed
            unopened[field.place] = odd
        total += done
        if not done:  # what was being written during one round is found in the next
            break
    retired = _retired()
    destroyed = tuple(n for n in retired if destroy(number=n, by=by, at=clock()))
    return Resealed(
        values=total,
        unopened={place: n for place, n in unopened.items() if n},
        destroyed=destroyed,
        in_use=tuple(n for n in retired if n not in destroyed),
    )


def waiting() -> int:
    """Return how many values are under retired keys."""
    retired = _retired()
    return sum(under(field, retired).count() for field in sealed_fields()) if retired else 0


def reseal_batch(*, field: SealedField, after: object, by: str, at: datetime) -> Batch | None:
    """Seal the next values of one place anew; None if there are no more.

    Args:
        field: whose values.
        after: the primary key after which to look; None at the beginning.
        by: who does it.
        at: when.

    Raises:
        KeyLost: if the master key is not there.
    """
    with transaction.atomic():
        rows = under(field, _retired())
        if after is not None:
            rows = rows.filter(pk__gt=after)
        # What another writes at this moment is left to the next round: nobody waits for anybody.
        held = rows.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
        found = list(held.values_list("pk", field.row, field.name)[:BATCH])
        if not found:
            return None
        opened, unopened = _opened(found, field.place)
        new = seal_many([(row, text) for _, row, _, text in opened], place=field.place)
        changes = [(fresh, pk, old) for (pk, _, old, _), fresh in zip(opened, new, strict=True)]
        changed = _exchange(field, changes)
        if changed:
            root = batch_root(fresh.raw for fresh in new)
            log(verb="values.resealed", subject=field.place, by=by, at=at, rows=changed, root=root)
    return Batch(last=found[-1][0], resealed=changed, unopened=unopened)


def destroy(*, number: int, by: str, at: datetime) -> bool:
    """Destroy a retired key that opens nothing any more; return whether it is destroyed.

    Whoever has sealed under it and not committed holds its row: then it is not destroyed, and the
    same holds once a value under it is found. Its row stays, without the key, so that no other
    key ever gets its number.
    """
    with transaction.atomic():
        retired = DataKey.objects.filter(pk=number, retired_at__isnull=False, destroyed_at=None)
        row = retired.select_for_update(skip_locked=True).first()
        if row is None or row.retired_at is None:
            return False
        if any(under(field, [number]).exists() for field in sealed_fields()):
            return False
        row.wrapped, row.destroyed_at = b"", max(at, row.retired_at)
        row.save(update_fields=["wrapped", "destroyed_at"])
        log(verb="key.destroyed", subject=f"key:{number}", by=by, at=at)
    return True


def under(field: SealedField, numbers: list[int]) -> QuerySet[Any]:
    """Return the rows whose value in a field is under one of these keys."""
    heads = [head(number) for number in numbers]
    return with_head(field).filter(sealed_head__in=heads)


def with_head(field: SealedField) -> QuerySet[Any]:
    """Return the rows of a field's table with ``sealed_head``: by which one sees the key."""
    begin = Func(F(field.name), 1, HEAD, function="SUBSTR", output_field=BinaryField())
    return field.model._base_manager.annotate(sealed_head=begin)


def _reseal_place(
    field: SealedField, *, by: str, clock: Callable[[], datetime], progress: Callable[[int], None]
) -> tuple[int, int]:
    """Return how many values were sealed anew, and how many do not open."""
    after, done, unopened = None, 0, 0
    while (batch := reseal_batch(field=field, after=after, by=by, at=clock())) is not None:
        after = batch.last
        done += batch.resealed
        unopened += len(batch.unopened)
        progress(batch.resealed)
    return done, unopened


def _opened(
    found: list[tuple[Any, UUID, Ciphertext]], place: str
) -> tuple[list[tuple[Any, UUID, Ciphertext, Sealed]], tuple[object, ...]]:
    opened, unopened = [], []
    for pk, row, value in found:
        try:
            opened.append((pk, row, value, open_sealed(value, place=place, row=row)))
        except NotOpened:
            unopened.append(pk)
    return opened, tuple(unopened)


def _exchange(field: SealedField, changes: list[tuple[Ciphertext, Any, Ciphertext]]) -> int:
    """Put new values where still the old ones stand, and touch no other column."""
    quote, own = connection.ops.quote_name, field.model._meta.pk
    names = (field.model._meta.db_table, str(field.column), str(own.column))
    table, column, key = map(quote, names)
    statement = f"UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s"  # noqa: S608 - names
    rows = [
        (
            field.get_db_prep_value(new, connection),
            own.get_db_prep_value(pk, connection),
            field.get_db_prep_value(old, connection),
        )
        for new, pk, old in changes
    ]
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
        changed: int = cursor.rowcount
    return changed


def _retired() -> list[int]:
    retired = DataKey.objects.filter(retired_at__isnull=False, destroyed_at=None)
    return list(retired.order_by("pk").values_list("pk", flat=True))


def _know_every_table() -> None:
    loader = MigrationLoader(connection)
    if set(loader.applied_migrations) - set(loader.disk_migrations):
        raise NewerRecord(
            "a newer version of Etmaal has changed this record: only that one may destroy keys"
        )
