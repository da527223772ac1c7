"""How a table's text becomes typed rows, each with the first rule it breaks: SQL from the schema.

The words that go to the reject file are constants: a value never leaves its row.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

from etmaal.engine.intake.schema import (
    LONGEST_ID,
    LONGEST_LIST,
    OLDEST,
    Column,
    Kind,
    Table,
)

# ISO 8601 with a zone: seconds and their parts may be left out, the zone may not.
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?"
_LOCAL = rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[T ]{_CLOCK}"
_ZONED = rf"{_LOCAL}(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)"
_DAY_OR_LOCAL = rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}([T ]{_CLOCK})?"

_ASN = "(AS|as)?[0-9]{1,10}"
_PREFIX = "[0-9A-Fa-f:.]{2,45}(/[0-9]{1,3})?"
_LISTS = {
    Kind.NUMBERS: (_ASN, "not AS numbers with spaces between, such as 64496 64497"),
    Kind.PREFIXES: (
        _PREFIX,
        "not addresses or prefixes with spaces between, such as 192.0.2.0/24 2001:db8::/32",
    ),
}
_URL = "looks like an address on the web: give an opaque number; the value is not repeated here"
_NO_ZONE = "no zone: give one, e.g. 2019-06-01T12:00:00Z"
_NO_TIME = "not a time: write an existing day and hour as 2019-06-01T12:00:00Z"
_FUTURE = "in the future: check the clock and the zone"
_OLD = "before 1990: check the year"
_EMPTY = "empty, but needed in every row"
_CONTROL = "holds a control character, an invisible one or a line break: take it out"
_COUNTRY = "not the two letters of a country, such as NL; leave it empty if not known"
NO_ADDRESS = "not an IP address such as 192.0.2.1 or 2001:db8::1"


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which a row can be wrong. ``broken`` is an SQL condition."""

    column: str
    broken: str
    reason: str


@dataclass(frozen=True, slots=True)
class Given:
    """The rows as they lie in a file.

    ``relation`` may stand after FROM, ``number`` gives the row's number, and ``text`` names, for
    each column that is there, an expression for what it holds: text, or a moment with a zone.
    """

    relation: str
    number: str
    text: Mapping[str, str]
    moments: frozenset[str] = frozenset()


def quoted(name: str) -> str:
    """Quote a name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text for SQL."""
    return "'" + text.replace("'", "''") + "'"


def _raw(column: Column) -> str:
    return quoted(f"{column.name} as given")


def _typed(column: Column, *, moment: bool) -> str:
    raw = _raw(column)
    match column.kind:
        case Kind.TIME if moment:
            return f"CASE WHEN isfinite({raw}) THEN epoch_us({raw}) END"
        case Kind.TIME:
            return (
                f"CASE WHEN regexp_full_match({raw}, '{_ZONED}') "
                f"THEN epoch_us(TRY_CAST({raw} AS TIMESTAMPTZ)) END"
            )
        case Kind.WORD:
            return f"lower({raw})"
        case Kind.COUNTRY:
            return f"upper({raw})"
        case _:
            return raw


def faults(table: Table, given: Container[str]) -> tuple[Fault, ...]:
    """Return the rules of a table that its given columns can break, in the order of testing."""
    found = [f for c in table.columns if c.name in given for f in _faults_of(c)]
    found += [Fault(o.column, o.broken, o.reason) for o in table.orders if o.column in given]
    return tuple(found)


def _faults_of(column: Column) -> Iterator[Fault]:
    for broken, reason in _broken(column):
        yield Fault(column.name, broken, reason)


def _broken(column: Column) -> Iterator[tuple[str, str]]:
    typed, raw = quoted(column.name), _raw(column)
    if column.required:
        yield f"{raw} IS NULL", _EMPTY
    match column.kind:
        case Kind.TIME:
            yield from _broken_times(column)
        case Kind.WORD:
            words = ", ".join(literal(w) for w in column.words)
            yield f"{typed} NOT IN ({words})", f"not one of: {', '.join(column.words)}"
        case Kind.COUNTRY:
            yield f"NOT regexp_full_match({typed}, '[A-Z]{{2}}')", _COUNTRY
        case Kind.ID:
            yield _holds_url(raw), _URL
            yield f"length({raw}) > {LONGEST_ID}", f"longer than {LONGEST_ID} characters"
            yield rf"regexp_matches({raw}, '[\p{{Cc}}\p{{Cf}}]')", _CONTROL
        case Kind.NOTE:
            yield _holds_url(raw), _URL
            yield rf"regexp_matches({raw}, '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]')", _CONTROL
        case Kind.NUMBERS | Kind.PREFIXES:
            pattern, reason = _LISTS[column.kind]
            yield f"length({raw}) > {LONGEST_LIST}", f"longer than {LONGEST_LIST} characters"
            yield f"NOT regexp_full_match({raw}, '{pattern}( +{pattern})*')", reason
        case Kind.ADDRESS:
            return  # `addresses.py` reads the distinct ones


_SCHEMELESS = (r"^//", r"(?i)^(www\.|hxxps?:)", r"(?i)[a-z0-9-]+\.[a-z]{2,}[/?#:]")


def _holds_url(raw: str) -> str:
    marks = ("://", "%3A%2F", "%3a%2f")
    held = [f"contains({raw}, {literal(mark)})" for mark in marks]
    # A host and a path without a scheme, or what a browser would open all the same.
    held += [f"regexp_matches({raw}, {literal(pattern)})" for pattern in _SCHEMELESS]
    return " OR ".join(held)


def _broken_times(column: Column) -> Iterator[tuple[str, str]]:
    typed, raw = quoted(column.name), _raw(column)
    unread = f"{typed} IS NULL AND {raw} IS NOT NULL"
    local = f"regexp_full_match(CAST({raw} AS VARCHAR), '{_DAY_OR_LOCAL}')"
    real = f"TRY_CAST(CAST({raw} AS VARCHAR) AS TIMESTAMP) IS NOT NULL"
    yield f"{unread} AND {local} AND {real}", _NO_ZONE
    yield unread, _NO_TIME
    yield f"{typed} < epoch_us(TIMESTAMPTZ '{OLDEST}')", _OLD
    if not column.may_come:
        yield f"{typed} > $now", _FUTURE


def load(table: Table, given: Given, rules: tuple[Fault, ...]) -> str:
    """Return the statement that reads ``given`` into the table ``loaded`` of typed rows.

    Its columns: ``row``, every column of the schema (null where not given), and ``fault``, the
    place in ``rules`` of the first one broken (null: none). It takes the parameter ``now``,
    microseconds since 1970.
    """
    here = [c for c in table.columns if c.name in given.text]
    raw = [f"{given.text[c.name]} AS {_raw(c)}" for c in here]
    typed = [f"{_typed(c, moment=c.name in given.moments)} AS {quoted(c.name)}" for c in here]
    typed += [
        f"CAST(NULL AS {c.stored_as}) AS {quoted(c.name)}" for c in table.columns if c not in here
    ]
    tests = " ".join(f"WHEN {rule.broken} THEN {place}" for place, rule in enumerate(rules))
    tests = tests or "WHEN false THEN 0"  # a table that is not there
    names = ", ".join(quoted(name) for name in table.names)
    return (
        "CREATE TEMP TABLE loaded AS "  # noqa: S608 - names and rules from the schema
        f"WITH given AS (SELECT {given.number} AS row, {', '.join(raw)} FROM {given.relation}), "
        f"typed AS (SELECT *, {', '.join(typed)} FROM given) "
        f"SELECT row, {names}, CAST(CASE {tests} END AS SMALLINT) AS fault FROM typed"
    )
