"""The main road on a public list of online hosts: `make recipe DATA=DIR`.

Makes a tables folder of the list, attributes it, measures it, and counts everything again in
plain Python. Prints coded names only. What it shows is written up in `online_list.md`.
"""

import csv
import gzip
import json
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from etmaal.definitions import loader
from etmaal.engine.edition import monitor
from etmaal.engine.question import Question

HOME = Path(__file__).parent.parent.parent / "var" / "recipe"
CLOCK = "observed-first-seen"
QUIET = timedelta(hours=168)
LOOKS_AFTER = 16  # good looks kept after an item left: more than a quiet spell at two a day
PERIOD = ("2018-10-01", "2020-01-01")
TABLES = ("ipasn_20140513.dat.gz", "iptoasn_20260714_v4.tsv.gz")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def read(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


def known(spells: list[dict[str, str]], looks: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the spells as they were known at the last look that the list of looks holds."""
    last = looks[-1]["time"]
    clipped = []
    for spell in spells:
        if spell["first_seen"] <= last:
            online = min(spell["last_seen_online"], last)
            gone = spell["first_seen_offline"] if spell["first_seen_offline"] <= last else ""
            clipped.append({**spell, "last_seen_online": online, "first_seen_offline": gone})
    return clipped


def write_tables(
    folder: Path, spells: list[dict[str, str]], looks: list[dict[str, str]], *, late_entry: bool,
    basis: str,
) -> None:  # fmt: skip
    """Write the list as a tables folder.

    Every look at the list is a look at every item that was on it before. The failed looks are
    there too, as looks that saw everything gone, and are masked as outages of the observer.
    """
    folder.mkdir(parents=True, exist_ok=True)
    times = [look["time"] for look in looks]
    place = {time: k for k, time in enumerate(times)}
    failed = {look["time"] for look in looks if look["keep"] == "0"}
    by_item: dict[str, list[dict[str, str]]] = defaultdict(list)
    for spell in spells:
        by_item[spell["item"]].append(spell)
    with (folder / "notices.csv").open("w", newline="", encoding="utf-8") as f:
        notices = csv.writer(f, lineterminator="\n")
        notices.writerow(
            ["notice", "item", "site", "ip", "noticed_at", "clock_basis", "kind", "entered_at"]
        )
        for item, mine in by_item.items():
            for spell in mine:
                seen, start = spell["first_seen"], spell["first_seen"]
                if late_entry and spell["appeared_after"]:
                    start = spell["appeared_after"]
                notices.writerow([
                    f"{item}-{spell['period']}", item, spell["site"], spell["ip"], start,
                    "observed", "notice" if spell["period"] == "1" else "repeat",
                    seen if late_entry else "",
                ])  # fmt: skip
    with gzip.open(
        folder / "sightings.csv.gz", "wt", newline="", encoding="utf-8", compresslevel=1
    ) as f:
        sightings = csv.writer(f, lineterminator="\n")
        sightings.writerow(["item", "at", "seen", "by", "basis", "vantage"])
        for item, mine in by_item.items():
            for k, spell in enumerate(mine):
                last = place[spell["last_seen_online"]]
                for time in times[place[spell["first_seen"]] : last + 1]:
                    seen = "gone" if time in failed else "online"
                    sightings.writerow([item, time, seen, "probe", basis, "list"])
                back = place[mine[k + 1]["first_seen"]] if k + 1 < len(mine) else len(times)
                worth = 0
                for time in times[last + 1 : back]:
                    sightings.writerow([item, time, "gone", "probe", basis, "list"])
                    worth += time not in failed
                    if worth == LOOKS_AFTER:
                        break
    with (folder / "outages.csv").open("w", newline="", encoding="utf-8") as f:
        outages = csv.writer(f, lineterminator="\n")
        outages.writerow(["vantage", "from", "before"])
        for time in sorted(failed):
            after = moment(time) + timedelta(seconds=1)
            outages.writerow(["list", time, after.isoformat().replace("+00:00", "Z")])


def counted_again(spells: list[dict[str, str]], norm: timedelta) -> dict[str, int]:
    """Count outcomes without the engine: join what lies within the quiet spell, then compare."""
    by_item: dict[str, list[tuple[datetime, datetime, datetime | None]]] = defaultdict(list)
    for s in spells:
        gone = moment(s["first_seen_offline"]) if s["first_seen_offline"] else None
        by_item[s["item"]].append((moment(s["first_seen"]), moment(s["last_seen_online"]), gone))
    counts: dict[str, int] = defaultdict(int)
    for mine in by_item.values():
        joined: list[list[Any]] = []
        for first, last, gone in sorted(mine):
            if joined and (joined[-1][2] is None or first - joined[-1][2] <= QUIET):
                joined[-1][1:] = [last, gone]
            else:
                joined.append([first, last, gone])
        for first, last, gone in joined:
            counts["n"] += 1
            if last - first >= norm:
                counts["late"] += 1
            elif gone is None:
                counts["pending"] += 1
            elif gone - first <= norm:
                counts["in_time"] += 1
            else:
                counts["undecided"] += 1
    return dict(counts)


def run(*arguments: str) -> None:
    """Run the command as a user would; its own messages go straight to the terminal."""
    subprocess.run([sys.executable, "-m", "etmaal", *arguments], check=True)  # noqa: S603


def overall(edition: Path) -> dict[str, dict[str, str]]:
    with (edition / "overall.csv").open(newline="", encoding="utf-8") as f:
        return {row["indicator"]: row for row in csv.DictReader(f)}


def line(name: str, edition: Path) -> None:
    """Print the figures over all rows of one edition on one line."""
    rows = overall(edition)

    def share(indicator: str) -> str:
        return f"{float(rows[indicator]['value']):6.1%}"

    interval = f"{float(rows['in_time']['low']):.1%} to {float(rows['in_time']['high']):.1%}"
    print(
        f"{name:34} n {int(rows['n']['value']):6}  surely {share('surely_in_time')}  possibly "
        f"{share('possibly_in_time')}  estimate {share('in_time')} ({interval})  median "
        f"{rows['p50_hours']['value']:>6} h"
    )


def measure(folder: Path, out: Path, **changes: Any) -> Path:
    """Make an edition with a changed clock; the changed clock exists only here."""
    question = Question(
        policy=replace(loader.clock(CLOCK), **changes),
        floors=loader.floors("nl-covenant-2018"),
        from_date=datetime.fromisoformat(PERIOD[0]).date(),
        before_date=datetime.fromisoformat(PERIOD[1]).date(),
        as_of=None,
        seed=1,
    )
    monitor(folder, out, question, now=datetime.now(UTC), may_replace=True)  # noqa: TID251
    return out


def attribution(folder: Path, data: Path, table: str) -> dict[str, str]:
    """Attribute by one table alone; return whose each address was then."""
    import pyarrow.parquet as pq

    run("attribute", str(folder), "--routes", str(data / "routing" / table))
    rows = pq.read_table(folder / "attributions.parquet", columns=["ip", "provider"]).to_pylist()
    return {row["ip"]: row["provider"] or "" for row in rows}


def dominant(spells: list[dict[str, str]], addresses: dict[str, str]) -> None:
    """Print what the largest site makes of each of the largest networks, by coded name."""
    mine: dict[str, list[dict[str, str]]] = defaultdict(list)
    for spell in spells:
        if network := addresses.get(spell["ip"]):
            mine[network].append(spell)
    big = sorted(mine, key=lambda k: (-len(mine[k]), k))[:5]
    for place, network in enumerate(big):
        sizes = Counter(spell["site"] for spell in mine[network])
        site, _ = sizes.most_common(1)[0]
        rest = [spell for spell in mine[network] if spell["site"] != site]
        print(f"network {chr(65 + place)}: {bounds(mine[network])}")
        print(f"    without its largest site: {bounds(rest)}")


def bounds(spells: list[dict[str, str]]) -> str:
    counts = counted_again(spells, timedelta(hours=24))
    n = counts["n"]
    return f"n {n}, {counts.get('in_time', 0) / n:.1%} to {1 - counts.get('late', 0) / n:.1%}"


def main(data: Path) -> None:
    looks = read(data / "takedown" / "online-list-2018-2019.looks.csv.gz")
    spells = known(read(data / "takedown" / "online-list-2018-2019.csv.gz"), looks)
    folder, late = HOME / "tables", HOME / "tables-late-entry"
    write_tables(folder, spells, looks, late_entry=False, basis="concluded")
    write_tables(late, spells, looks, late_entry=True, basis="concluded")
    bare = HOME / "tables-bare"
    write_tables(bare, spells, looks, late_entry=False, basis="look")
    by_table = {table: attribution(folder, data, table) for table in TABLES}
    first, second = (by_table[table] for table in TABLES)
    moved = sum(first[ip] != second[ip] for ip in first)
    print(f"{len(first)} addresses, {moved / len(first):.1%} at another network by the other table")
    routes = [str(data / "routing" / table) for table in TABLES]
    for each in (folder, late, bare):
        run("attribute", str(each), *(x for r in routes for x in ("--routes", r)))
    print()
    edition = HOME / "edition"
    run(
        "monitor", str(folder), "--out", str(edition), "--clock", CLOCK, "--from", PERIOD[0],
        "--before", PERIOD[1], "--replace",
    )  # fmt: skip
    run("verify", str(edition))
    rows = overall(edition)
    plain = counted_again(spells, timedelta(hours=24))
    for name in ("n", "in_time", "late", "undecided", "pending"):
        indicator = name if name == "n" else f"{name}_n"
        engine = int(float(rows[indicator]["value"]))
        print(f"{name:10} engine {engine:6}  counted again {plain.get(name, 0):6}")
        if engine != plain.get(name, 0):
            sys.exit(f"the two counts of {name} differ")
    print()
    line("first seen starts the clock, 24 h", edition)
    for hours in (18, 30):
        line(
            f"the same, {hours} h",
            measure(folder, HOME / f"edition-{hours}", norm=timedelta(hours=hours)),
        )
    line("clock from the last look without it", measure(late, HOME / "edition-late"))
    line("three misses needed", measure(bare, HOME / "edition-bare"))
    line(
        "every gap is a return",
        measure(folder, HOME / "edition-flaps", quiet_spell=timedelta(hours=1)),
    )
    dominant(spells, first)
    print(json.dumps({"returned": rows["returned"]["value"], "unresolved": unresolved(edition)}))


def unresolved(edition: Path) -> str:
    with (edition / "providers.csv").open(newline="", encoding="utf-8") as f:
        return next(
            r["share_of_volume"] for r in csv.DictReader(f) if r["provider"] == "unresolved"
        )


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("usage: make recipe DATA=DIR, where DIR holds takedown/ and routing/")
    main(Path(sys.argv[1]))
