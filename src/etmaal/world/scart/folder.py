"""A world in a folder as SCART would hold and export it: `dumps/` and `exports/`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from etmaal.world.civil import seconds
from etmaal.world.make import World
from etmaal.world.scart.columns import Columns, columns_of
from etmaal.world.scart.console import write_console
from etmaal.world.scart.dumps import dumps
from etmaal.world.scart.lines import CSV, write_lines
from etmaal.world.scart.mailed import write_attachments, write_list
from etmaal.world.scart.moments import local_time
from etmaal.world.scart.record import record_of
from etmaal.world.scart.report import received_on_or_after, write_report
from etmaal.world.scart.texts import Texts, at, glued, padded

FILES = (
    *("dumps/*.csv", "exports/export-*.csv", "exports/exportNTD.csv"),
    *("exports/console/*.csv", "exports/mail/urls-M*.csv", "truth/cases.csv"),
)
NOTES_DAYS = 31  # the report with notes is of what came in on the last days


def write_scart(
    world: World, folder: Path, rng: np.random.Generator, *, zone: str
) -> dict[str, int]:
    """Write everything into a folder; the same world and generator state give the same bytes.

    Args:
        world: the world SCART is in.
        folder: where to; `dumps/`, `exports/` and `truth/cases.csv` are made in it.
        rng: where chance comes from.
        zone: the zone the installation runs in, whose local times stand in every file.

    Returns:
        How many rows each file holds.
    """
    preset = world.preset
    time = local_time(zone, preset.begins, preset.followed)
    columns = columns_of(record_of(world, rng), time)
    rows = {
        f"dumps/{name}.csv": _write_csv(folder / "dumps" / f"{name}.csv", table)
        for name, table in dumps(columns)
    }
    rows |= _exports(columns, folder / "exports", ZoneInfo(zone))
    rows["truth/cases.csv"] = _which_is_which(columns, folder / "truth" / "cases.csv")
    return rows


def _exports(columns: Columns, folder: Path, zone: ZoneInfo) -> dict[str, int]:
    preset = columns.record.world.preset
    made = datetime.fromtimestamp(seconds(preset.followed), UTC).astimezone(zone)
    whole = f"export-{made:%Y%m%d%H%M%S}.csv"
    later = made + timedelta(minutes=5)
    noted = f"export-{later:%Y%m%d%H%M%S}.csv"
    recent = received_on_or_after(columns, seconds(preset.ends - timedelta(days=NOTES_DAYS)))
    rows = {
        whole: write_report(columns, folder / whole, notes=False),
        noted: write_report(columns, folder / noted, notes=True, rows=recent),
        "exportNTD.csv": write_list(columns, folder / "exportNTD.csv"),
    }
    console = write_console(columns, folder / "console")
    rows |= {f"console/{name}.csv": count for name, count in console.items()}
    mailed = write_attachments(columns, folder / "mail")
    rows |= {f"mail/{name}": count for name, count in mailed.items()}
    return {f"exports/{name}": count for name, count in rows.items()}


def _which_is_which(columns: Columns, file: Path) -> int:
    """Write which item of the truth each case is, for those that are one."""
    items = columns.record.world.items.size
    place = np.flatnonzero(columns.rows < items)
    item = glued("i", padded(columns.rows[place] + 1, max(6, len(str(items)))))
    fields = [at(columns.case["filenumber"], place), item]
    return _write_csv(file, {"filenumber": fields[0], "item": fields[1]})


def _write_csv(file: Path, table: dict[str, Texts]) -> int:
    return write_lines(file, ",".join(table) + "\n", list(table.values()), CSV)
