"""What digest stands for a whole batch of rows? The Merkle tree hash of RFC 9162, section 2.1.1.

A tree, because then it can be shown of one row that it belongs without showing the others.
"""

import hashlib

_ROW, _PAIR = b"\x00", b"\x01"


class BatchRoot:
    """The tree over rows that are given one by one; it keeps one digest a level."""

    def __init__(self) -> None:
        self.rows = 0
        self._whole: list[bytes] = []  # a digest for each bit of `rows` that is set, largest first

    def add(self, row: bytes) -> None:
        """Take the next row."""
        digest = hashlib.sha256(_ROW + row).digest()
        full = self.rows
        while full & 1:
            digest = _pair(self._whole.pop(), digest)
            full >>= 1
        self._whole.append(digest)
        self.rows += 1

    def digest(self) -> str:
        """Return the root of what was given so far, as hex digits."""
        if not self._whole:
            return hashlib.sha256(b"").hexdigest()
        *before, root = self._whole
        for left in reversed(before):
            root = _pair(left, root)
        return root.hex()


def _pair(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_PAIR + left + right).digest()
