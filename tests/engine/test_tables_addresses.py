"""Addresses get one spelling, and each distinct one is spelled once."""

from pathlib import Path

import pytest

from etmaal.engine.database import database
from etmaal.engine.intake.addresses import respell, spell

LONG, SHORT = "2001:0db8:0000::0001", "2001:db8::1"


@pytest.mark.parametrize("columns", [("ip",), ("ip", "other")])
def test_a_text_given_a_thousand_times_is_spelled_once(
    tmp_path: Path, columns: tuple[str, ...]
) -> None:
    with database(tmp_path) as db:
        db.run(
            "CREATE TABLE loaded AS SELECT $long AS ip, $short AS other FROM range(1000)",
            long=LONG,
            short=SHORT,
        )

        assert spell(db, columns, tmp_path)
        spelled = db.rows("SELECT given, address FROM spellings ORDER BY given")

    assert spelled == [(LONG, SHORT), (SHORT, SHORT)][: len(columns)]


def test_every_row_gets_the_one_spelling(tmp_path: Path) -> None:
    with database(tmp_path) as db:
        db.run("CREATE TABLE loaded AS SELECT range AS row, $long AS ip FROM range(3)", long=LONG)
        db.run("INSERT INTO loaded VALUES (3, 'nowhere'), (4, '192.0.2.1')")
        db.run("CREATE TABLE broken (row BIGINT, col TEXT, reason TEXT)")
        spell(db, ("ip",), tmp_path)

        respell(db, "ip")

        assert db.rows("SELECT row, ip FROM loaded ORDER BY row") == [
            (0, SHORT), (1, SHORT), (2, SHORT), (4, "192.0.2.1"),
        ]  # fmt: skip
        assert db.rows("SELECT row FROM broken") == [(3,)]
