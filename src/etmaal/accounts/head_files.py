"""What is a signed head of the audit chain, and who signed it? `docs/audit.md` says it in words.

A head says: at this moment the chain had this digest at this place. Kept elsewhere, it contradicts
whoever writes the chain anew later on. This file knows no Django.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from etmaal.accounts.chain_lines import canonical, is_digest, moment
from etmaal.core.errors import BadInput

FORMAT = "etmaal-head-1"
_MEMBERS = {"format", "place", "lines", "digest", "at", "key", "signature"}


@dataclass(frozen=True, slots=True)
class Head:
    """A head: of ``lines`` lines in the chain at ``at``, the last stood at ``place``.

    ``key`` and ``signature`` are hex digits; ``note`` is the name of its file.
    """

    place: int
    lines: int
    digest: str
    at: datetime
    key: str = ""
    signature: str = ""
    note: str = ""

    def signed_text(self) -> bytes:
        """Return what the signature is over."""
        return canonical({name: v for name, v in self.as_json().items() if name != "signature"})

    def as_json(self) -> dict[str, object]:
        return {
            "format": FORMAT,
            "place": self.place,
            "lines": self.lines,
            "digest": self.digest,
            "at": moment(self.at),
            "key": self.key,
            "signature": self.signature,
        }


def signed(head: Head, key: Ed25519PrivateKey) -> Head:
    """Return the head with its signature."""
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    bare = Head(head.place, head.lines, head.digest, head.at, key=public)
    signature = key.sign(bare.signed_text()).hex()
    return Head(head.place, head.lines, head.digest, head.at, public, signature, head.note)


def is_signed_by(head: Head, keys: Iterable[Ed25519PublicKey]) -> bool:
    """Say whether one of these keys signed it; the key that it names itself counts for nothing."""
    for key in keys:
        try:
            key.verify(bytes.fromhex(head.signature), head.signed_text())
        except InvalidSignature:
            continue
        return True
    return False


def read_head(text: str, name: str) -> Head:
    """Read a head.

    Raises:
        BadInput: if that is none.
    """
    try:
        found = json.loads(text)
        if set(found) != _MEMBERS or found["format"] != FORMAT:
            raise ValueError("other members")
        place, lines, at = found["place"], found["lines"], datetime.fromisoformat(found["at"])
        bytes.fromhex(found["key"]), bytes.fromhex(found["signature"])
        if type(place) is not int or type(lines) is not int or not is_digest(found["digest"]):
            raise ValueError("other values")
        if place < 1 or moment(at) != found["at"]:
            raise ValueError("other values")
    except (ValueError, TypeError, RecursionError) as e:
        raise BadInput(f"{name}: not a signed head of an audit chain") from e
    return Head(place, lines, found["digest"], at, found["key"], found["signature"], name)


def read_head_file(file: Path) -> Head:
    """Read a head from its file.

    Raises:
        BadInput: if that is none.
    """
    return read_head(file.read_text(encoding="utf-8", errors="replace"), file.name)


def write_head_file(head: Head, file: Path) -> bool:
    """Write a head to a file that is not there yet; return False if it is. Nothing is replaced."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8") as f:
            f.write(json.dumps(head.as_json(), indent=2) + "\n")
            f.flush()
            os.fsync(f.fileno())
        os.link(beside, file)
    except FileExistsError:
        return False
    finally:
        beside.unlink(missing_ok=True)
    return True


def public_text(key: Ed25519PublicKey) -> str:
    """Return a public key as other programs read it (PEM)."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def read_public_key(file: Path) -> Ed25519PublicKey:
    """Read the public key of heads from a PEM file.

    Raises:
        BadInput: if it is none.
    """
    try:
        key = load_pem_public_key(file.read_bytes())
    except ValueError as e:
        raise BadInput(f"{file.name}: not a public key (PEM)") from e
    if not isinstance(key, Ed25519PublicKey):
        raise BadInput(f"{file.name}: a key of another kind; heads are signed by Ed25519")
    return key
