"""How is the input described to others? As a JSON schema and as tables for `docs/data.md`.

Both come from the one definition in `tables.py`; a test holds what is in the repository to it.
"""

import json
from typing import Any

from etmaal.engine.intake.schema import LONGEST_ID, LONGEST_LIST, Column, Kind, Table
from etmaal.engine.intake.tables import TABLES

BEGIN = "<!-- made from the code by make docs: begin -->"
END = "<!-- made from the code by make docs: end -->"
_FORMS = {
    Kind.ID: "id",
    Kind.NOTE: "text",
    Kind.TIME: "time",
    Kind.WORD: "word",
    Kind.ADDRESS: "IP address",
    Kind.COUNTRY: "two letters",
    Kind.NUMBERS: "AS numbers",
    Kind.PREFIXES: "addresses",
}


def json_schema() -> dict[str, Any]:
    """Return a JSON schema (2020-12) of a folder: for each table an array of rows as text."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Etmaal input tables",
        "description": "Every value as text, as in a CSV; an empty text is as good as none.",
        "type": "object",
        "required": [table.name for table in TABLES if table.needed],
        "properties": {
            table.name: {
                "description": table.meaning,
                "type": "array",
                "items": {"$ref": f"#/$defs/{table.name}"},
            }
            for table in TABLES
        },
        "$defs": {table.name: _row(table) for table in TABLES},
    }


def schema_text() -> str:
    """Return the JSON schema as it stands in `docs/schema/tables.schema.json`."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _row(table: Table) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(table.required),
        "additionalProperties": False,
        "properties": {column.name: _value(column) for column in table.columns},
    }


def _value(column: Column) -> dict[str, Any]:
    said = {"type": "string", "description": f"{column.meaning} {_if_empty(column)}".rstrip()}
    rule = _rule(column)
    if column.required:
        return said | {"minLength": 1} | rule
    return said | {"anyOf": [{"const": ""}, rule]} if rule else said


def _rule(column: Column) -> dict[str, Any]:
    match column.kind:
        case Kind.ID:
            return {"maxLength": LONGEST_ID, "not": {"pattern": "://"}}
        case Kind.NOTE:
            return {"not": {"pattern": "://"}}
        case Kind.TIME:
            return {"format": "date-time"}
        case Kind.WORD:
            return {"enum": [str(word) for word in column.words]}
        case Kind.ADDRESS:
            return {"anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]}
        case Kind.COUNTRY:
            return {"pattern": "^[A-Za-z]{2}$"}
        case Kind.NUMBERS | Kind.PREFIXES:
            return {"maxLength": LONGEST_LIST}


def _if_empty(column: Column) -> str:
    return "" if column.required else f"Empty: {column.empty}."


def filled(page: str) -> str:
    """Return `docs/data.md` with the tables of columns put in again between their two marks.

    Raises:
        ValueError: if the page lacks the marks.
    """
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"the page must hold {BEGIN} and {END}")
    tables = "\n".join(_section(table) for table in TABLES)
    return f"{before}{BEGIN}\n\n{tables}\n{END}{after}"


def _section(table: Table) -> str:
    lines = [
        f"### `{table.name}`",
        "",
        table.meaning + (" It must be there." if table.needed else " May be absent."),
        "",
        "| column | form | meaning | empty means |",
        "|---|---|---|---|",
        *(_line(column) for column in table.columns),
        "",
    ]
    return "\n".join(lines)


def _line(column: Column) -> str:
    form = _FORMS[column.kind]
    if column.words:
        form = ", ".join(f"`{word}`" for word in column.words)
    empty = "**must be there**" if column.required else column.empty
    return f"| `{column.name}` | {form} | {column.meaning} | {empty} |"
