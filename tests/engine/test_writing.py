"""Files with the same bytes each time."""

from pathlib import Path

import pytest

from etmaal.engine.columns import Column
from etmaal.engine.writing import (
    rounded,
    write_csv,
    write_json,
    write_parquet,
)

COLUMNS = (Column("name", "string", ""), Column("n", "integer", ""), Column("share", "number", ""))


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (float("nan"), ""),
        (float("inf"), ""),
        (-0.0, "0"),
        (1 / 3, "0.333333333"),
        (1e-12, "0"),
        (2.5e-8, "0.000000025"),
        (120000.0, "120000"),
        (1.0, "1"),
    ],
)
def test_a_number_is_written_to_nine_digits_and_what_is_not_known_is_empty(
    tmp_path: Path, value: float | None, cell: str
) -> None:
    write_csv(tmp_path / "t.csv", COLUMNS, [("p", 3, value)])

    assert (tmp_path / "t.csv").read_bytes() == f"name,n,share\np,3,{cell}\n".encode()


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    rows = [("p", 3, 0.1 + 0.2), ("q", 4, None)]
    for name in ("a", "b"):
        write_parquet(tmp_path / name, COLUMNS, rows)

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert rounded(0.1 + 0.2) == 0.3


def test_json_has_its_keys_in_order_and_no_number_that_is_none(tmp_path: Path) -> None:
    write_json(tmp_path / "x.json", {"b": 1, "a": "é"})

    assert (tmp_path / "x.json").read_text() == '{\n  "a": "é",\n  "b": 1\n}\n'
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "y.json", {"a": float("nan")})
