"""Do the made-up Dutch years give the figures that were published? Published beside reproduced.

Each year goes the real road: its world is written, its addresses are attributed by its own routing
tables and register, and the monitor makes an edition of its period. What was published are
aggregates in public sources; nothing else of the real years is in these worlds.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from calibration_years import Row, Year, first_notices, measured_year, reports, weighted_share
from etmaal.stats.shares import wilson

YEARS = ("nl-2018", "nl-2020", "nl-2021", "nl-2022")
DOMINANT, REFUSES = "p01", "p02"
HALF_A_POINT = 0.005


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure beside what a made-up year gives, and whether that is near enough."""

    id: str
    what: str
    published: str
    tolerance: str
    reproduced: str
    holds: bool


def near(value: float, target: float, by: float) -> bool:
    return abs(value - target) <= by


def percent(*shares: float) -> str:
    return " / ".join(f"{100 * share:.1f} %" for share in shares)


def warned(row: Row) -> bool:
    return row["verdict"] == "lax" or (row["verdict"], row["because"]) == ("unmeasurable", "theirs")


def raw(row: Row) -> float:
    """The share surely in time: counted, without estimator, interval or smallest n."""
    return int(row["in_time_n"]) / int(row["n"])


def of_2020(year: Year) -> Iterator[Figure]:
    """F1 to F9: volumes and shares of January to August 2020."""
    total, dominant = int(year.whole("items")), year.of(DOMINANT)
    items = int(dominant["items"])
    yield Figure(
        *("F1", "verified items, January to August 2020", "> 185,000", "185,000 to 187,000 + 1 %"),
        *(f"{total:,}", 185_000 < total < 187_000 * 1.01),
    )
    yield Figure(*("F2", "provider A, items", "174,652", "exact"), f"{items:,}", items == 174_652)
    first, repeats = first_notices(year.world, DOMINANT)
    yield Figure(
        *("F3", "provider A, first notices, noticed returns among them", "179,610", "exact"),
        *(f"{first:,} (and {repeats:,} repeats)", first == 179_610),
    )
    shares = (items / total, float(dominant["share_of_volume"]))
    yield Figure(
        *("F4", "provider A's part, of items / of episodes", "94 %; over 93 %", "93 to 94.5 %"),
        *(percent(*shares), all(0.93 <= share <= 0.945 for share in shares)),
    )
    within = [float(dominant[name]) for name in ("within_24h", "within_48h", "over_48h")]
    bands = (within[0], within[1] - within[0], within[2])
    yield Figure(
        *("F5", "provider A, within 24 h / 24 to 48 h / over 48 h", "86 / 11 / 3 %", "0.5 pt"),
        percent(*bands),
        all(near(*pair, HALF_A_POINT) for pair in zip(bands, (0.86, 0.11, 0.03), strict=True)),
    )
    yield from _rest(year)
    yield from _volumes(year, total)


def _rest(year: Year) -> Iterator[Figure]:
    pooled, mean = year.whole("pooled_share"), year.whole("mean_over_providers")
    yield Figure(
        *("F6", "all within 24 h, pooled (mean over providers)", "84 %", "0.5 pt on pooled"),
        *(f"{percent(pooled)} ({percent(mean)})", near(pooled, 0.84, HALF_A_POINT)),
    )
    others = [row for row in year.providers if row["provider"] != DOMINANT and int(row["n"])]
    without = [row for row in others if row["verdict"] != "unmeasurable"]
    shares = (year.share(others), year.share(without))
    yield Figure(
        *("F7", "all but provider A / and but the unmeasurable one", "50 to 53 %, implied"),
        *("33 to 71 %, by rounding", percent(*shares)),
        all(0.33 <= share <= 0.71 for share in shares),
    )


