"""`etmaal attribute` as a user meets it: what it prints, writes and refuses."""

import gzip
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from etmaal.cli.main import main

ROUTES = "prefix,asn\n198.18.0.0/24,64500\n198.18.1.0/24,64501\n"
REGISTRY = "provider,asns\nacme,AS64500\n"
NOTICES = """notice,item,ip,noticed_at
1,a,198.18.0.1,2019-06-02T10:00:00Z
2,b,198.18.1.1,2019-09-02T10:00:00Z
3,c,10.0.0.1,2019-06-02T10:00:00Z
4,d,not an address,2019-06-02T10:00:00Z
"""


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "notices.csv").write_text(NOTICES)
    return folder


@pytest.fixture
def routes(tmp_path: Path) -> Path:
    file = tmp_path / "routes_20190601.csv"
    file.write_text(ROUTES)
    return file


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["attribute", *map(str, arguments)])


def test_it_writes_the_attributions_and_says_how_many_came_to_what(
    tables: Path, routes: Path, tmp_path: Path
) -> None:
    (tmp_path / "registry.csv").write_text(REGISTRY)

    result = run(tables, "--routes", routes, "--registry", tmp_path / "registry.csv")

    assert result.exit_code == 0, result.output
    assert [line.split() for line in result.stdout.splitlines()] == [
        "attributions.parquet: 3 pairs of address and day".split(),
        "resolved 1 33.3%".split(),
        "too_far 1 33.3%".split(),
        "special 1 33.3%".split(),
        "by routing table".split(),
        "2019-06-01 IPv4 3 1 to 93 days off routes_20190601.csv".split(),
    ]
    assert "1 pair is attributed by a table more than 30 days off" in result.stderr
    assert "notices: 1 row could not be used" in result.stderr
    found = pq.read_table(tables / "attributions.parquet", columns=["ip", "provider"]).to_pylist()
    assert found == [
        {"ip": "10.0.0.1", "provider": "unresolved"},
        {"ip": "198.18.0.1", "provider": "acme"},
        {"ip": "198.18.1.1", "provider": "AS64501"},
    ]


def test_machines_get_the_same_counts_as_json(tables: Path, routes: Path) -> None:
    result = run(tables, "--routes", routes, "--json")

    assert json.loads(result.stdout) == {
        "rows": 3,
        "states": {
            "resolved": 1,
            "several_origins": 0,
            "front": 0,
            "too_far": 1,
            "special": 1,
            "no_prefix": 0,
        },
        "days_off": {"least": 1, "most": 93},
        "far_days": 30,
        "tables": [
            {
                "name": "routes_20190601.csv",
                "date": "2019-06-01",
                "versions": [4],
                "rows": 3,
                "days_off": {"least": 1, "most": 93},
            }
        ],
        "skipped": {"notices": 1},
    }


def test_a_day_may_be_said_beside_the_file_and_all_be_attributed_as_on_one(
    tables: Path, tmp_path: Path
) -> None:
    for name in ("first.csv", "second.csv"):
        (tmp_path / name).write_text(ROUTES)

    result = run(
        tables,
        *("--routes", f"{tmp_path / 'first.csv'}@2019-06-01"),
        *("--routes", f"{tmp_path / 'second.csv'}@2019-09-01"),
        *("--at", "2019-06-01", "--json"),
    )

    found = json.loads(result.stdout)
    assert [(table["date"], table["rows"]) for table in found["tables"]] == [
        ("2019-06-01", 3),
        ("2019-09-01", 0),
    ]
    assert found["tables"][1]["days_off"] is None


def test_the_folders_own_providers_are_the_register_where_none_is_given(
    tables: Path, routes: Path
) -> None:
    (tables / "providers.csv").write_text("provider,asns\nacme,64500\n")

    run(tables, "--routes", routes)

    found = pq.read_table(tables / "attributions.parquet")
    assert "acme" in found["provider"].to_pylist()


@pytest.mark.parametrize(
    ("story", "name", "content", "words"),
    [
        ("no day in its name", "routes.csv", ROUTES.encode(), "routes.csv@2019-06-01"),
        ("not there", "gone_20190601.csv", None, "No such file"),
        (
            "cut off",
            "cut_20190601.csv.gz",
            gzip.compress(ROUTES.encode(), mtime=0)[:-12],
            "copy it again",
        ),
        ("not a table", "page_20190601.csv", b"<html>\n", "line 1"),
    ],
)
def test_a_routing_table_that_cannot_be_used_ends_with_1_and_a_remedy(
    tables: Path, tmp_path: Path, story: str, name: str, content: bytes | None, words: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)

    result = run(tables, "--routes", file)

    assert result.exit_code == 1, story
    assert result.stdout == ""
    assert name in result.stderr
    assert words in result.stderr
    assert not (tables / "attributions.parquet").exists()


@pytest.mark.parametrize(
    ("story", "notices", "words"),
    [
        ("no addresses", "notice,item,noticed_at\n1,a,2019-06-02T10:00:00Z\n", "nothing to attribute"),
        ("no notices", None, "no notices"),
    ],
)  # fmt: skip
def test_a_folder_with_nothing_to_attribute_ends_with_1(
    tables: Path, routes: Path, story: str, notices: str | None, words: str
) -> None:
    (tables / "notices.csv").unlink()
    if notices is not None:
        (tables / "notices.csv").write_text(notices)

    result = run(tables, "--routes", routes)

    assert (result.exit_code, words in result.stderr) == (1, True), story


def test_a_folder_that_is_not_there_ends_with_1(routes: Path) -> None:
    result = run("nowhere", "--routes", routes)

    assert result.exit_code == 1
    assert "there is no folder nowhere" in result.stderr


def test_a_register_that_contradicts_itself_ends_with_1(
    tables: Path, routes: Path, tmp_path: Path
) -> None:
    (tmp_path / "registry.csv").write_text("provider,asns\nacme,64500\nother,64500\n")

    result = run(tables, "--routes", routes, "--registry", tmp_path / "registry.csv")

    assert result.exit_code == 1
    assert "registry.csv, line 3" in result.stderr


@pytest.mark.parametrize("arguments", [[], ["--routes"], ["--routes", "x", "--at", "yesterday"]])
def test_wrong_usage_ends_with_2(tables: Path, arguments: list[str]) -> None:
    assert run(tables, *arguments).exit_code == 2


def test_help_gives_examples() -> None:
    result = run("--help")

    assert result.exit_code == 0
    assert "etmaal attribute tables/ --routes ipasn_20190601.dat.gz" in result.stdout
