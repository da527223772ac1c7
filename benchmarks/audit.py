"""Do writers wait for the audit chain, and does one sequencer keep up with them?

On SQLite and on a PostgreSQL of its own (without fsync: the hardest case, since nothing else holds
the writers up). Writers are processes; each line is a transaction of its own. Rounds with and
without the sequencer take turns, so that both meet the same company on the machine.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

LINES, ROUNDS, WRITERS, CHAIN = 1_500, 3, 2, 50_000
AT = datetime(2026, 3, 29, 1, tzinfo=UTC)
TOLD = {"verb": "item.opened", "subject": "item:12", "by": "person:7", "why": "a second look"}
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "plugins"))


def writer(lines: int) -> None:
    """Write lines, each in a transaction; print how long each took, in milliseconds."""
    from django.db import connection, transaction

    from etmaal.accounts.audit import log

    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
    took = []
    for _ in range(lines):
        since = time.perf_counter()
        with transaction.atomic():
            log(**TOLD, at=AT)
        took.append(round(1000 * (time.perf_counter() - since), 3))
    print(json.dumps(took))


def sequencer() -> None:
    """Link once a second, as the worker does, until nothing more is asked."""
    import select

    from etmaal.accounts.chain import link_some

    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 1.0)[0]:
        while link_some(at=AT) == 1_000:
            pass
    print("null")


def alone(lines: int) -> None:
    """Insert lines in bulk, link them, walk them; print lines a second and the peak memory."""
    from django.db import transaction

    from etmaal.accounts.chain import link_some
    from etmaal.accounts.chain_check import verify
    from etmaal.accounts.models import AuditLine

    while link_some(at=AT):
        pass
    rows = [
        AuditLine(at=AT, who="person:7", verb="item.opened", subject="item:12", why="a second look")
        for _ in range(1_000)
    ]
    since, rates = time.perf_counter(), {}
    for _ in range(lines // 1_000):
        with transaction.atomic():
            AuditLine.objects.bulk_create(rows)
        for row in rows:
            row.pk = None
    rates["insert"] = lines / (time.perf_counter() - since)
    since = time.perf_counter()
    while link_some(at=AT + timedelta(hours=1)):
        pass
    rates["link"] = lines / (time.perf_counter() - since)
    before, since = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    checked = verify()
    rates["verify"] = checked.links / (time.perf_counter() - since)
    if checked.findings:
        raise SystemExit(f"the chain is not whole: {checked.findings[0]}")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps({k: round(v) for k, v in rates.items()} | {"verify_grows_mb": grown // 1024}))


def start(role: str, *arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, __file__, "--as", role, *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)


def _line_of(process: "subprocess.Popen[str]") -> str:
    return process.stdout.readline() if process.stdout else ""


def told(process: "subprocess.Popen[str]") -> Any:
    """End a process and return what it said last."""
    out, _ = process.communicate("go\n")
    if process.returncode:
        raise SystemExit("a process failed")
    return json.loads(out.splitlines()[-1])


def one_round(lines: int, *, linking: bool) -> tuple[float, list[float]]:
    """Return lines a second over all writers, and the milliseconds of each line."""
    helpers = [start("sequencer")] if linking else []
    writers = [start("writer", lines) for _ in range(WRITERS)]
    for process in (*helpers, *writers):
        _line_of(process)
    since = time.perf_counter()
    for process in writers:
        if process.stdin:
            process.stdin.write("go\n")
            process.stdin.flush()
    took = [ms for process in writers for ms in told(process)]
    seconds = time.perf_counter() - since
    for helper in helpers:
        told(helper)
    return WRITERS * lines / seconds, took


def measure(lines: int, chain: int) -> dict[str, Any]:
    """Measure one database: the environment says which."""
    subprocess.run([sys.executable, __file__, "--as", "migrate"], check=True)
    found: dict[bool, list[tuple[float, list[float]]]] = {False: [], True: []}
    for _ in range(ROUNDS):
        for linking in (False, True):
            found[linking].append(one_round(lines, linking=linking))
    result: dict[str, Any] = {}
    for linking, name in ((False, "without"), (True, "with")):
        took = [ms for _, each in found[linking] for ms in each]
        result[f"{name}_sequencer"] = {
            "lines_a_second": round(median(rate for rate, _ in found[linking])),
            "median_ms": round(median(took), 2),
            "p99_ms": round(quantiles(took, n=100)[98], 2),
            "most_ms": round(max(took), 1),
        }
    rates = [result[f"{name}_sequencer"]["lines_a_second"] for name in ("with", "without")]
    result["writers_keep"] = round(rates[0] / rates[1], 2)
    result |= told(start("alone", chain))
    result["link_to_insert"] = round(result["link"] / result["insert"], 2)
    result["link_to_writers"] = round(result["link"] / rates[1], 1)
    return result


@contextmanager
def databases() -> Iterator[dict[str, dict[str, str]]]:
    """Give the environment of each database; neither outlives the run."""
    from real_postgresql import Server

    server = Server()
    try:
        with tempfile.TemporaryDirectory(prefix="etmaal-audit-") as home:
            plain = server.url.removesuffix("etmaal") + "postgres"
            yield {
                "sqlite": {"ETMAAL_HOME": home, "DATABASE_URL": ""},
                "postgresql": {"ETMAAL_HOME": home, "DATABASE_URL": plain},
            }
    finally:
        server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=LINES, help="by each writer, in each round")
    parser.add_argument("--chain", type=int, default=CHAIN, help="lines to link and walk at once")
    parser.add_argument("--as", dest="role", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.role:
        play(*given.role)
        return
    found: dict[str, Any] = {"benchmark": "audit", "writers": WRITERS, "lines": given.lines}
    with databases() as each:
        for name, env in each.items():
            os.environ |= env
            found[name] = measure(given.lines, given.chain)
            show(name, found[name])
    print(json.dumps(found))


def play(role: str, *arguments: str) -> None:
    """Be one of the processes."""
    import django
    from django.core.management import call_command

    os.environ["DJANGO_SETTINGS_MODULE"] = "etmaal.config.settings"
    django.setup()
    roles = {
        "writer": writer,
        "sequencer": sequencer,
        "alone": alone,
        "migrate": lambda: call_command("migrate", verbosity=0),
    }
    roles[role](*map(int, arguments))


def show(name: str, found: dict[str, Any]) -> None:
    for key in ("without_sequencer", "with_sequencer"):
        each = found[key]
        print(
            f"{name:<12}{key.replace('_', ' '):<20}{each['lines_a_second']:>7,} lines/s  median "
            f"{each['median_ms']} ms, 99 % within {each['p99_ms']} ms, most {each['most_ms']} ms"
        )
    print(
        f"{name:<12}writers keep {found['writers_keep']:.0%}; linking {found['link']:,} lines/s: "
        f"{found['link_to_insert']} of bulk insert, {found['link_to_writers']} times the writers; "
        f"verify {found['verify']:,} lines/s, {found['verify_grows_mb']} MB more"
    )


if __name__ == "__main__":
    main()
