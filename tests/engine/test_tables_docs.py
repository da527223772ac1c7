"""What the documents say of the input tables is what the code reads."""

import csv
import json
from pathlib import Path

import jsonschema
import pytest

from etmaal.engine.intake import checks, describe
from etmaal.engine.intake.mending import REASONS
from etmaal.engine.intake.tables import TABLES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "data.md"
SCHEMA = ROOT / "docs" / "schema" / "tables.schema.json"
EXAMPLES = ROOT / "tests" / "examples" / "tables"


def test_the_page_lists_every_column_as_the_code_reads_it() -> None:
    page = PAGE.read_text()

    assert describe.filled(page) == page, "run: make docs"


def test_the_schema_in_the_repository_is_that_of_the_code() -> None:
    assert SCHEMA.read_text() == describe.schema_text(), "run: make docs"
    jsonschema.Draft202012Validator.check_schema(json.loads(SCHEMA.read_text()))


def example_rows() -> dict[str, list[dict[str, str]]]:
    found = {}
    for table in TABLES:
        text = (EXAMPLES / f"{table.name}.csv").read_text()
        found[table.name] = list(csv.DictReader(text.splitlines(keepends=True)))
    return found


def test_the_example_folder_fits_the_schema() -> None:
    rows = example_rows()
    # The two values that are accepted in another spelling than the schema's.
    rows["notices"][3]["delivery"] = rows["notices"][3]["delivery"].lower()

    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text())).validate(rows)


@pytest.mark.parametrize(
    ("story", "table", "change"),
    [
        ("a URL for an id", "notices", {"item": "https://an.example/"}),
        ("an unknown word", "sightings", {"seen": "offline"}),
        ("an unknown column", "sightings", {"url": "x"}),
        ("nothing where something is needed", "events", {"item": ""}),
        ("a country's name", "providers", {"seat_country": "Netherlands"}),
    ],
)
def test_the_schema_refuses_what_the_code_rejects(
    story: str, table: str, change: dict[str, str]
) -> None:
    rows = example_rows()
    rows["notices"][3]["delivery"] = "bounced"
    rows[table][0] |= change

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(rows, json.loads(SCHEMA.read_text()))


def test_every_column_says_what_it_means_and_what_nothing_means_in_it() -> None:
    for table in TABLES:
        assert len(set(table.names)) == len(table.names)
        for column in table.columns:
            assert column.meaning.endswith(".")
            assert column.required or column.empty


def test_every_reason_for_a_rejection_names_its_remedy_or_its_rule() -> None:
    reasons = {f.reason for t in TABLES for f in checks.faults(t, t.names)}

    for reason in {*reasons, *REASONS, checks.NO_ADDRESS}:
        assert ":" in reason or "such as" in reason or "longer than" in reason or "empty" in reason
