"""A world on disk: a tables folder with its registers, its routing tables and its truth.

The folder is written beside its place and renamed when whole. The same world gives the same
bytes: rows in a fixed order, no time of making, no path.
"""

import json
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from etmaal.core.errors import Refused
from etmaal.core.whole import whole_folder
from etmaal.world.make import World
from etmaal.world.scart.folder import FILES as SCART_FILES

MARK = "truth/world.json"
# What a world's folder may hold, attributions included: nothing else is ever thrown away.
OURS = (
    *("notices.csv", "events.csv", "outages.csv", "providers.csv", "registry.csv", "breaks.csv"),
    *("sightings.parquet", "attributions.parquet", "routing/routes_????????.csv"),
    *("truth/providers.csv", "truth/items.csv", "truth/reports.csv", "truth/sample.csv", MARK),
    *SCART_FILES,
)
ISO = "%Y-%m-%dT%H:%M:%SZ"


class NotAWorld(Refused):
    """The place is taken by something that this command did not write."""


def check_place(out: Path) -> None:
    """See that a world may be written there.

    Raises:
        NotAWorld: there is a file, or a folder with something else in it.
    """
    if not out.exists():
        return
    remedy = "give another --out, or empty it first"
    if out.samefile(Path.cwd()):
        raise NotAWorld(f"a folder cannot be replaced from within; {remedy.split(',')[0]}")
    if not out.is_dir():
        raise NotAWorld(f"{out} is not a folder; {remedy}")
    held = sorted(p.relative_to(out).as_posix() for p in out.rglob("*") if not p.is_dir())
    if held and MARK not in held:
        raise NotAWorld(f"{out} holds files that are no made-up world, such as {held[0]}; {remedy}")
    foreign = [name for name in held if not any(fnmatch(name, ours) for ours in OURS)]
    if foreign:
        raise NotAWorld(f"{out} holds {foreign[0]} beside a made-up world; {remedy}")


def write_world(
    world: World,
    out: Path,
    *,
    seed: int,
    scale: float,
    own_files: Callable[[Path], dict[str, int]] | None = None,
) -> dict[str, int]:
    """Write the world as a folder, in the place of an earlier one if there is one.

    Args:
        world: what to write.
        out: the folder; its parents are made.
        seed: noted in ``truth/world.json``, with the scale.
        scale: likewise.
        own_files: writes the files of the hotline's own tool into a folder and returns their
            rows; then the tables that such a tool does not hold are all that is written beside.

    Returns:
        How many rows each file holds.

    Raises:
        NotAWorld: something else is there.
        CannotWrite: the disk is full, or may not be written.
    """
    check_place(out)
    with whole_folder(out) as fresh:
        rows = {} if own_files is None else own_files(fresh)
        tables = world.tables if own_files is None else _kept_beside(world.tables)
        files = _files(world, tables)
        rows |= {name: _write(table, fresh / name) for name, table in files}
        note = {"preset": world.preset.name, "scale": scale, "seed": seed, "rows": rows}
        (fresh / MARK).write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")
    return rows


def _kept_beside(tables: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """Return what the hotline knows beside its own tool: when its checker was ill, and its breaks.

    Such a tool looks from one place, so an outage is one of everything.
    """
    kept = {name: table for name, table in tables.items() if name in ("outages", "breaks")}
    return kept | {"outages": tables["outages"].drop_columns(["vantage"])}


def _files(world: World, tables: dict[str, pa.Table]) -> Iterator[tuple[str, pa.Table]]:
    for name, table in tables.items():
        # Looks are by far the most rows; the rest stays readable in any editor.
        yield f"{name}.parquet" if name == "sightings" else f"{name}.csv", table
    yield "registry.csv", world.registry
    for day, table in world.routes.items():
        yield f"routing/routes_{day:%Y%m%d}.csv", table
    for name, table in world.truth.items():
        yield f"truth/{name}.csv", table


def _write(table: pa.Table, file: Path) -> int:
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.suffix == ".parquet":
        pa.parquet.write_table(table, file, compression="zstd", store_schema=False)
    else:
        _write_csv(table, file)
    return table.num_rows


def _write_csv(table: pa.Table, file: Path) -> None:
    """Write plain CSV. No value needs quotes: all of them are our own words and numbers."""
    plain = pa.table({name: _plain(table[name]) for name in table.column_names})
    options = pa.csv.WriteOptions(include_header=False, quoting_style="none")
    with file.open("wb") as f:
        f.write((",".join(table.column_names) + "\n").encode())
        pa.csv.write_csv(plain, f, options)


def _plain(column: Any) -> Any:
    """Turn moments and coded words into text."""
    if pa.types.is_timestamp(column.type):
        # Without a zone, so that no time zone database is asked; the Z is ours.
        return pc.strftime(column.cast(pa.timestamp("us")).cast(pa.timestamp("s")), format=ISO)
    if pa.types.is_dictionary(column.type):
        return column.cast(pa.string())
    return column
