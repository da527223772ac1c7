"""How do lines and links come out of the database? As they lie there, whatever was done to them.

Not by the ORM: a value that somebody forced into a column would stop the walk, and that must be a
finding. So each value is taken as text and checked here.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from etmaal.accounts.chain_lines import Line, NotALine, details_of
from etmaal.accounts.chain_walk import Link

PAGE = 1_000
_TEXTS = ("who", "verb", "subject", "why", "details", "root")
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)

_NUMBERS = ("id", "rows")


def _columns(table: str) -> str:
    """Return a line's columns as SQL: at, numbers, texts."""
    if connection.vendor == "postgresql":
        texts = (f"{table}.{name}::text" for name in _TEXTS)
    else:  # a text may hold what is no UTF-8, and a column of texts something else
        texts = (_bytes(f"{table}.{name}") for name in _TEXTS)
    numbers = (f"{table}.{name}" for name in _NUMBERS)
    return ", ".join((*numbers, moment_of(f"{table}.at"), *texts))


def moment_of(column: str) -> str:
    """Return a moment as SQL text; one that no calendar here can hold comes out unreadable."""
    if connection.vendor == "postgresql":
        return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.FF6 BC')"
    return _bytes(column)


def _bytes(column: str) -> str:
    return f"CASE typeof({column}) WHEN 'text' THEN CAST({column} AS BLOB) END"


def links(after: int = -1) -> Iterator[Link | int]:
    """Yield every link by place; or the number of the line of one whose place is no number."""
    linked_at, columns = moment_of("k.linked_at"), _columns("l")
    text = "k.digest" if connection.vendor == "postgresql" else _bytes("k.digest")
    query = f"""
        SELECT k.place, k.line_id, {linked_at}, {text}, {columns}
        FROM accounts_auditlink k LEFT JOIN accounts_auditline l ON l.id = k.line_id
        WHERE k.place > %s ORDER BY k.place LIMIT {PAGE}
    """  # noqa: S608 - constants only
    last: Any = after
    while True:
        with connection.cursor() as cursor:
            cursor.execute(query, [last])
            rows = cursor.fetchall()
        for place, number, at, digest, *line in rows:
            yield _link(place, number, at, digest, line)
        if len(rows) < PAGE:
            return
        last = rows[-1][0]


def lines(numbers: Sequence[int]) -> list[Line]:
    """Return those of these lines that can be read, by number."""
    if not numbers:
        return []
    marks = ", ".join(["%s"] * len(numbers))
    query = f"""
        SELECT {_columns("l")} FROM accounts_auditline l WHERE l.id IN ({marks}) ORDER BY l.id
    """  # noqa: S608 - constants only
    with connection.cursor() as cursor:
        cursor.execute(query, list(numbers))
        read = (_line(row) for row in cursor.fetchall())
        return [line for line in read if line is not None]


def _link(place: Any, number: Any, at: Any, digest: Any, line: Sequence[Any]) -> Link | int:
    of_line: int = number if isinstance(number, int) else 0
    if not isinstance(place, int):
        return of_line
    return Link(
        place=place,
        linked_at=read_moment(at) or _LONG_AGO,
        digest=_text(digest) or "",
        number=of_line,
        line=_line(line),
        is_there=line[0] is not None,
    )


def _line(row: Sequence[Any]) -> Line | None:
    """Return a line, or None if it is none that could have been written."""
    number, rows, at, *texts = row
    told = {name: _text(value) for name, value in zip(_TEXTS, texts, strict=True)}
    details, moment = told.pop("details"), read_moment(at)
    if details is None or moment is None:
        return None
    try:
        return Line(id=number, at=moment, rows=rows, details=details_of(details), **told)  # type: ignore[arg-type]  # it refuses what is no text
    except NotALine:
        return None


def read_moment(value: Any) -> datetime | None:
    """Return a moment of `moment_of`; None if it is none."""
    try:
        at = datetime.fromisoformat((_text(value) or "").removesuffix(" AD"))
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _text(value: Any) -> str | None:
    try:
        return value.decode() if isinstance(value, bytes) else value
    except UnicodeDecodeError:
        return None
