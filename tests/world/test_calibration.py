"""The published figures, each reproduced by the made-up years within its tolerance."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
FIGURES = [f"F{number}" for number in range(1, 20)]


@pytest.fixture(scope="module")
def printed() -> dict[str, Any]:
    """Make the four years on the real road, once: what the script of the page prints."""
    script = [sys.executable, str(ROOT / "benchmarks" / "calibration.py"), "--json"]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("number", FIGURES)
def test_a_published_figure_is_reproduced(printed: dict[str, Any], number: str) -> None:
    [figure] = [f for f in printed["figures"] if f["id"] == number]
    sys.stdout.write("{id} {what}: {published} | {reproduced}\n".format(**figure))

    assert figure["holds"], figure


def test_the_page_says_what_the_years_give(printed: dict[str, Any]) -> None:
    page = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8")

    assert page == printed["page"], "make it again: benchmarks/calibration.py --page"
