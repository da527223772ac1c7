"""`etmaal compare`: what a user sees, and what happens when it cannot be done."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from etmaal.cli.main import main

pytestmark = pytest.mark.slow


def edition(
    place: Path,
    first: str,
    before: str,
    in_time: int,
    *,
    breaks: str = "",
    providers: str = "",
    who: tuple[str, ...] = ("p", "q"),
    online_at: float = 3,
    gone_at: float = 5,
) -> Path:
    """Make an edition of two providers with sixty items each, by the command itself."""
    folder = place / "tables"
    folder.mkdir(parents=True)
    notices, looks = ["notice,item,site,provider,noticed_at"], ["item,at,seen,by"]
    start = datetime.fromisoformat(f"{first}T12:00:00+00:00")
    for provider in who:
        for k in range(60):
            at = start + timedelta(hours=k)
            notices.append(
                f"n{provider}{k},i{provider}{k},s{provider}{k},{provider},{at.isoformat()}"
            )
            hours = ((online_at, "online"), (gone_at, "gone")) if k < in_time else ((40, "online"),)
            for after, seen in hours:
                looks.append(
                    f"i{provider}{k},{(at + timedelta(hours=after)).isoformat()},{seen},hotline"
                )
    (folder / "notices.csv").write_text("\n".join(notices) + "\n")
    (folder / "sightings.csv").write_text("\n".join(looks) + "\n")
    if breaks:
        (folder / "breaks.csv").write_text(breaks)
    if providers:
        (folder / "providers.csv").write_text(providers)
    as_of = datetime.fromisoformat(before).replace(tzinfo=UTC) + timedelta(days=20)
    made = CliRunner().invoke(main, [
        "monitor", str(folder), "--out", str(place / "edition"), "--from", first, "--before", before,
        "--as-of", as_of.isoformat(),
    ])  # fmt: skip
    assert made.exit_code == 0, made.output
    return place / "edition"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    place = tmp_path_factory.mktemp("pair")
    return (
        edition(place / "a", "2025-01-02", "2025-02-01", 20),
        edition(place / "b", "2025-03-02", "2025-04-01", 50),
    )


def run(pair: tuple[Path, Path], out: Path, *options: str) -> Result:
    return CliRunner().invoke(
        main, ["compare", str(pair[0]), str(pair[1]), "--out", str(out), *options]
    )


def test_a_table_is_printed_and_four_files_are_written(
    pair: tuple[Path, Path], tmp_path: Path
) -> None:
    result = run(pair, tmp_path / "out", "--warned", "p")

    assert result.exit_code == 0, result.output
    assert "+50.0" in result.stdout
    assert result.stdout.count("improved  ") == 2
    assert "warned less not warned: +0.0 points" in result.stdout
    assert "not the same: time_between (29): keep in mind" in result.stderr
    assert len(list((tmp_path / "out").iterdir())) == 4


def test_json_is_what_the_file_says(pair: tuple[Path, Path], tmp_path: Path) -> None:
    result = run(pair, tmp_path / "out", "--json")

    assert json.loads(result.stdout) == json.loads((tmp_path / "out/comparison.json").read_text())


def test_who_was_warned_may_stand_in_a_file(pair: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "warned.txt").write_text("\ufeffp\n\n")

    result = run(pair, tmp_path / "out", "--warned-from", str(tmp_path / "warned.txt"), "--json")

    assert [c["warned"] for c in json.loads(result.stdout)["changes"]] == [True, False]


@pytest.mark.parametrize(
    ("story", "options", "code", "message"),
    [
        ("nobody named", ["--warned", " , "], 1, "nobody is named as warned"),
        ("a stranger named", ["--warned", "x"], 1, "in neither edition: x"),
        ("no pair", ["--same", "p"], 2, "'p' is not OLD=NEW"),
        ("a pair that is not there", ["--same", "x=p"], 1, "no provider 'x'"),
        ("no such file", ["--warned-from", "nowhere"], 1, "nowhere cannot be read"),
    ],
)
def test_what_cannot_be_is_said_without_a_trace(
    pair: tuple[Path, Path], tmp_path: Path, story: str, options: list[str], code: int, message: str
) -> None:
    result = run(pair, tmp_path / "out", *options)

    assert result.exit_code == code
    assert message in result.output
    assert "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("story", "which", "message"),
    [
        ("the same twice", (0, 0), "the earlier edition first"),
        ("the wrong way round", (1, 0), "the earlier edition first"),
    ],
)
def test_two_that_do_not_compare_are_refused(
    pair: tuple[Path, Path], tmp_path: Path, story: str, which: tuple[int, int], message: str
) -> None:
    result = run((pair[which[0]], pair[which[1]]), tmp_path / "out")

    assert result.exit_code == 1
    assert list(tmp_path.iterdir()) == []
    assert ("overlap" if which == (0, 0) else message) in result.output


def test_no_edition_and_a_place_that_is_taken_are_refused(
    pair: tuple[Path, Path], tmp_path: Path
) -> None:
    assert "nothing is no edition" in run((tmp_path / "nothing", pair[1]), tmp_path / "o").output
    assert "holds something else" in run(pair, pair[0]).output
    assert run(pair, tmp_path / "out").exit_code == 0
    again = run(pair, tmp_path / "out", "--warned", "p")
    assert (again.exit_code, "says something else" in again.output) == (1, True)
    assert run(pair, tmp_path / "out", "--warned", "p", "--replace").exit_code == 0


def test_across_a_break_the_terminal_says_so(pair: tuple[Path, Path], tmp_path: Path) -> None:
    told = "at,kind,detail\n2025-02-15T00:00:00Z,checker,Other looks.\n"
    later = edition(tmp_path / "b", "2025-03-02", "2025-04-01", 50, breaks=told)

    result = run((pair[0], later), tmp_path / "out")

    assert (
        "checker (from 2025-02-15, Other looks.): nobody is said to have improved" in result.stderr
    )
    assert "method_changed" in result.stdout
    assert "improved  " not in result.stdout


def test_a_provider_is_called_by_its_name_beside_its_id(
    pair: tuple[Path, Path], tmp_path: Path
) -> None:
    names = "provider,name\np,Example Hosting North\nq,q\n"
    later = edition(tmp_path / "b", "2025-03-02", "2025-04-01", 50, providers=names)

    result = run((pair[0], later), tmp_path / "out")

    assert "\np Example Hosting North  " in result.stdout
    assert "\nq  " in result.stdout


def test_the_terminal_too_says_whose_checks_lie_otherwise(
    pair: tuple[Path, Path], tmp_path: Path
) -> None:
    later = edition(tmp_path / "b", "2025-03-02", "2025-04-01", 50, online_at=1, gone_at=23)

    result = run((pair[0], later), tmp_path / "out")

    assert result.stdout.count("checks on record lie farther or less far apart") == 2
    assert "checks on record lie otherwise for 2 providers: keep in mind" in result.stderr


@pytest.mark.parametrize(
    ("story", "warned", "said"),
    [
        ("everybody warned", "p,q", "not told: 2 of 2 warned and 0 of 0 others could be counted"),
        ("no word on what comes by itself", "p",
         "itself: not told, with fewer than 4 providers before to compare with"),
        ("one that is too small", "r",
         "not told: 0 of 1 warned and 2 of 2 others could be counted (r: only_after)"),
    ],
)  # fmt: skip
def test_where_those_warned_cannot_be_compared_the_reason_is_told(
    pair: tuple[Path, Path], tmp_path: Path, story: str, warned: str, said: str
) -> None:
    later = pair[1]
    if warned == "r":
        later = edition(tmp_path / "b", "2025-03-02", "2025-04-01", 50, who=("p", "q", "r"))

    result = run((pair[0], later), tmp_path / "out", "--warned", warned)

    assert result.exit_code == 0, result.output
    assert said in result.stdout
    assert "- points" not in result.stdout and "(-)" not in result.stdout


def test_the_terminal_says_whose_networks_changed_and_what_withholds_naming(
    tmp_path: Path,
) -> None:
    listed = "provider,name,asns\np,p,{}\nq,q,64501\n"
    pair = (
        edition(tmp_path / "a", "2025-01-02", "2025-02-01", 20, providers=listed.format("64500")),
        edition(tmp_path / "b", "2025-02-03", "2025-03-01", 21, providers=listed.format("64510")),
    )

    result = run(pair, tmp_path / "out")

    assert result.exit_code == 0, result.output
    assert "not the same: networks (p): these are not said to have improved" in result.stderr
    assert "not the same: too_soon (2025-02-21T00:00:00Z before, 2025-02-03 after): nobody" in (
        result.stderr
    )
    assert (
        "networks_changed (register), naming withheld (too_soon, networks_changed)" in result.stdout
    )
    assert "naming withheld (too_soon)" in result.stdout
