"""Draw the README's picture from the demo's edition: python docs/pictures/make.py demo/edition"""

import csv
import sys
from pathlib import Path

from etmaal.charts.frame import Frame
from etmaal.charts.intervals import Interval, Words, draw
from etmaal.definitions import loader

GROUPS = {
    "meets": "Meets the norm",
    "cannot_be_told": "Cannot be told",
    "lax": "Lax",
    "unmeasurable": "Unmeasurable",
    "too_few": "Too few",
}
WORDS = Words(
    groups=GROUPS,
    bounds="surely to possibly in time",
    estimate="estimate, 95 % interval",
    floor="floor: {share}",
    aside="n = {n}",
)


def intervals(rows: list[dict[str, str]]) -> list[Interval]:
    """Return the judged providers that have anything to show, by group and then by name."""
    judged = [row for row in rows if row["verdict"] and row["in_time_low"]]
    judged.sort(key=lambda row: (list(GROUPS).index(row["verdict"]), row["name"]))
    return [
        Interval(
            row["name"], row["verdict"], int(row["n"]), float(row["surely_in_time"]),
            float(row["possibly_in_time"]), float(row["in_time"]), float(row["in_time_low"]),
            float(row["in_time_high"]),
        )
        for row in judged
    ]  # fmt: skip


def main(edition: Path) -> None:
    """Write the picture beside this script."""
    with (edition / "providers.csv").open(newline="", encoding="utf-8") as f:
        found = intervals(list(csv.DictReader(f)))
    frame = Frame(
        name="intervals",
        title="Share of items removed within 24 hours, a made-up year",
        desc=f"{len(found)} made-up companies in groups by verdict, each with a bar from the share "
        "surely in time to the share possibly in time, an estimate and its interval.",
    )
    drawn = draw(found, loader.floors("nl-covenant-2018").floor, WORDS, frame)
    # A page may be dark; the ink is not.
    drawn = drawn.replace("<svg ", '<svg style="background:#fff" ', 1)
    Path(__file__).with_name("intervals.svg").write_text(drawn + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
