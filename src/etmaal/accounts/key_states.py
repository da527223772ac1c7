"""Are all keys there, and what is under each? What `etmaal keys list` and `check` say."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from etmaal.accounts import lookup, masters
from etmaal.accounts.audit import log
from etmaal.accounts.ciphertext import Ciphertext, key_number
from etmaal.accounts.fields import SealedField, sealed_fields
from etmaal.accounts.models import DataKey
from etmaal.accounts.resealing import under, with_head
from etmaal.accounts.sealing import NotOpened, open_sealed


class State(StrEnum):
    """What a data key is good for."""

    SEALS = "seals"
    OPENS = "opens"  # retired: opens what is not sealed anew yet
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class KeyState:
    """A data key, and how many values are under it."""

    number: int
    state: State
    made_at: datetime
    retired_at: datetime | None
    destroyed_at: datetime | None
    master: str
    values: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What was tried: whether each key is there, and a value of it opens; None: it has none."""

    keys: tuple[KeyState, ...]
    opened: dict[int, bool | None]
    stray: int
    troubles: tuple[str, ...]


def key_states() -> tuple[KeyState, ...]:
    """Return all data keys, oldest first."""
    return _states(_counts())


def check(*, by: str, at: datetime) -> Checked:
    """Try every key on one value, and tell what is missing; nobody sees what was opened."""
    counts = _counts()
    states = _states(counts)
    live = [key for key in states if key.state is not State.DESTROYED]
    opened, troubles = dict[int, bool | None](), _lookup_trouble()
    for key in live:
        opened[key.number], trouble = _try(key.number)
        troubles += trouble
    stray = counts.total() - sum(key.values for key in live)
    if stray:
        troubles.append(f"{stray:,} values are under keys that are not in the record")
    with transaction.atomic():
        log(
            verb="keys.checked", subject="keys", by=by, at=at,
            details={"keys": len(live), "troubles": len(troubles)},
        )  # fmt: skip
    return Checked(states, opened, stray, tuple(dict.fromkeys(troubles)))


def _states(counts: Counter[int | None]) -> tuple[KeyState, ...]:
    return tuple(
        KeyState(
            number=row.pk,
            state=_state(row),
            made_at=row.made_at,
            retired_at=row.retired_at,
            destroyed_at=row.destroyed_at,
            master=bytes(row.wrapped)[1 : 1 + masters.PRINT].hex(),
            values=counts[row.pk],
        )
        for row in DataKey.objects.order_by("pk")
    )


def _state(row: DataKey) -> State:
    if row.destroyed_at is not None:
        return State.DESTROYED
    return State.SEALS if row.retired_at is None else State.OPENS


def _counts() -> Counter[int | None]:
    """Count the values under each key; under None what is no sealed value."""
    counts: Counter[int | None] = Counter()
    for field in sealed_fields():
        filled = with_head(field).filter(**{f"{field.name}__isnull": False})
        heads = filled.order_by().values("sealed_head").annotate(n=Count("pk"))
        for begin, n in heads.values_list("sealed_head", "n"):
            counts[key_number(bytes(begin))] += n
    return counts


def _try(number: int) -> tuple[bool | None, list[str]]:
    """Unwrap a key as it is in the record now, and open one value of each place under it."""
    row = DataKey.objects.get(pk=number)
    try:
        wrapped = bytes(row.wrapped)
        master = masters.find(masters.prints(wrapped, number=number).master)
        master.unwrap(wrapped, number=number)
        opened = [opens for field in sealed_fields() for opens in _opens(field, number)]
    except masters.KeyLost as e:
        return False, [str(e)]
    if all(opened):
        return (True if opened else None), []
    return False, [f"a value under data key {number} does not open: it was changed or moved"]


def _opens(field: SealedField, number: int) -> list[bool]:
    """Say of one value, if there is one, whether it opens."""
    found = under(field, [number]).values_list(field.row, field.name)[:1]
    return [_does_open(value, field.place, row) for row, value in found]


def _does_open(value: Ciphertext, place: str, row: UUID) -> bool:
    try:
        open_sealed(value, place=place, row=row)
    except NotOpened:
        return False
    return True


def _lookup_trouble() -> list[str]:
    try:
        lookup.lookup()
    except masters.KeyLost as e:
        return [str(e)]
    return []
