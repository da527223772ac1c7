"""How much does sealing cost beside the cipher alone? Values sealed, opened and digested a second.

The yardstick is AES-GCM of the same bytes by the library itself, in the same run: one call a value,
with a nonce and data to be bound to it. What is sealed is opened by both roads. Times are the best
of some runs, so read the ratios.
"""

import json
import os
import tempfile
import time
import uuid
from collections.abc import Callable
from typing import Any

VALUES = 100_000
ROUNDS = 5
PLACE = "cases_item.url"


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {
            "ETMAAL_HOME": home,
            "ETMAAL_HTTPS": "no",
            "DJANGO_SETTINGS_MODULE": "etmaal.config.settings",
        }
        os.environ.pop("DATABASE_URL", None)
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import transaction

        call_command("migrate", verbosity=0)
        with transaction.atomic():
            found = measure()
    print(
        f"\n{VALUES:,} URLs of {found['bytes']} bytes on average; a second, and beside bare AES-GCM"
    )
    for name, each in found["rates"].items():
        print(f"  {name:<28} {each['per_second']:>12,}   {each['ratio']:>6.2f}")
    print(json.dumps(found))


def measure() -> dict[str, Any]:
    """Measure all contestants on the same URLs."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from etmaal.accounts.keys import sealing_key
    from etmaal.accounts.lookup import Kind, digest
    from etmaal.accounts.sealing import open_sealed, seal, seal_many
    from etmaal.core.sealed import Sealed

    rows = [uuid.uuid4() for _ in range(VALUES)]
    plain = [f"https://site-{row.hex[:9]}.example/a/{row.hex}?page={row.int % 99}" for row in rows]
    texts = list(map(Sealed, plain))
    pairs = list(zip(rows, texts, strict=True))
    few = pairs[: VALUES // 10]
    bare = AESGCM(AESGCM.generate_key(256))
    raw = [text.encode() for text in plain]
    about = [PLACE.encode() + row.bytes for row in rows]

    def bare_encrypt() -> list[tuple[bytes, bytes]]:
        sealed = []
        for text, bound in zip(raw, about, strict=True):
            nonce = os.urandom(12)
            sealed.append((nonce, bare.encrypt(nonce, text, bound)))
        return sealed

    closed = bare_encrypt()
    sealed = seal_many(pairs, place=PLACE)
    both = list(zip(rows, sealed, strict=True))
    work: dict[str, tuple[int, Callable[[], object]]] = {
        "bare AES-GCM, encrypt": (VALUES, bare_encrypt),
        "bare AES-GCM, decrypt": (
            VALUES,
            lambda: [bare.decrypt(n, c, a) for (n, c), a in zip(closed, about, strict=True)],
        ),
        "seal_many": (VALUES, lambda: seal_many(pairs, place=PLACE)),
        "seal, one query each": (
            len(few),
            lambda: [seal(text, place=PLACE, row=row) for row, text in few],
        ),
        "open_sealed": (VALUES, lambda: [open_sealed(v, place=PLACE, row=r) for r, v in both]),
        "digest of a URL": (VALUES, lambda: [digest(text, Kind.URL) for text in texts]),
    }
    bound = sealed[0].raw[:5] + PLACE.encode() + b"\0" + rows[0].bytes
    alone = sealing_key().cipher.decrypt(sealed[0].raw[5:17], sealed[0].raw[17:], bound)
    if alone != raw[0] or [open_sealed(v, place=PLACE, row=r) for r, v in both] != texts:
        raise SystemExit("what was sealed does not open")
    seconds = {name: best(run) / n for name, (n, run) in work.items()}
    rates = {
        name: {
            "per_second": round(1 / each),
            "ratio": round(seconds[_beside(name)] / each, 3),
        }
        for name, each in seconds.items()
    }
    return {"bytes": sum(map(len, raw)) // VALUES, "values": VALUES, "rates": rates}


def _beside(name: str) -> str:
    """Return the yardstick for a contestant."""
    opens = name in ("open_sealed", "bare AES-GCM, decrypt")
    return "bare AES-GCM, decrypt" if opens else "bare AES-GCM, encrypt"


def best(work: Callable[[], object]) -> float:
    """Return the shortest of some runs, in seconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    main()
