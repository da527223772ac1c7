"""How fast is a hotline's own file read, beside a plain loop of csv over the same rows?

A report of 300,000 cases as the tool writes it, one in fifty with a semicolon in its address, so
that columns have to be put in place again. The plain loop splits lines and keeps nothing. Then the
whole of `etmaal read`, from the report and from database dumps of a made-up year.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROWS = 300_000
HEADER = (
    "filenumber;reference;url;url_host;url_ip;url_type;url_referer;received_at;hashcheck_at;"
    "hashcheck_return;firstseen_at;lastseen_at;type_code;police;source_code;status_code;"
    "hoster_contact;hoster_country;hoster_owner;hoster_first_ntd_at;registrar_contact;grade_code"
)
EXPORT = "export-20260401093000.csv"


def line(i: int) -> str:
    """Return one case of the report."""
    host = f"www.site-{i // 20:06}.example"
    odd = ";v=2" if i % 50 == 0 else ""
    day, hour = 1 + i % 28, i % 24
    return (
        f"N{i:010};{i % 9973};https://{host}/{i}.html{odd};{host};192.0.2.{i % 250};imageurl;;"
        f"2026-02-{day:02} {hour:02}:00:07;;;2026-02-{day:02} {hour:02}:30:11;"
        f"2026-03-{day:02} {hour:02}:40:00;imagehost;n;webform;close_offline;"
        f"abuse@h{i % 400}.example;NL;Example Hosting {i % 400};2026-02-{day:02} {hour:02}:55:00;"
        f"Example Registrar;illegal"
    )


def write(file: Path, rows: int) -> None:
    """Write the report."""
    with file.open("w", encoding="utf-8", newline="") as f:
        f.write(HEADER)
        for i in range(rows):
            f.write("\n" + line(i))


def plain(file: Path) -> float:
    """Return the seconds that csv needs to split every line."""
    since = time.perf_counter()
    with file.open(encoding="utf-8", newline="") as f:
        for _ in csv.reader(f, delimiter=";"):
            pass
    return time.perf_counter() - since


def reader(file: Path) -> tuple[float, int]:
    """Return the seconds that the reader needs, and how many records it could not use."""
    from etmaal.adapters.scart import read_scart
    from etmaal.core.hotline import Rejected

    since = time.perf_counter()
    _, records = read_scart("scart-report", file, name=file.name, zone=ZoneInfo("Europe/Amsterdam"))
    rejected = sum(isinstance(record, Rejected) for record in records)
    return time.perf_counter() - since, rejected


def command(*words: str, home: Path) -> dict[str, float]:
    """Run `etmaal` in a process of its own: seconds, CPU seconds and peak memory in MB."""
    since = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "etmaal", *words],
        stdout=subprocess.DEVNULL,
        env=os.environ | {"ETMAAL_HOME": str(home)},
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"etmaal {' '.join(words)}: exit {process.returncode}")
    return {
        "seconds": round(time.perf_counter() - since, 1),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "peak_mb": round(usage.ru_maxrss / 1024),
    }


def measure(rows: int) -> dict[str, Any]:
    """Time everything."""
    with tempfile.TemporaryDirectory(prefix="etmaal-reading-") as name:
        folder = Path(name)
        file = folder / EXPORT
        write(file, rows)
        loop = min(plain(file) for _ in range(3))
        ours, rejected = min(reader(file) for _ in range(3))
        report = command(
            "read", "scart-report", str(file), "--zone", "Europe/Amsterdam", "--out",
            str(folder / "tables"), home=folder / "home",
        )  # fmt: skip
        command(
            "world", "--preset", "nl-2020", "--seed", "1", "--as", "scart", "--out",
            str(folder / "world"), home=folder / "home",
        )  # fmt: skip
        dumps = command(
            "read", "scart-db", str(folder / "world" / "dumps"), "--zone", "UTC", "--out",
            str(folder / "from-dumps"), home=folder / "home",
        )  # fmt: skip
    return {
        "benchmark": "reading",
        "rows": rows,
        "csv_seconds": round(loop, 2),
        "reader_seconds": round(ours, 2),
        "ratio": round(ours / loop, 1),
        "rejected": rejected,
        "read_report": report | {"ratio": round(report["cpu_seconds"] / loop, 1)},
        "read_dumps_nl_2020": dumps,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    found = measure(parser.parse_args().rows)
    print(f"{found['rows']:,} cases: csv {found['csv_seconds']} s, the reader", end=" ")
    print(f"{found['reader_seconds']} s, {found['ratio']} times as long")
    for name in ("read_report", "read_dumps_nl_2020"):
        each = found[name]
        print(f"{name:<20}{each['seconds']:>8} s {each['cpu_seconds']:>8} CPU s", end=" ")
        print(f"{each['peak_mb']:>8} MB")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
