"""`etmaal world` as a user meets it: what it writes, says and refuses."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from etmaal.cli.main import main


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["world", *map(str, arguments)])


@pytest.mark.slow
def test_it_writes_a_tables_folder_and_says_what_is_in_it(tmp_path: Path) -> None:
    result = run("--preset", "small", "--seed", "1", "--scale", "0.02", "--out", tmp_path / "w")

    assert result.exit_code == 0, result.stderr
    assert "notices.csv" in result.stdout and "sightings.parquet" in result.stdout
    assert (tmp_path / "w" / "truth" / "providers.csv").is_file()
    assert result.stderr == ""  # no progress bar where nobody looks on


@pytest.mark.slow
def test_json_gives_the_rows_of_each_file_and_the_truth(tmp_path: Path) -> None:
    result = run("--scale", "0.02", "--out", tmp_path / "w", "--json")

    summary = json.loads(result.stdout)
    lines = (tmp_path / "w" / "notices.csv").read_text(encoding="utf-8").splitlines()
    assert summary["rows"]["notices.csv"] == len(lines) - 1
    assert (summary["preset"], summary["seed"], summary["scale"]) == ("small", 1, 0.02)
    assert {t["provider"]: t["share_in_time"] for t in summary["truth"]}["p02"] == 0.97


@pytest.mark.slow
def test_one_seed_gives_the_same_bytes_twice_and_another_seed_others(tmp_path: Path) -> None:
    for folder, seed in (("a", "5"), ("b", "5"), ("c", "6")):
        assert run("--scale", "0.02", "--seed", seed, "--out", tmp_path / folder).exit_code == 0

    a, b, c = ((tmp_path / f / "sightings.parquet").read_bytes() for f in "abc")
    assert a == b
    assert a != c


@pytest.mark.parametrize(
    ("story", "arguments", "says"),
    [
        ("an unknown preset", ("--preset", "atlantis", "--out", "w"), "small"),
        ("no folder given", (), "--out"),
        ("a seed below zero", ("--seed", "-1", "--out", "w"), "--seed"),
        ("a world of nothing", ("--scale", "0", "--out", "w"), "--scale"),
        ("a world too large for any machine", ("--scale", "1e9", "--out", "w"), "--scale"),
    ],
)
def test_wrong_usage_exits_2_and_says_what_is_right(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    story: str,
    arguments: tuple[str, ...],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)

    result = run(*arguments)

    assert result.exit_code == 2
    assert says in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_else_is_refused_with_exit_1(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")

    result = run("--out", tmp_path)

    assert result.exit_code == 1
    assert "thesis.txt" in result.stderr
    assert "Traceback" not in result.output
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_help_shows_an_example() -> None:
    result = run("--help")

    assert result.exit_code == 0
    assert "etmaal world --preset small --seed 1 --out world/" in result.stdout
