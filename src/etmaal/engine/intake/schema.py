"""What a table and a column are: their kinds, their rules, and the words for what breaks them."""

from dataclasses import dataclass
from enum import StrEnum

LONGEST_ID = 200  # characters; the numbers hotlines use are far shorter, addresses of pages longer
LONGEST_LIST = 100_000
OLDEST = "1990-01-01T00:00:00Z"  # before the web; a year before it is a slip of the pen


class Kind(StrEnum):
    """How a column's text is read."""

    ID = "id"  # opaque: compared, counted, never taken apart
    NOTE = "note"  # free text on one or more lines
    TIME = "time"
    WORD = "word"  # one of a fixed list
    ADDRESS = "address"
    COUNTRY = "country"
    NUMBERS = "numbers"  # AS numbers
    PREFIXES = "prefixes"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an input table. ``empty`` says what an empty value means."""

    name: str
    kind: Kind
    meaning: str
    empty: str = "not known"
    required: bool = False  # the column must be there and hold a value in every row
    words: tuple[str, ...] = ()
    may_come: bool = False  # a time that may lie in the future

    @property
    def stored_as(self) -> str:
        """Return the type in the staged Parquet; times are microseconds since 1970, UTC."""
        return "BIGINT" if self.kind is Kind.TIME else "VARCHAR"


@dataclass(frozen=True, slots=True)
class Order:
    """Two columns of one row that contradict each other where ``broken`` holds.

    ``broken`` is an SQL condition over the typed columns; null counts as kept.
    """

    column: str
    broken: str
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """One input table; ``key`` names the column that no two different rows may share."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    needed: bool = False
    key: str | None = None
    orders: tuple[Order, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns if c.required)
