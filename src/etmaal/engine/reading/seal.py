"""How a URL, a host or a file's number becomes an opaque id: a keyed digest of it.

With the key, and only with it, the same text gives the same id again. Digests of different
kinds cannot meet: each kind stands in the text that is digested, and before the id.
"""

import hmac
from functools import lru_cache
from typing import NamedTuple

import ada_url
from publicsuffixlist import PublicSuffixList

from etmaal.core.errors import BadInput
from etmaal.core.sealed import Sealed

LONGEST_KEY, SHORTEST_KEY = 64, 32  # bytes: the block and the output of SHA-256
_PAGES = ("!", "/")  # how a fragment begins that tells a page of an application
_HEX = 32  # digits of an id: 128 bits, so that two of a thousand million never meet by chance

_LETTERS = {
    "item": "i", "number": "f", "batch": "b", "desk": "d", "provider": "p", "site": "s", "key": "k",
    "contact": "c",
}  # fmt: skip


class Address(NamedTuple):
    """Where an item is, as ids: the item by its whole URL, the site by its registrable domain."""

    item: str
    site: str | None


class Seal:
    """Turns texts into ids under one key. Nothing of the key is ever shown."""

    __slots__ = ("_key", "_kinds", "_site_of", "_suffixes", "batch", "desk", "provider")

    def __init__(self, key: bytes) -> None:
        """Take a key.

        Raises:
            BadInput: if it is too short to be secret, or longer than it is used.
        """
        if not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
            raise BadInput(
                f"a key for sealing has {SHORTEST_KEY} to {LONGEST_KEY} bytes, written as "
                f"{2 * SHORTEST_KEY} to {2 * LONGEST_KEY} hex digits"
            )
        self._key = key
        self._kinds = {kind: f"etmaal/{kind}\0".encode() for kind in _LETTERS}
        self._suffixes = PublicSuffixList()
        self._site_of = lru_cache(maxsize=200_000)(self._site)
        self.batch = lru_cache(maxsize=50_000)(self._batch)
        self.desk = lru_cache(maxsize=50_000)(self._desk)
        self.provider = lru_cache(maxsize=50_000)(self._provider)

    def __repr__(self) -> str:
        return "<seal>"

    @property
    def fingerprint(self) -> str:
        """Return what tells two keys apart and gives neither away."""
        return self._id("key", "")[2:18]

    def address(self, url: Sealed) -> Address | None:
        """Return the ids of an item and its site, or None if it is no URL.

        A fragment is never sent to the host and makes no other item, unless it tells a page of
        an application (``#!`` or ``#/``); nor does a dot at the end of the host's name.

        Source: WHATWG URL Standard for how a URL is written; Public Suffix List, private part
        included, for where a site begins.
        """
        try:
            parsed = ada_url.parse_url(url.open(), ("href", "hostname"))
            host = parsed["hostname"]
            item, _, fragment = parsed["href"].partition("#")
            if fragment.startswith(_PAGES):
                item = parsed["href"]
            if host.endswith(".") and host != ".":
                item = ada_url.replace_url(item, hostname=host.removesuffix("."))
        except ValueError:
            return None
        return Address(self._id("item", item), self._site_of(host) if host else None)

    def number(self, number: str) -> str:
        """Return the id of a hotline's file number."""
        return self._id("number", number)

    def contact(self, mailbox: str) -> str:
        """Return the id of the mailbox of somebody who reported."""
        return self._id("contact", mailbox.strip().casefold())

    def _batch(self, number: str) -> str:
        """Return the id of a message's number."""
        return self._id("batch", number)

    def _desk(self, mailbox: str) -> str:
        """Return the id of an abuse desk's mailbox."""
        return self._id("desk", mailbox.strip().casefold())

    def _provider(self, owner: str, country: str | None) -> str:
        """Return the id of a company that has no number but its name."""
        name = " ".join(owner.split()).casefold()
        return self._id("provider", f"{name}\0{(country or '').strip().casefold()}")

    def _site(self, host: str) -> str:
        name = host.strip("[]").rstrip(".").casefold()
        is_address = ":" in name or name.rpartition(".")[2].isdigit()
        domain = None if is_address else self._suffixes.privatesuffix(name)
        return self._id("site", domain or name)

    def _id(self, kind: str, text: str) -> str:
        told = self._kinds[kind] + text.encode("utf-8", "surrogatepass")
        return f"{_LETTERS[kind]}-{hmac.digest(self._key, told, 'sha256').hex()[:_HEX]}"
