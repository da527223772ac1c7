"""How a bulletin's files, and the key of its letters, get to their places: whole or not at all."""

import csv
import io
import os
from collections.abc import Mapping
from pathlib import Path

from etmaal.core.errors import Refused
from etmaal.core.whole import scratch_folder, whole_folder


def key_text(providers: Mapping[str, str], seed: int) -> str:
    """Return the key as CSV: which provider each code stands for, and the seed that drew them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("code", "provider", "seed"))
    writer.writerows((code, provider, seed) for code, provider in providers.items())
    return text.getvalue()


def write_bulletin(
    out: Path, files: Mapping[str, bytes], key: tuple[Path, str] | None, *, may_replace: bool
) -> None:
    """Write the files to their folder, and the key, where there is one, to its own place.

    Pages without their key could never be told apart again, so the key goes first, and goes away
    again where the pages could not be written.

    Raises:
        CannotWrite: if the system refuses a write.
        Refused: if another bulletin, or another key, is there.
    """
    old = {p.name: p.read_bytes() for p in out.iterdir()} if out.is_dir() else {}
    if old and old != dict(files) and not may_replace:
        raise Refused(
            f"{out} already holds a bulletin that says something else; keep it and choose "
            "another --out, or give --replace"
        )
    kept = None
    try:
        with whole_folder(out) as fresh:
            for name, content in files.items():
                (fresh / name).write_bytes(content)
            kept = key[0] if key is not None and _write_key(*key) else None
    except BaseException:
        if kept is not None:
            kept.unlink(missing_ok=True)
        raise


def _write_key(key: Path, text: str) -> bool:
    """Write the key for its owner alone; say whether it was not there before."""
    if key.exists():
        if key.read_text(encoding="utf-8") == text:
            return False
        raise Refused(f"{key} holds the key of another bulletin; keep it and give another --key")
    key.parent.mkdir(parents=True, exist_ok=True)
    with scratch_folder(key.parent, key.name) as scratch:
        secret = os.open(scratch / "key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(secret, "w", encoding="utf-8") as f:
            f.write(text)
        (scratch / "key").replace(key)
    return True
