"""`etmaal bulletin` as a user meets it: files, names or letters, and what it refuses."""

import csv
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from etmaal.cli.main import main

pytestmark = pytest.mark.slow

FILES = ["bulletin.en.html", "bulletin.en.pdf", "bulletin.nl.html", "bulletin.nl.pdf"]
PROVIDERS = """provider,name,asns
north,Example Hosting North,64496 64497
south,Example Hosting South,64499
"""


def etmaal(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("bulletin")
    tables = place / "tables"
    tables.mkdir()
    notices, looks = [], []
    for k in range(120):
        day, provider = 1 + k % 28, ("north", "south")[k % 2]
        notices.append(f"n{k},i{k},{provider},2025-02-{day:02d}T10:00:00Z,s{k % 40}")
        if provider == "north":
            looks.append(f"i{k},2025-02-{day:02d}T14:00:00Z,gone")
        else:
            looks.append(f"i{k},2025-03-05T11:00:00Z,online")
    (tables / "notices.csv").write_text(
        "notice,item,provider,noticed_at,site\n" + "\n".join(notices) + "\n"
    )
    (tables / "sightings.csv").write_text("item,at,seen\n" + "\n".join(looks) + "\n")
    (tables / "providers.csv").write_text(PROVIDERS)
    made = etmaal("monitor", tables, "--out", place / "edition")
    assert made.exit_code == 0, made.output
    return place / "edition"


@pytest.fixture
def spoilt(edition: Path, tmp_path: Path) -> Path:
    """A copy of the edition that a test may change."""
    shutil.copytree(edition, tmp_path / "edition")
    return tmp_path / "edition"


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_page_and_a_pdf_are_written_in_each_language(edition: Path, tmp_path: Path) -> None:
    result = etmaal("bulletin", edition, "--out", tmp_path / "out")

    assert result.exit_code == 0, result.output
    assert names_in(tmp_path) == ["out"]
    assert names_in(tmp_path / "out") == FILES
    page = (tmp_path / "out" / "bulletin.en.html").read_bytes()
    assert page == (edition / "bulletin.en.html").read_bytes()
    assert b"Example Hosting North" in (tmp_path / "out" / "bulletin.nl.html").read_bytes()
    assert all((tmp_path / "out" / f).read_bytes().startswith(b"%PDF") for f in FILES[1::2])
    assert "bulletin.nl.pdf" in result.stdout


def test_the_same_edition_gives_the_same_bytes_and_may_be_written_again(
    edition: Path, tmp_path: Path
) -> None:
    said = [
        json.loads(etmaal("bulletin", edition, "--out", tmp_path / "out", "--json").stdout)
        for _ in range(2)
    ]

    assert said[0] == said[1]
    assert sorted(said[0]["files"]) == FILES
    assert (said[0]["names"], said[0]["key"], said[0]["warnings"]) == ("shown", None, [])


def test_one_language_is_enough(edition: Path, tmp_path: Path) -> None:
    assert etmaal("bulletin", edition, "--lang", "nl", "--out", tmp_path / "out").exit_code == 0

    assert names_in(tmp_path / "out") == FILES[2:]


def test_another_bulletin_is_not_replaced_unasked(edition: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert etmaal("bulletin", edition, "--lang", "nl", "--out", out).exit_code == 0

    refused = etmaal("bulletin", edition, "--lang", "en", "--out", out)
    assert (refused.exit_code, names_in(out)) == (1, FILES[2:])
    assert "--replace" in refused.stderr
    assert etmaal("bulletin", edition, "--lang", "en", "--out", out, "--replace").exit_code == 0
    assert names_in(out) == FILES[:2]


def test_changed_frozen_rows_are_refused(spoilt: Path, tmp_path: Path) -> None:
    with (spoilt / "snapshot" / "notices.parquet").open("ab") as f:
        f.write(b"x")

    result = etmaal("bulletin", spoilt, "--out", tmp_path / "out")

    assert result.exit_code == 1
    assert "snapshot/notices.parquet was changed after the edition was made" in result.stderr
    assert not (tmp_path / "out").exists()


def test_another_version_of_the_code_is_said(spoilt: Path, tmp_path: Path) -> None:
    content = json.loads((spoilt / "edition.json").read_text())
    (spoilt / "edition.json").write_text(json.dumps({**content, "code": "0.0.1"}))

    result = etmaal("bulletin", spoilt, "--lang", "nl", "--out", tmp_path / "out")

    assert result.exit_code == 0
    assert "made by version 0.0.1" in result.stderr
    assert "may differ" in result.stderr


def test_letters_stand_in_for_names_and_the_key_is_kept_apart(
    edition: Path, tmp_path: Path
) -> None:
    out, key = tmp_path / "coded", tmp_path / "safe" / "key.csv"

    result = etmaal("bulletin", edition, "--names", "coded", "--key", key, "--out", out)

    assert result.exit_code == 0, result.output
    assert names_in(out) == FILES
    assert names_in(tmp_path) == ["coded", "safe"]
    for file in FILES:
        content = (out / file).read_bytes().lower()
        assert b"north" not in content and b"64496" not in content
    assert "Aanbieder A" in (out / "bulletin.nl.html").read_text()
    assert key.stat().st_mode & 0o777 == 0o600
    with key.open() as f:
        rows = list(csv.DictReader(f))
    assert {row["code"] for row in rows} == {"A", "B"}
    assert {row["provider"] for row in rows} == {"north", "south"}
    assert len({row["seed"] for row in rows}) == 1


def test_the_seed_of_a_key_draws_the_same_letters_again(edition: Path, tmp_path: Path) -> None:
    def made(place: str, *more: object) -> tuple[str, bytes]:
        out = tmp_path / place
        result = etmaal(
            "bulletin", edition, "--names", "coded", "--lang", "en", "--out", out, *more
        )
        assert result.exit_code == 0, result.output
        return (tmp_path / f"{place}-key.csv").read_text(), (out / "bulletin.en.pdf").read_bytes()

    key, pdf = made("first")
    seed = key.splitlines()[1].split(",")[2]

    assert made("second", "--seed", seed) == (key, pdf)
    assert int(seed) > 10**9


def test_the_key_of_another_bulletin_is_never_written_over(edition: Path, tmp_path: Path) -> None:
    key = tmp_path / "out-key.csv"
    key.write_text("code,provider,seed\nA,somebody,1\n")

    result = etmaal("bulletin", edition, "--names", "coded", "--out", tmp_path / "out")

    assert result.exit_code == 1
    assert "holds the key of another bulletin" in result.stderr
    assert names_in(tmp_path) == ["out-key.csv"]
    assert "somebody" in key.read_text()


def test_a_bulletin_that_still_tells_who_is_who_is_not_written(
    edition: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from etmaal.engine import coding

    monkeypatch.setattr(coding, "coded", lambda bulletin, rng: (bulletin, {"A": "north"}))

    result = etmaal(
        "bulletin", edition, "--names", "coded", "--lang", "nl", "--out", tmp_path / "out"
    )

    assert result.exit_code == 1
    assert "would still tell who is who" in result.stderr
    assert "bulletin.nl.html: " in result.stderr
    assert names_in(tmp_path) == []


def test_a_name_is_found_in_a_pdf_alone(edition: Path, tmp_path: Path) -> None:
    from etmaal.engine.coding import leaks
    from etmaal.engine.reissue import reissue
    from etmaal.letters.pdf import render_pdf

    made = reissue(edition, progress=lambda step: None)
    found = leaks({"bulletin.nl.pdf": render_pdf(made.bulletin, "nl")}, made.identifiers)

    assert any("example hosting north" in line for line in found)
    assert {"Example Hosting South", "64499", "north"} <= made.identifiers


def test_nothing_is_left_where_the_pages_cannot_be_written(edition: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    result = etmaal("bulletin", edition, "--names", "coded", "--out", tmp_path / "file" / "out")

    assert result.exit_code == 1
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert names_in(tmp_path) == ["file"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("bulletin",), 2, "Missing argument"),
        (("bulletin", "{edition}"), 2, "Missing option '--out'"),
        (("bulletin", "{tmp}", "--out", "{tmp}/o"), 1, "cannot be the bulletin's folder"),
        (("bulletin", "{tmp}/no", "--out", "{tmp}/o"), 1, "is no edition"),
        (("bulletin", "{edition}", "--out", "{edition}/o"), 1, "cannot be the bulletin's folder"),
        (("bulletin", "{edition}", "--out", "{edition}/.."), 1, "cannot be the bulletin's folder"),
        (("bulletin", "{edition}", "--out", "."), 1, "cannot be the bulletin's folder"),
        (("bulletin", "{edition}", "--out", "{tmp}/full"), 1, "holds something else"),
        (("bulletin", "{edition}", "--out", "{tmp}/full/file"), 1, "is a file"),
        (("bulletin", "{edition}", "--out", "{tmp}/o", "--lang", "nl,xx"), 2, "'xx': there are nl and en"),
        (("bulletin", "{edition}", "--out", "{tmp}/o", "--names", "all"), 2, "is not one of"),
        (("bulletin", "{edition}", "--out", "{tmp}/o", "--seed", "1"), 2, "belong to --names coded"),
        (("bulletin", "{edition}", "--out", "{tmp}/o", "--names", "coded", "--key", "{tmp}/o/key"), 1, "the key cannot be kept"),
        (("bulletin", "{edition}", "--out", "{tmp}/o", "--names", "coded", "--key", "{edition}/key"), 1, "the key cannot be kept"),
    ],
)  # fmt: skip
def test_what_a_user_gets_wrong_is_said_without_a_traceback(
    edition: Path, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("x")

    result = etmaal(*(a.format(edition=edition, tmp=tmp_path) for a in arguments))

    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert names_in(tmp_path) == ["full"]


def test_the_key_is_not_kept_where_another_bulletin_lies(edition: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert etmaal("bulletin", edition, "--lang", "nl", "--out", other).exit_code == 0

    result = etmaal(
        "bulletin", edition, "--names", "coded", "--lang", "nl", "--key", other / "key.csv",
        "--out", tmp_path / "coded",
    )  # fmt: skip

    assert result.exit_code == 1
    assert "holds a bulletin" in result.stderr
    assert names_in(other) == FILES[2:]
    assert names_in(tmp_path) == ["other"]


COLOPHON = (
    "--publisher", "Example Hotline", "--licence", "CC BY 4.0",
    "--contact", "figures@hotline.example",
)  # fmt: skip


@pytest.mark.parametrize("names", ["shown", "coded"])
def test_who_makes_it_public_stands_in_the_colophon_and_in_the_metadata(
    edition: Path, tmp_path: Path, names: str
) -> None:
    out = tmp_path / "out"
    result = etmaal("bulletin", edition, "--out", out, "--names", names, *COLOPHON)

    assert result.exit_code == 0, result.output
    for language, told in (
        ("en", ["Published by Example Hotline.", "Licence: CC BY 4.0.",
                "Questions and corrections: figures@hotline.example."]),
        ("nl", ["Gepubliceerd door Example Hotline.", "CC BY 4.0", "figures@hotline.example"]),
    ):  # fmt: skip
        head, _, body = (out / f"bulletin.{language}.html").read_text().partition("</head>")
        colophon = body.split('<footer class="colophon">')[1]
        assert all(line in colophon for line in told)
        assert '<meta name="dcterms.publisher" content="Example Hotline">' in head
        assert '<meta name="dcterms.license" content="CC BY 4.0">' in head
        assert '<meta name="contact" content="figures@hotline.example">' in head
        paper = PdfReader(out / f"bulletin.{language}.pdf")
        assert paper.metadata is not None
        assert paper.metadata.author == "Example Hotline"
        assert "CC BY 4.0" in str(paper.metadata.subject)
        assert "figures@hotline.example" in str(paper.metadata.subject)
        last = "".join("".join(page.extract_text() for page in paper.pages[-2:]).split())
        assert all("".join(line.split()) in last for line in told)


def test_what_nobody_stated_is_not_in_the_metadata(edition: Path, tmp_path: Path) -> None:
    result = etmaal("bulletin", edition, "--out", tmp_path / "out", "--lang", "en")

    assert result.exit_code == 0
    head = (tmp_path / "out" / "bulletin.en.html").read_text().partition("</head>")[0]
    assert "dcterms" not in head and "contact" not in head


@pytest.mark.parametrize(
    ("story", "option", "text", "message"),
    [
        ("nothing", "--publisher", "  ", "nothing is left of it"),
        ("too long", "--contact", "x" * 201, "longer than 200 characters"),
        ("a line break", "--licence", "CC BY\n4.0", "holds a character that is not shown"),
        ("a character that turns the writing round", "--publisher", "Example\u202eHotline",
         "holds a character that is not shown"),
    ],
)  # fmt: skip
def test_a_colophon_that_cannot_be_printed_is_refused(
    edition: Path, tmp_path: Path, story: str, option: str, text: str, message: str
) -> None:
    result = etmaal("bulletin", edition, "--out", tmp_path / "out", option, text)

    assert result.exit_code == 2
    assert message in result.output
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("option", ["--publisher", "--contact", "--licence"])
def test_a_colophon_that_tells_who_is_who_is_not_written(
    edition: Path, tmp_path: Path, option: str
) -> None:
    result = etmaal("bulletin", edition, "--out", tmp_path / "out", "--names", "coded",
                    option, "Example Hosting North")  # fmt: skip

    assert result.exit_code == 1
    assert "would still tell who is who" in result.output
    assert names_in(tmp_path) == []
