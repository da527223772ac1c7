"""How do the secrets of second factors lie in the database? Encrypted under a key of their own.

Whoever reads the database, or a backup of it, cannot make anybody's codes. The key is apart from
those of sealed values, so that these are rotated without a thought for people's telephones.
"""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from etmaal.accounts.key_files import key_from
from etmaal.core.errors import EtmaalError

_NONCE = 12
_FOR = b"etmaal: secrets of second factors"


class AnotherKey(EtmaalError):
    """The key is not the one under which a secret was encrypted."""


def _cipher() -> AESGCM:
    key, _ = key_from(*settings.KEYS["people"])
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=_FOR).derive(key))


def encrypted(text: str) -> str:
    """Return a secret as it is kept."""
    nonce = os.urandom(_NONCE)
    return base64.b64encode(nonce + _cipher().encrypt(nonce, text.encode(), _FOR)).decode()


def decrypted(kept: str) -> str:
    """Return the secret that is kept so.

    Raises:
        AnotherKey: if the key was lost, and another one made.
    """
    whole = base64.b64decode(kept)
    try:
        return _cipher().decrypt(whole[:_NONCE], whole[_NONCE:], _FOR).decode()
    except InvalidTag as e:
        raise AnotherKey(
            "people.key is not the key of the second steps in the record: put the right one back, "
            "or let people start again with `etmaal people reset EMAIL --second-factor`"
        ) from e
