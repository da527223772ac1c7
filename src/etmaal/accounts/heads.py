"""When is the chain's head signed, and where does it lie? One a day, in `settings.HEADS`.

Keep them elsewhere as well: a head that lies only beside the chain proves nothing against whoever
owns the machine.
"""

from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import transaction

from etmaal.accounts.audit import log
from etmaal.accounts.head_files import Head, read_head_file, signed, write_head_file
from etmaal.accounts.key_files import key_from
from etmaal.accounts.models import AuditLink
from etmaal.core.errors import BadInput, Refused

_SEED_BYTES = 32


class NotWhole(Refused):
    """Links are missing: a head over what is left would say that it is all there ever was."""


def sign_today(*, by: str, at: datetime) -> Path | None:
    """Sign the head of the day, in UTC, and write it to its file; one a day, and never again.

    Returns:
        The file, or None if this day has its head or there is nothing to sign.

    Raises:
        NotWhole: if places are missing from the chain.
    """
    file = file_of(at)
    if file.exists():
        return None
    with transaction.atomic():
        head = signed_head(at=at)
        if head is None:
            return None
        log(
            verb="audit.head_signed",
            subject=f"head:{head.place}",
            by=by,
            at=at,
            details={"digest": head.digest},
        )
        return file if write_head_file(head, file) else None


def file_of(at: datetime) -> Path:
    """Return where the head of a day lies, or would."""
    folder: Path = settings.HEADS
    return folder / f"head-{at.astimezone(UTC).date()}.json"


def signed_head(*, at: datetime, place: int | None = None) -> Head | None:
    """Return a signed head at the last place, or at another one; None where there is no link.

    Raises:
        NotWhole: if places are missing before it.
    """
    links = AuditLink.objects.order_by("-place")
    last = (links if place is None else links.filter(place=place)).first()
    if last is None:
        return None
    lines = links.filter(place__lte=last.place).count()
    if lines != last.place:
        raise NotWhole("links are missing from the chain; `etmaal audit verify` says which")
    return signed(Head(last.place, lines, last.digest, at), _key())


def own_heads() -> list[Head]:
    """Return the heads that lie in their folder, by day.

    Raises:
        BadInput: if a file there is none.
    """
    return [read_head_file(file) for file in sorted(settings.HEADS.glob("head-*.json"))]


def public_key() -> Ed25519PublicKey:
    """Return the key that others check heads with; made on first use."""
    return _key().public_key()


def own_key() -> Ed25519PublicKey | None:
    """Return the same, or None where no head was ever signed."""
    given, _, file = settings.KEYS["head"]
    return public_key() if given is not None or file.exists() else None


def _key() -> Ed25519PrivateKey:
    seed, _ = key_from(*settings.KEYS["head"])
    if len(seed) != _SEED_BYTES:
        raise BadInput("the key of the heads has 64 hex digits, no more")
    return Ed25519PrivateKey.from_private_bytes(seed)
