"""A small, fixed part of the proof behind the method page, and that the page tells the whole of it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def proved(tmp_path: Path, *studies: str) -> dict[str, list[dict[str, object]]]:
    """Carry out a sample of some studies; return their tables by title."""
    chosen = [word for study in studies for word in ("--study", study)]
    run = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "proof"), "--quick", "--out", str(tmp_path), *chosen],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr.rsplit("\r", 1)[-1]
    found = json.loads((tmp_path / "proof.json").read_text())
    return {table["title"]: table["rows"] for table in found["tables"]}


@pytest.mark.slow
def test_of_a_provider_far_below_the_floor_it_is_told_and_published_answers_are_met(
    tmp_path: Path,
) -> None:
    tables = proved(tmp_path, "power", "published")

    told = {row["sites and items"]: row for row in tables["How often it is told"]}
    assert told["200 uneven sites, 4 items on the middle one"]["lax at 0.7"] > 98
    assert told["25 uneven sites, 4 items on the middle one"]["lax at 0.5"] < 3  # few_sites
    assert all(row["agrees"] == "yes" for row in tables["Published answers"])


@pytest.mark.slow
def test_at_the_floor_lax_is_hardly_ever_said(tmp_path: Path) -> None:
    rows = proved(tmp_path, "floor")["False verdicts where the truth is the floor"]

    for word in ("lax", "meets"):
        wrong = [row[f"wrongly {word}, % of judged"] for row in rows]
        assert len(wrong) > 50
        assert sum(wrong) / len(wrong) < 0.5  # a bound is meant to fail in 0.5 %
        assert max(wrong) < 2.5  # of 200 to 500 judged worlds of a kind


def test_the_method_page_gives_the_figures_of_the_full_proof() -> None:
    method = (ROOT / "docs" / "method.md").read_text()
    proof = (ROOT / "docs" / "proof.md").read_text()

    for title in ("How often it is told", "Where something is at fault", "What the grid costs"):
        section = proof.split(f"### {title}")[1].split("\n### ")[0]
        rows = [line for line in section.splitlines() if line.startswith("|")]
        assert len(rows) > 3
        assert all(row in method for row in rows), title
