"""How much faster are many addresses attributed at once than one by one with pyasn?

Both start from addresses as text and end at the origin of each; the answers are compared. The
table is made up: more than 500,000 nested prefixes in the private range, and IPv6 ones in the
range for documents. Times are the best of some runs in this one process, so read the ratios.
"""

import gzip
import json
import tempfile
import time
from collections.abc import Callable
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyasn

from etmaal.adapters.routing import fetch_routes
from etmaal.engine.attribute import attribute
from etmaal.engine.routes import RouteTable

DAY = date(2025, 7, 1)
PREFIXES = {4: 520_000, 6: 60_000}
DISTINCT, REPEATED, IN_USE, SIX = 1_000_000, 4_300_000, 60_000, 300_000
ROUNDS = 3
FIRST = {4: int(ip_address("10.0.0.0")), 6: int(ip_address("2001:db8::"))}
BITS = {4: 32, 6: 128}
SHORTEST = {4: 8, 6: 32}  # the lengths of the two ranges


def write_table(path: Path, rng: np.random.Generator) -> int:
    """Write a table in pyasn's form whose lengths are spread like real ones, a byte longer."""
    rows: dict[str, int] = {}
    for version, count in PREFIXES.items():
        deepest = 32 if version == 4 else 56
        while len(rows) < count + (0 if version == 4 else PREFIXES[4]):
            length = deepest - min(int(rng.exponential(2.2)), deepest - SHORTEST[version] - 1)
            place = int(rng.integers(1 << (length - SHORTEST[version])))
            first = FIRST[version] + (place << (BITS[version] - length))
            rows[f"{ip_address(first)}/{length}"] = int(rng.integers(4_200_000_000, 4_200_070_000))
    lines = "".join(f"{prefix}\t{asn}\n" for prefix, asn in rows.items())
    path.write_bytes(gzip.compress(lines.encode(), 1))
    return len(rows)


def best(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the shortest of some runs, in seconds, and what the work gave."""
    times, answer = [], None
    for _ in range(ROUNDS):
        start = time.perf_counter()
        answer = work()
        times.append(time.perf_counter() - start)
    return min(times), answer


def compare(
    name: str, texts: pa.StringArray, ours: RouteTable, peer: pyasn.pyasn
) -> dict[str, Any]:
    """Look all texts up in both ways and see that they agree."""
    as_list = texts.to_pylist()
    # As dependencies go: the address's text in, its origin out, for every row.
    seconds, found = best(lambda: look_up(ours, texts))
    theirs, expected = best(lambda: [peer.lookup(text)[0] for text in as_list])
    asns = np.array([origins[0] if origins else 0 for origins in ours.origin_sets], np.int64)[found]
    if not np.array_equal(asns, np.array([asn or 0 for asn in expected], np.int64)):
        raise SystemExit(f"{name}: the two do not agree")
    return row(name, len(texts), seconds, theirs)


def look_up(table: RouteTable, texts: pa.StringArray) -> np.ndarray[Any, Any]:
    """Look each different text up once where many are the same."""
    if len(texts) <= DISTINCT:
        return table.look_up(texts)
    coded = texts.dictionary_encode()
    return table.look_up(coded.dictionary)[coded.indices.to_numpy()]


def row(name: str, rows: int, seconds: float, theirs: float | None) -> dict[str, Any]:
    return {
        "case": name,
        "rows": rows,
        "seconds": round(seconds, 3),
        "pyasn_seconds": None if theirs is None else round(theirs, 3),
        "ratio": None if theirs is None else round(theirs / seconds, 1),
    }


def repeated(rng: np.random.Generator) -> tuple[pa.StringArray, np.ndarray[Any, Any]]:
    """Make looks as a checker makes them: some addresses hold very many items, each for days."""
    weight = 1 / np.arange(1, IN_USE + 1) ** 0.8
    items = rng.choice(IN_USE, REPEATED // 14, p=weight / weight.sum())
    begins = rng.integers(0, 360, items.size)
    numbers = rng.choice(1 << 24, IN_USE, replace=False)[np.repeat(items, 14)]
    days = np.repeat(begins, 14) + np.tile(np.arange(14) // 2, items.size)
    return texts4(numbers), days


def texts4(offsets: np.ndarray[Any, Any]) -> pa.StringArray:
    return pa.array([str(ip_address(FIRST[4] + int(n))) for n in offsets], pa.string())


def whole_command(folder: Path, texts: pa.StringArray, days: Any, table: RouteTable) -> float:
    """Time a whole folder: read, sort, look up for each day, and write what was found."""
    moments = pa.array(np.datetime64("2025-01-01", "us") + days * np.timedelta64(86_400_000_000))
    n = len(texts)
    notices = pa.table({"notice": ["1"], "item": ["a"], "noticed_at": moments[:1].cast(UTC)})
    pq.write_table(notices, folder / "notices.parquet")
    looks = {
        "item": pa.array(["a"] * n),
        "at": moments.cast(UTC),
        "seen": pa.array(["online"] * n),
        "ip": texts,
    }
    pq.write_table(pa.table(looks), folder / "sightings.parquet")
    return best(lambda: attribute(folder, [table], None))[0]


UTC = pa.timestamp("us", "UTC")


def main() -> None:
    rng = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / f"routes_{DAY:%Y%m%d}.dat.gz"
        prefixes = write_table(file, rng)
        start = time.perf_counter()
        table = RouteTable.build(fetch_routes(file), name=file.name, day=DAY)
        loading = time.perf_counter() - start
        start = time.perf_counter()
        peer = pyasn.pyasn(str(file))
        rows = [row("load the table", prefixes, loading, time.perf_counter() - start)]
        distinct = texts4(rng.choice(1 << 24, DISTINCT, replace=False))
        rows.append(compare("distinct addresses", distinct, table, peer))
        six = [FIRST[6] + int.from_bytes(rng.bytes(12)) for _ in range(SIX)]
        rows.append(
            compare("distinct IPv6", pa.array([str(ip_address(n)) for n in six]), table, peer)
        )
        texts, days = repeated(rng)
        rows.append(compare("looks with repeats", texts, table, peer))
        # Reading, sorting and writing are most of it; pyasn does nothing of the kind.
        seconds = whole_command(folder, texts, days, table)
        rows.append(row("the whole command", len(texts), seconds, None))
    report(rows)


def report(rows: list[dict[str, Any]]) -> None:
    print(f"{'':<20} {'rows':>10} {'etmaal s':>9} {'pyasn s':>9} {'ratio':>7}")
    for r in rows:
        theirs, ratio = r["pyasn_seconds"], r["ratio"]
        compared = f"{theirs:>9} {ratio:>6}x" if theirs is not None else f"{'-':>9} {'-':>7}"
        print(f"{r['case']:<20} {r['rows']:>10,} {r['seconds']:>9} {compared}")
    print(json.dumps({"benchmark": "attribution", "cases": rows}))


if __name__ == "__main__":
    main()
