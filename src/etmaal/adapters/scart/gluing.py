"""Is one line two records? The console export of all cases forgets some of its line breaks.

After every 10,000 rows its writer begins a new block without one. Rows may also end early, so
that their number of fields does not say where one ends.
"""

from collections.abc import Sequence

from etmaal.adapters.scart.columns import Column
from etmaal.adapters.scart.reasons import LONG, SHORT, Unfit
from etmaal.adapters.scart.shapes import fits


def unglued(cells: list[str], columns: Sequence[Column], width: int) -> list[list[str]]:
    """Return the cells as one record, or as two.

    Args:
        cells: of one line.
        columns: those that each record has; it may end behind the last of them.
        width: the most cells of a record.

    Raises:
        Unfit: if there are too few or too many of them, or they could be cut in more ways.
    """
    known = len(columns)
    seams = [
        at
        for at in range(known, len(cells) - known + 1)
        if all(map(fits, columns, cells[at : at + known]))
    ]
    if len(seams) > 1:
        raise Unfit(LONG)
    records = [cells[: seams[0]], cells[seams[0] :]] if seams else [cells]
    for record in records:
        if not known <= len(record) <= width:
            raise Unfit(SHORT if len(record) < known else LONG)
    return records
