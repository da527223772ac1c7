"""By what is a sealed value found again? By a digest under the look-up key, which opens nothing.

The digests are those of `etmaal read`, under the same key: a table that was read and the record
have the same ids for the same URL.
"""

from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from etmaal.accounts import masters
from etmaal.accounts.key_files import key_from
from etmaal.accounts.models import DataKey
from etmaal.core.errors import Refused
from etmaal.core.sealed import Sealed
from etmaal.engine.reading.seal import Seal


class Kind(StrEnum):
    """What a digest is of. Digests of different kinds cannot meet."""

    URL = "url"
    SITE = "site"
    NUMBER = "number"
    BATCH = "batch"
    DESK = "desk"
    CONTACT = "contact"


class NoAddress(Refused):
    """The text is no URL, so it has no digest as one; the text is not repeated."""


def digest(text: Sealed, kind: Kind) -> str:
    """Return the id of a text, as `etmaal read` makes it.

    Raises:
        NoAddress: if a URL or its site is asked for, and the text is none or names no host.
        KeyLost: if the look-up key is not the record's.
    """
    seal = lookup()
    if kind is Kind.NUMBER:
        return seal.number(text.open())
    if kind is Kind.BATCH:
        return seal.batch(text.open())
    if kind is Kind.DESK:
        return seal.desk(text.open())
    if kind is Kind.CONTACT:
        return seal.contact(text.open())
    address = seal.address(text)
    found = None if address is None else address.item if kind is Kind.URL else address.site
    if found is None:
        raise NoAddress("this is no web address that could be looked up")
    return found


# What this process has found to be the record's, by where the settings say that the key lies.
_agreed: dict[tuple[str | None, str, Path], Seal] = {}


def lookup() -> Seal:
    """Return what makes digests: for many at once, and for an item and its site in one go.

    Raises:
        KeyLost: if the look-up key is not the one that the record was begun with.
    """
    return _agreed.get(settings.KEYS["lookup"]) or _agree()


def _agree() -> Seal:
    begun = _begun_with()
    if begun is not None and not _is_there():
        raise masters.KeyLost(_lost(begun, "there is none"))
    seal = _seal(*settings.KEYS["lookup"])
    if begun is not None:
        if begun != seal.fingerprint:
            raise masters.KeyLost(_lost(begun, f"it holds {seal.fingerprint}"))
        _agreed[settings.KEYS["lookup"]] = seal
    return seal


@lru_cache(maxsize=2)
def _seal(given: str | None, name: str, file: Path) -> Seal:
    return Seal(key_from(given, name, file)[0])


def _is_there() -> bool:
    return settings.KEYS["lookup"][0] is not None or settings.KEYS["lookup"][2].exists()


def _begun_with() -> str | None:
    """Return the fingerprint beside which the newest data key was made; None before the first."""
    row = DataKey.objects.filter(destroyed_at=None).order_by("-pk").first()
    if row is None:
        return None
    return masters.prints(bytes(row.wrapped), number=row.pk).lookup.hex()


def _lost(wanted: str, what: str) -> str:
    name, file = settings.KEYS["lookup"][1:]
    return (
        f"{name} or {file}: the look-up key {wanted} is needed and {what}. With another one "
        "nothing that is known would be found: put it back from where its copy is kept "
        "(docs/handling.md, lost keys)"
    )
