"""How is a value sealed and opened? Under a data key, bound to its column and to its row.

Plain text comes and goes as `core.sealed.Sealed` and is never the value of a name here: so it is in
no error, and in no list of local names beside a stack trace.
"""

import os
from collections.abc import Iterable
from uuid import UUID

from cryptography.exceptions import InvalidTag

from etmaal.accounts.ciphertext import HEAD, NONCE, Ciphertext, head
from etmaal.accounts.keys import keys_to_open, sealing_key
from etmaal.core.errors import EtmaalError
from etmaal.core.sealed import Sealed


class NotOpened(EtmaalError):
    """A sealed value does not open: it was changed, stands in another place, or its key is gone.

    It never says which value, nor where.
    """

    def __init__(self) -> None:
        super().__init__("a sealed value does not open")


def seal(text: Sealed, *, place: str, row: UUID) -> Ciphertext:
    """Seal a text for one place and row; in the transaction that writes it.

    Args:
        text: what is to be sealed.
        place: table and column, as `SealedField.place` says: ``cases_item.url``.
        row: the UUID of the row, made before it is inserted.

    Raises:
        KeyLost: if the master key is not there.
    """
    return seal_many([(row, text)], place=place)[0]


def seal_many(texts: Iterable[tuple[UUID, Sealed]], *, place: str) -> list[Ciphertext]:
    """Seal the texts of many rows for one place, in their order, as `seal` does for each."""
    rows = texts if isinstance(texts, list) else list(texts)
    key = sealing_key()
    encrypt, begin, about = key.cipher.encrypt, head(key.number), _about(key.number, place)
    chance = os.urandom(NONCE * len(rows))  # asked for once: it is the slower half for short texts
    sealed = []
    for at, (row, text) in enumerate(rows):
        nonce = chance[at * NONCE : (at + 1) * NONCE]
        closed = encrypt(nonce, text.open().encode("utf-8", "surrogatepass"), about + row.bytes)
        sealed.append(Ciphertext(begin + nonce + closed))
    return sealed


def open_sealed(value: Ciphertext, *, place: str, row: UUID) -> Sealed:
    """Open a value that stands in a place and row. Whoever calls this logs the opening.

    Raises:
        NotOpened: if it does not open there.
        KeyLost: if its data key is there and the master key is not.
    """
    number = value.key_number
    if number is not None:
        nonce, closed = value.raw[HEAD : HEAD + NONCE], value.raw[HEAD + NONCE :]
        about = _about(number, place) + row.bytes
        for key in keys_to_open(number):
            try:
                return Sealed(
                    key.cipher.decrypt(nonce, closed, about).decode("utf-8", "surrogatepass")
                )
            except InvalidTag:
                continue
    raise NotOpened


def _about(number: int, place: str) -> bytes:
    """Return what is bound to a value besides its row, whose UUID of fixed length follows."""
    return head(number) + place.encode() + b"\0"