def _volumes(year: Year, total: int) -> Iterator[Figure]:
    sizes = sorted((int(row["items"]) for row in year.providers), reverse=True)
    yield Figure(
        *("F8", "items at ranks 2 and 3", "about 4,500 each", "10 %"),
        f"{sizes[1]:,} and {sizes[2]:,}",
        all(near(size, 4500, 450) for size in sizes[1:3]),
    )
    top = (sum(sizes[:4]) / total, year.whole("top_4_share"))
    yield Figure(
        *("F9", "the four largest, of items / of episodes", "nearly all", "98 % or more"),
        *(percent(*top), min(top) >= 0.98),
    )


def of_verdicts(year: Year) -> Iterator[Figure]:
    """F10 and F11: who would be warned, and the two whom the letter of 2020 singled out."""
    found = [row for row in year.providers if warned(row)]
    unmeasurable = [row["provider"] for row in found if row["verdict"] == "unmeasurable"]
    yield Figure(
        *("F10", "companies warned: `lax`, or `unmeasurable: theirs`", "17", "exact"),
        *(f"{len(found)}", len(found) == 17),
    )
    largest = [
        row["provider"]
        for row in found
        if row["verdict"] == "lax" and float(row["share_of_volume"]) > 0.5
    ]
    evidenced = [row["provider"] for row in found if row["proposed"] == "wrong"]
    yield Figure(
        "F11", "singled out: most of the volume, or unmeasurable by its own doing",
        "2, one of them unmeasurable", "exact",
        f"{len(largest) + len(unmeasurable)}, {len(unmeasurable)} of them unmeasurable",
        (largest, unmeasurable, evidenced) == ([DOMINANT], [REFUSES], [REFUSES]),
    )  # fmt: skip


def of_shares(year_2021: Year, year_2022: Year) -> Iterator[Figure]:
    """F12 to F14: the whole shares of 2021 and 2022, and the size of the sample."""
    yield _pooled("F12", "2021", "about 87 %", 0.87, year_2021)
    yield _pooled("F13", "2022", "40 %", 0.40, year_2022)
    drawn, weighted = weighted_share(year_2022.world)
    yield Figure(
        *("F13w", "the same by the truth: as drawn / by sampling weights", "-", "none; shown"),
        *(percent(drawn, weighted), True),
    )
    items = int(year_2022.whole("items"))
    measured = sum(int(row["n"]) > 0 for row in year_2022.providers)
    yield Figure(
        *("F14", "2022, URLs and providers", "almost 3,000 and 39", "2,900 to 2,999; exact"),
        *(f"{items:,} and {measured}", 2900 <= items <= 2999 and measured == 39),
    )


def _pooled(name: str, when: str, published: str, target: float, year: Year) -> Figure:
    value = year.whole("pooled_share")
    beside = percent(year.whole("surely_in_time"), year.whole("possibly_in_time"))
    return Figure(
        *(name, f"all within 24 h, {when}, pooled (surely / possibly)", published, "0.5 pt"),
        *(f"{percent(value)} ({beside})", near(value, target, HALF_A_POINT)),
    )


def of_polarisation(year: Year) -> Iterator[Figure]:
    """F15 and F16: two groups and hardly a middle, and how little one is to be sure of 40 %."""
    rows = sorted((row for row in year.providers if int(row["n"])), key=raw)
    worst, prompt = rows[:16], [row for row in rows if raw(row) >= 0.9]
    between = len(rows) - len(prompt) - len(worst)
    pooled = sum(int(r["in_time_n"]) for r in worst) / sum(int(r["n"]) for r in worst)
    low = sum(raw(row) <= 0.2 for row in rows)
    yield Figure(
        "F15", "2022, raw shares: 90 % or more / between / the worst 16, pooled",
        "16 / 7 / 16 at 20 %", "exact; 0.5 pt",
        f"{len(prompt)} / {between} / 16 at {percent(pooled)}; none of them above "
        f"{percent(raw(worst[-1]))}, {low} at 20 % or less",
        (len(prompt), between) == (16, 7) and near(pooled, 0.20, HALF_A_POINT),
    )  # fmt: skip
    yield from _cluster_effect(year)


