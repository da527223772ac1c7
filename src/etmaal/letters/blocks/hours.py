"""How classes of hours are named, and the table behind a chart of them."""

from collections.abc import Sequence

from etmaal.charts.gaps import HourClass
from etmaal.letters.blocks.block import NAME, NUMBER, N, Table, columns, rows_of
from etmaal.letters.values import HoursBin
from etmaal.letters.writing import Writing


def classes(bins: Sequence[HoursBin], w: Writing) -> list[HourClass]:
    """Return the bins with their names in words."""
    return [HourClass(name(one, w), one.count) for one in bins]


def name(one: HoursBin, w: Writing) -> str:
    """Return what a class of hours is called."""
    if one.before_hours is None:
        return w.words.text("hours_bin.over", **{"from": w.hours(one.from_hours)})
    if one.from_hours == 0:
        return w.words.text("hours_bin.up_to", to=w.hours(one.before_hours))
    return w.words.text(
        "hours_bin.between",
        **{
            "from": w.hours(one.from_hours, before=one.before_hours),
            "to": w.hours(one.before_hours),
        },
    )


def histogram_table(key: str, first: str, bins: Sequence[HoursBin], w: Writing) -> Table:
    """Return the table behind a chart of hours: class, count, part of all."""
    t = w.words.text
    total = sum(one.count for one in bins)
    return Table(
        t(f"{key}.caption"),
        columns(
            (NAME, t(f"{key}.{first}")), (NUMBER, t(f"{key}.count")), (NUMBER, t(f"{key}.part")),
            (N, t("unit.n")),
        ),
        rows_of(
            [
                (
                    name(one, w),
                    w.count(one.count),
                    w.percent(one.count / total if total else None),
                    w.count(total),
                )
                for one in bins
            ]
        ),
    )  # fmt: skip
