"""`etmaal world --as scart` as a user meets it."""

from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from etmaal.cli.main import main


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["world", "--scale", "0.02", *map(str, arguments)])


def digests(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@pytest.mark.slow
def test_it_writes_dumps_and_exports_and_no_tables_but_the_outages(tmp_path: Path) -> None:
    result = run("--as", "scart", "--out", tmp_path / "w")

    files = set(digests(tmp_path / "w"))
    assert result.exit_code == 0, result.output
    assert {
        f"dumps/{t}.csv" for t in ("input", "input_history", "ntd", "ntd_url", "abusecontact")
    } < files
    assert {
        *("exports/export-20260215000000.csv", "exports/exportNTD.csv", "exports/console/ntd.csv"),
        *("registry.csv", "outages.csv", "truth/items.csv", "truth/cases.csv", "truth/world.json"),
    } < files
    assert not {"notices.csv", "sightings.parquet", "events.csv", "providers.csv"} & files
    assert "dumps/input.csv" in result.stdout and "exports/mail" not in result.stdout
    head = (tmp_path / "w" / "outages.csv").read_text(encoding="utf-8").splitlines()[0]
    assert head == "from,before"  # SCART looks from one place


@pytest.mark.slow
def test_one_seed_gives_the_same_bytes_twice_and_the_same_truth_as_tables(tmp_path: Path) -> None:
    for folder, form in (("a", "scart"), ("b", "scart"), ("t", "tables")):
        assert run("--seed", "5", "--as", form, "--out", tmp_path / folder).exit_code == 0

    a, b, t = (digests(tmp_path / folder) for folder in "abt")
    assert a == b
    shared = ("truth/items.csv", "truth/providers.csv", "registry.csv")
    assert [a[name] for name in shared] == [t[name] for name in shared]


@pytest.mark.slow
def test_a_world_as_scart_is_replaced_by_one_as_tables(tmp_path: Path) -> None:
    assert run("--as", "scart", "--out", tmp_path / "w").exit_code == 0
    assert run("--out", tmp_path / "w").exit_code == 0

    assert (tmp_path / "w" / "notices.csv").is_file()
    assert not (tmp_path / "w" / "dumps").exists()


@pytest.mark.slow
def test_times_are_local_to_the_zone_that_is_asked_for(tmp_path: Path) -> None:
    result = run("--as", "scart", "--zone", "Europe/Amsterdam", "--out", tmp_path / "w")

    assert result.exit_code == 0, result.output
    assert (tmp_path / "w" / "exports" / "export-20260215010000.csv").is_file()


@pytest.mark.parametrize(
    ("story", "arguments", "says"),
    [
        ("a zone for tables", ("--zone", "UTC"), "--zone goes with --as scart"),
        ("no such zone", ("--as", "scart", "--zone", "Mars/Base"), "there is no zone"),
        ("a zone that is a path", ("--as", "scart", "--zone", "../etc"), "there is no zone"),
        ("no such form", ("--as", "paper"), "paper"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(
    tmp_path: Path, story: str, arguments: tuple[str, ...], says: str
) -> None:
    result = run(*arguments, "--out", tmp_path / "w")

    assert result.exit_code == 2
    assert says in result.output
    assert not (tmp_path / "w").exists()
