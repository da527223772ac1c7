"""`etmaal curve`: one file in, one share with its interval out; and a plain word for a bad file."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from etmaal.cli.main import main
from etmaal.cli.window_file import LONGEST

T1 = "after_hours,by_hours\n1,7\n8,8\n8,10\n7,16\n7,14\n17,\n37,44\n46,\n46,\n45,\n"


def run(folder: Path, content: str | bytes, *options: str) -> Result:
    path = folder / "windows.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return CliRunner().invoke(main, ["curve", str(path), *options])


def answer(folder: Path, content: str | bytes, *options: str) -> dict:
    result = run(folder, content, "--json", *options)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout, parse_constant=pytest.fail)


def test_the_published_windows_give_the_published_masses_t1(tmp_path: Path) -> None:
    got = answer(tmp_path, T1, "--hours", "24")

    assert list(got)[:7] == ["n", "hours", "share", "low", "high", "surely", "possibly"]
    assert (got["n"], got["hours"], got["surely"], got["possibly"]) == (10, 24, 0.5, 0.6)
    assert got["share"] == pytest.approx(0.5)
    assert 0 < got["low"] < got["share"] < got["high"] < 1
    masses = [(m["after"], m["by"], round(m["mass"], 6)) for m in got["masses"]]
    assert masses == [(1, 7, 0.1), (8, 8, 0.2), (8, 10, 0.2), (37, 44, 0.125), (46, None, 0.375)]
    assert all(m["low"] <= m["mass"] <= m["high"] for m in got["masses"])


@pytest.mark.parametrize(
    ("story", "content"),
    [
        ("a byte-order mark", b"\xef\xbb\xbf" + T1.encode()),
        ("line ends of another system", T1.replace("\n", "\r\n")),
        ("quoted fields", T1.replace("37,44", '"37","44"')),
        ("columns in another order", "by_hours,after_hours\n" + "".join(
            f"{','.join(reversed(line.split(',')))}\n" for line in T1.splitlines()[1:]
        )),
        ("empty lines", T1.replace("37,44\n", "\n37,44\n\n")),
        ("no line end at the end", T1.rstrip("\n")),
        ("spaces", T1.replace("37,44", " 37 , 44 ").replace("after_hours,", "after_hours , ")),
    ],
)  # fmt: skip
def test_a_file_may_come_from_anywhere(tmp_path: Path, story: str, content: str | bytes) -> None:
    assert answer(tmp_path, content) == answer(tmp_path, T1)


@pytest.mark.parametrize(
    ("story", "row", "hours", "surely", "possibly"),
    [
        ("gone exactly at the norm", "24,24", 24, 1, 1),
        ("gone just after", "24.001,24.001", 24, 0, 0),
        ("a window that ends at the norm", "23,24", 24, 1, 1),
        ("a window that starts at the norm", "24,25", 24, 0, 0),
        ("a window around the norm", "20,30", 24, 0, 1),
        ("online at the norm", "24,", 24, 0, 0),
        ("online at another norm", "10,", 8.5, 0, 0),
    ],
)
def test_counting_needs_no_curve(tmp_path: Path, story, row, hours, surely, possibly) -> None:
    got = answer(tmp_path, f"after_hours,by_hours\n{row}\n", "--hours", str(hours))

    assert (got["surely"], got["possibly"]) == (surely, possibly)
    assert got["surely"] <= got["share"] <= got["possibly"]
    assert (got["low"], got["high"]) == (0, 1)  # a single item tells nothing


def test_where_nothing_is_known_there_is_no_estimate(tmp_path: Path) -> None:
    rows = "after_hours,by_hours\n10,\n"

    got = answer(tmp_path, rows)

    assert (got["share"], got["low"], got["high"]) == (None, None, None)
    assert (got["surely"], got["possibly"]) == (0, 1)
    said = run(tmp_path, rows).stdout
    assert "removed within 24 hours: not known" in said and "surely 0.0 %" in said


def test_clusters_make_the_interval_wider(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    site = np.repeat(np.arange(20), 10)
    after = np.floor(rng.lognormal(3, 0.6, 20))[site]
    rows = list(zip(after, after + 1, site, strict=True))
    alone = "after_hours,by_hours\n" + "".join(f"{a},{b}\n" for a, b, _ in rows)
    named = "after_hours,by_hours,cluster\n" + "".join(f"{a},{b},s{s}\n" for a, b, s in rows)

    by_item, by_site = answer(tmp_path, alone), answer(tmp_path, named)

    assert by_site["effective_n"] == pytest.approx(20) and by_item["effective_n"] == 200
    assert by_site["share"] == by_item["share"]
    assert by_site["high"] - by_site["low"] > 2 * (by_item["high"] - by_item["low"])


def test_rows_without_a_cluster_are_each_their_own(tmp_path: Path) -> None:
    rows = "after_hours,by_hours,cluster\n1,2,a\n1,3,a\n2,5,\n3,9,\n"

    assert answer(tmp_path, rows)["effective_n"] == pytest.approx(16 / (4 + 1 + 1))


def test_late_entry_is_taken_in_and_said(tmp_path: Path) -> None:
    rows = "after_hours,by_hours,entry_hours\n2,2,0\n3,3,0\n3,3,1\n4,4,1\n5,5,2\n6,6,2\n"

    assert answer(tmp_path, rows, "--hours", "2")["share"] == pytest.approx(0.25)  # T5

    all_late = run(tmp_path, rows.replace(",0\n", ",0.5\n"), "--json")
    assert "lasted at least 0.5 hours" in all_late.stderr
    exhausted = run(tmp_path, "after_hours,by_hours,entry_hours\n1,1,\n5,6,3\n7,9,3\n", "--json")
    assert "had left before other rows came in" in exhausted.stderr
    assert json.loads(exhausted.stdout)["low"] == 0


def test_without_json_it_says_it_in_words(tmp_path: Path) -> None:
    text = run(tmp_path, T1).stdout

    assert text.startswith("windows.csv: 10 items, worth 10.0 independent ones\n")
    assert "removed within 24 hours: 50.0 % (95 % interval " in text
    assert "by counting: surely 50.0 %, possibly 60.0 %" in text
    assert "half are removed within" in text
    assert "less than half" in run(tmp_path, "after_hours,by_hours\n1,2\n9,\n9,\n").stdout


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    assert run(tmp_path, T1, "--json").stdout == run(tmp_path, T1, "--json").stdout


@pytest.mark.parametrize(
    ("story", "content", "expected"),
    [
        ("empty", "", "windows.csv is empty"),
        ("only a header", "after_hours,by_hours\n", "no rows below its header"),
        ("a column is missing", "after_hours,until\n1,2\n", "no column by_hours"),
        ("a column twice", "after_hours,by_hours,by_hours\n1,2,3\n", "by_hours twice; remove"),
        ("a strange column", "after_hours,by_hours,entry\n1,2,3\n", "'entry' that has no meaning"),
        ("not a number", "after_hours,by_hours\n1,2\nx,3\n", "line 3: after_hours is 'x'"),
        ("nothing at all", "after_hours,by_hours\n,3\n", "line 2: after_hours is ''"),
        ("a comma for a point", 'after_hours,by_hours\n1,"2,5"\n', "write it as 23.5, or leave"),
        ("nan", "after_hours,by_hours\n1,nan\n", "line 2: by_hours is 'nan'"),
        ("infinite", "after_hours,by_hours\n1,inf\n", "leave it empty for an item still online"),
        ("a long text", f"after_hours,by_hours\n{'9' * 60}x,2\n", f"'{'9' * 40}...'"),
        ("negative", "after_hours,by_hours\n-1,2\n", "line 2: after_hours is -1, before the clock"),
        ("reversed", "after_hours,by_hours\n1,2\n5,3\n", "line 3: by_hours 3 is before after_hours 5"),
        (
            "entry after the end",
            "after_hours,by_hours,entry_hours\n1,4,5\n",
            "line 2: entry_hours 5 is not before by_hours 4",
        ),
        ("too few fields", "after_hours,by_hours\n1\n", "line 2: 1 fields, but the header has 2"),
        ("too many fields", "after_hours,by_hours\n1,2,3\n", "line 2: 3 fields"),
        ("another encoding", b"after_hours,by_hours\n1,2\n\xe9,3\n", "line 3: not UTF-8"),
        ("two bytes a letter", T1.encode("utf-16"), "UTF-16 text; save the file as UTF-8"),
        ("packed", gzip.compress(T1.encode(), mtime=0), "is a gzip file; unpack"),
        ("a quotation mark too many", 'after_hours,by_hours\n"1,2\n3,4\n', "check the quotation"),
        ("a line of a megabyte", "after_hours,by_hours\n1," + "2" * LONGEST, "over a megabyte"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_its_place_and_the_remedy(
    tmp_path: Path, story: str, content: str | bytes, expected: str
) -> None:
    result = run(tmp_path, content, "--json")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert expected in result.stderr
    assert "windows.csv" in result.stderr
    assert "Traceback" not in result.stderr


def test_strange_columns_can_be_skipped_on_demand(tmp_path: Path) -> None:
    extra = "after_hours,by_hours,note,note\n1,2,x,y\n3,4,x,y\n"

    assert answer(tmp_path, extra, "--ignore-extra")["n"] == 2


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["curve", str(tmp_path / "none.csv")])

    assert result.exit_code == 1
    assert "none.csv cannot be read" in result.stderr


@pytest.mark.parametrize("hours", ["0", "-1", "nan", "inf", "a day"])
def test_a_norm_is_a_number_of_hours(tmp_path: Path, hours: str) -> None:
    assert run(tmp_path, T1, "--hours", hours).exit_code == 2