def _cluster_effect(year: Year) -> Iterator[Figure]:
    n = int(year.whole("n"))
    share = year.whole("pooled_share")
    low, high = (float(bound) for bound in wilson(share * n, n))
    held = year.overall["pooled_share"]
    wide = (float(held["low"]), float(held["high"]))
    times = (wide[1] - wide[0]) / (high - low)
    yield Figure(
        "F16", "95 % interval of F13 if items were independent; by sites and batches",
        "38.3 to 41.8 %; wider", "0.5 pt; half as wide again or more",
        f"{percent(low)} to {percent(high)}; {percent(wide[0])} to {percent(wide[1])}, "
        f"{times:.1f} times as wide",
        near(low, 0.383, HALF_A_POINT) and near(high, 0.418, HALF_A_POINT) and times >= 1.5,
    )  # fmt: skip


def of_reports(years: dict[str, Year]) -> Iterator[Figure]:
    """F17 to F19: what the hotline counted beside its items."""
    worlds = {name: year.world for name, year in years.items()}
    before, _ = reports(worlds["nl-2021"])
    after, _ = reports(worlds["nl-2022"])
    yield Figure(
        *(
            "F17",
            "reports 2021 and 2022",
            "414,000 and 145,000",
            "1 %",
            f"{before:,} and {after:,}",
        ),
        near(before, 414_000, 4140) and near(after, 145_000, 1450),
    )
    halves = [
        reports(
            worlds[f"nl-{year}"],
            source=("public",),
            hosted=("NL",),
            month=tuple(f"{year}-{month:02}" for month in range(1, 7)),
        )[0]
        for year in (2021, 2022)
    ]
    yield Figure(
        "F18", "public reports on servers in the country, first half of 2021 and of 2022",
        "129,000 and 8,100 (-93.7 %)", "1 %",
        f"{halves[0]:,} and {halves[1]:,} ({percent(halves[1] / halves[0] - 1)})",
        near(halves[0], 129_000, 1290) and near(halves[1], 8100, 81),
    )  # fmt: skip
    total, illegal = reports(worlds["nl-2018"])
    _, here = reports(worlds["nl-2018"], hosted=("NL",))
    yield Figure(
        "F19", "2018, reports and the illegal among them (of these in the country)",
        "224,000; 163,000 = 73 % (almost 70 %)", "0.5 pt",
        f"{total:,}; {illegal:,} = {percent(illegal / total)} ({percent(here / illegal)})",
        total == 224_000
        and near(illegal / total, 0.73, HALF_A_POINT)
        and 0.69 < here / illegal < 0.7,
    )  # fmt: skip


def figures(seed: int, folder: Path) -> list[Figure]:
    """Make the four years of a seed and return all figures, in the order of their numbers."""
    years = {name: measured_year(name, seed, folder / name) for name in YEARS}
    return [
        *of_2020(years["nl-2020"]),
        *of_verdicts(years["nl-2020"]),
        *of_shares(years["nl-2021"], years["nl-2022"]),
        *of_polarisation(years["nl-2022"]),
        *of_reports(years),
    ]


def table(found: list[Figure]) -> str:
    """Return the figures as a Markdown table."""
    lines = ["| | what | published | tolerance | reproduced | |", "|---|---|---|---|---|---|"]
    lines += [
        f"| {f.id} | {f.what} | {f.published} | {f.tolerance} | {f.reproduced} | "
        f"{'holds' if f.holds else '**fails**'} |"
        for f in found
    ]
    return "\n".join(lines)


def page(found: list[Figure]) -> str:
    """Return `docs/calibration.md`."""
    text = (Path(__file__).parent / "calibration.md.in").read_text(encoding="utf-8")
    return text.replace("{{table}}", table(found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--page", action="store_true", help="print all of docs/calibration.md")
    parser.add_argument("--json", action="store_true", help="print figures and page for machines")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = figures(arguments.seed, Path(folder))
    if arguments.json:
        print(json.dumps({"figures": [asdict(f) for f in found], "page": page(found)}, indent=2))
    elif arguments.page:
        print(page(found), end="")
    else:
        print(table(found))


if __name__ == "__main__":
    main()
