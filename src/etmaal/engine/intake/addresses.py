"""Which of the given addresses are addresses, and how each is written.

One spelling for one address: IPv4 inside IPv6 is read as IPv4, IPv6 in its shortest form.
"""

import ipaddress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from etmaal.engine.database import Database
from etmaal.engine.intake.checks import NO_ADDRESS, quoted

# What needs no second look: IPv4 as everybody writes it.
_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_PLAIN = rf"({_OCTET}[.]){{3}}{_OCTET}"
_AT_ONCE = 50_000
_SPELLINGS = pa.schema([("given", pa.string()), ("address", pa.string())])


def normal(text: str) -> str | None:
    """Return the one spelling of an address, or None if it is none (or only means one link)."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            return None
        return str(address.ipv4_mapped or address)
    return str(address)


def spell(db: Database, columns: tuple[str, ...], work: Path) -> bool:
    """Make the table ``spellings`` (given, address) of all that is not plainly IPv4.

    Args:
        db: holds the table ``loaded``.
        columns: its columns of addresses.
        work: a folder for a file that may be large.

    Returns:
        False, and no table, if there is nothing to spell.
    """
    texts = " UNION ".join(
        f"SELECT DISTINCT {quoted(c)} FROM loaded "  # noqa: S608 - names from the schema
        f"WHERE NOT regexp_full_match({quoted(c)}, '{_PLAIN}')"
        for c in columns
    )
    if not texts:
        return False
    answer = db.run(texts)
    file = work / "spellings.parquet"
    found = 0
    with pq.ParquetWriter(file, _SPELLINGS) as writer:
        while batch := answer.fetchmany(_AT_ONCE):
            found += len(batch)
            given = [text for (text,) in batch]
            writer.write_table(
                pa.table([given, [normal(text) for text in given]], schema=_SPELLINGS)
            )
    if found:
        db.run("CREATE TEMP TABLE spellings AS FROM read_parquet($file)", file=str(file))
    file.unlink()
    return found > 0


def respell(db: Database, column: str) -> None:
    """Give every address in a column of ``loaded`` its one spelling.

    Rows with what is no address go from ``loaded`` to ``broken``.
    """
    wrong = f"{quoted(column)} IN (SELECT given FROM spellings WHERE address IS NULL)"  # noqa: S608 - name from the schema
    db.run(
        f"INSERT INTO broken SELECT row, $column, $reason FROM loaded WHERE {wrong}",  # noqa: S608 - likewise
        column=column,
        reason=NO_ADDRESS,
    )
    db.run(f"DELETE FROM loaded WHERE {wrong}")  # noqa: S608 - likewise
    db.run(
        f"UPDATE loaded SET {quoted(column)} = address FROM spellings "  # noqa: S608 - likewise
        f"WHERE {quoted(column)} = given AND address <> given"
    )
