"""What SCART does not record must not count against a company: stories, read and then measured.

Each story is one case of one company in a little dump, told in hours from its first notice: read,
monitored under the clock of the code of conduct, and found where that company's row puts it.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner

from etmaal.cli.main import main

pytestmark = pytest.mark.slow

NOTICE = datetime(2026, 3, 3, 12, tzinfo=UTC)  # a Tuesday
STATES = {
    "graded": "grade",
    "checked": "scheduler_checkonline",
    "by-hand": "scheduler_checkonline_manual",
    "offline": "close_offline",
    "closed": "close",
    "changed": "abusecontact_changed",
}
SAID = {"offline": "Checkonline; found url offline", "closed": "Checkonline; hoster not in local country"}  # fmt: skip
# The contacts of a story: its company A, others B and C, one abroad X, and the police P.
LETTERS = "ABCXP"
OUTCOMES = ("in_time", "late", "ended", "undecided", "pending")
RETURNED = "-2 checked, 5 offline!, 299 graded, 300 checked"


@dataclass(frozen=True)
class Story:
    """``history`` as ``hour what`` or ``hour A>B``; ``mails`` as ``hour to``, seen when put in."""

    name: str
    history: str
    seen: float
    fair: str
    mails: str = "0 A"
    owner: str = ""  # of its company, if not one that no other story has


STORIES = (
    Story("seen in time, closed in time", "-2 checked, 5 offline!", 4.5, "in_time"),
    Story("seen late", "-2 checked, 31 offline!", 30, "late"),
    # Put back on the list: nobody saw it there.
    Story("opened again, never seen", "-2 checked, 5 offline!, 30 checked, 31 offline!", 4.5, "in_time"),
    Story("opened again, not seen yet", "-2 checked, 5 offline!, 30 checked", 4.5, "in_time"),
    Story("judged again, never seen", "-2 checked, 5 offline!, 29 graded, 30 checked, 31 offline!", 4.5, "in_time"),
    Story("opened again by hand, never seen", "-2 checked, 5 offline!, 30 by-hand, 99 offline", 98, "in_time"),
    Story("a check under way when it was closed", "-2 checked, 5 offline!, 30 checked, 31 offline!", 5.1, "in_time"),
    Story("opened again and seen", "-2 checked, 5 offline!, 30 checked, 31 offline!", 30.5, "late"),
    Story("it came back, noticed and seen", f"{RETURNED}, 310 offline!", 309, "in_time, in_time, returned", "0 A, 301 A"),
    Story("it came back and stayed", f"{RETURNED}, 410 offline!", 409, "in_time, late, returned", "0 A, 301 A"),
    Story("seen only when opened a second time", "-2 checked, 5 offline!, 30 checked, 31 offline!, 300 checked, 310 offline!",
          309, "in_time, in_time, returned", "0 A, 301 A"),
    Story("put back within the week, seen after it", "-2 checked, 5 offline!, 170 checked, 180 offline!", 175, "in_time, returned"),
    # Another host by the look-up, and the first one again; nobody else was noticed.
    Story("the look-up there and back", "-2 checked, 3 A>B, 3 changed, 4 B>A, 5 checked, 20 offline!", 19, "in_time", "0 A, 10 A"),
    Story("there and back, late", "-2 checked, 3 A>B, 3 changed, 4 B>A, 5 checked, 31 offline!", 30, "late", "0 A, 26 A"),
    Story("there and back by a third", "-2 checked, 3 A>B, 4 B>C, 5 C>A, 20 offline!", 19, "in_time", "0 A, 10 A"),
    Story("abroad and back", "-2 checked, 3 A>X, 3 closed!, 4 X>A, 5 checked, 20 offline!", 19, "in_time", "0 A, 10 A"),
    Story("abroad and back, closed in between", "-2 checked, 3 A>X, 3 closed!, 4 X>A, 5 checked, 20 offline!", 2, "in_time"),
    Story("the other host was noticed", "-2 checked, 3 A>B, 3 changed, 6 B>A, 7 checked, 20 offline!", 19, "in_time, ended", "0 A, 5 B, 10 A"),
    Story("it moved", "-2 checked, 3 A>B, 3 changed, 4 checked, 20 offline!", 19, "ended", "0 A, 5 B"),
    Story("it went abroad", "-2 checked, 3 A>X, 3 closed!", 2, "ended"),
    Story("there and back, then it moved", "-2 checked, 3 A>B, 4 B>A, 8 A>B, 20 offline!", 19, "ended", "0 A, 10 B"),
    # Two companies whose names are hidden: what the one does is not the other's.
    Story("hidden, in time", "-2 checked, 5 offline!", 4.5, "in_time", owner="REDACTED FOR PRIVACY"),
    Story("hidden, late", "-2 checked, 31 offline!", 30, "late", owner="Redacted for privacy"),
    # Put in a message to the police at 26, which renews when it was last seen; mailed at 27.5.
    Story("put in a message to the police", "-2 checked, 28 offline!", 26, "undecided", "0 A, 27.5 P 26"),
    Story("that message was mailed at once", "-2 checked, 28 offline!", 26.1, "undecided", "0 A, 26 P 25.9"),
    Story("seen since it went to the police", "-2 checked, 28 offline!", 26.5, "late", "0 A, 26 P 25.9"),
    Story("told again, with what the police was told", "-2 checked, 28 offline!", 26, "undecided", "0 A, 26 P 26, 27 A 26"),
)  # fmt: skip


def at(hour: float) -> str:
    return f"{NOTICE + timedelta(hours=hour):%Y-%m-%d %H:%M:%S}"


class Folder:
    """Writes the five tables of a dump."""

    def __init__(self) -> None:
        self.tables: dict[str, list[dict[str, object]]] = {
            name: [] for name in ("input", "input_history", "ntd", "ntd_url", "abusecontact")
        }
        self._ids = {name: count(1) for name in self.tables}

    def add(self, table: str, **row: object) -> int:
        number = next(self._ids[table])
        self.tables[table].append({"id": number, **row, "deleted_at": ""})
        return number

    def write(self, folder: Path) -> None:
        folder.mkdir()
        for name, rows in self.tables.items():
            with (folder / f"{name}.csv").open("w", newline="") as f:
                writer = csv.DictWriter(f, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)

    def tell(self, story: Story) -> None:
        """Add a case of five contacts of its own."""
        who = {
            letter: self.add(
                "abusecontact",
                filenumber=f"A{len(self.tables['abusecontact']) + 1:010}",
                owner=(story.owner if letter == "A" else "") or f"{letter}: {story.name}",
                abusecountry="DE" if letter == "X" else "NL",
            )
            for letter in LETTERS
        }  # fmt: skip
        case = len(self.tables["input"]) + 1
        state, host = "grade", "A"
        for one in story.history.split(", "):
            hour, what = one.split()
            tag, comment = "STATUS", SAID.get(what.rstrip("!"), "") if what.endswith("!") else ""
            if "." in what:
                tag, words = "IP", tuple(what.split(">"))
            elif ">" in what:
                old, new = what.split(">")
                tag, host = "HOSTER", new
                words = (str(who[old]), str(who[new]))
                comment = "VerifyWhoIs; hoster in WhoIs changed"
            else:
                words = (state, STATES[what.rstrip("!")])
                state = words[1]
            self.add(
                "input_history", input_id=case, tag=tag, old=words[0], new=words[1],
                comment=comment, created_at=at(float(hour)),
            )  # fmt: skip
        self.add(
            "input", filenumber=f"I{case:010}", url=f"https://site-{case}.example/1",
            url_ip="192.0.2.1", received_at=at(-5), firstseen_at=at(-2), lastseen_at=at(story.seen),
            source_code="webform", status_code=state, grade_code="illegal",
            host_abusecontact_id=who[host],
        )  # fmt: skip
        for mail in story.mails.split(", "):
            hour, to, *put = mail.split()
            seen = float(put[0]) if put else float(hour) - 0.5
            message = self.add(
                "ntd", filenumber=f"M{len(self.tables['ntd']):010}",
                abusecontact_id=who.get(to, 999),
                abusecontact_type="police" if to == "P" else "hoster", status_code="sent_succes",
                status_time=at(float(hour) + 0.05), msg_queued=at(float(hour)),
            )  # fmt: skip
            self.add("ntd_url", ntd_id=message, record_type="input", record_id=case,
                     lastseen_at=at(seen), ip="192.0.2.1" if to in who else "")  # fmt: skip


def run(*arguments: object) -> str:
    result = CliRunner().invoke(main, [*map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ETMAAL_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("ETMAAL_KEY", "ab" * 32)
        yield


def measured(
    kind: str, given: Path, out: Path, *how: object, **attributed: Path
) -> dict[str, dict[str, str]]:
    """Read, attribute if so asked, and monitor; return the row of each company by its id."""
    run("read", kind, given, "--zone", "UTC", "--out", out / "tables", *how)
    if attributed:
        options = [part for name, file in attributed.items() for part in (f"--{name}", file)]
        run("attribute", out / "tables", *options)
    run("monitor", out / "tables", "--out", out / "edition")
    with (out / "edition" / "providers.csv").open(newline="") as f:
        return {row["provider"]: row for row in csv.DictReader(f)}


@pytest.fixture(scope="module")
def rows(_home: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    folder, out = Folder(), tmp_path_factory.mktemp("stories")
    for story in STORIES:
        folder.tell(story)
    folder.write(out / "dumps")
    return measured("scart-db", out / "dumps", out, "--exported-at", "2026-05-01T00:00")


@pytest.mark.parametrize(
    ("story", "change", "whose"),
    [
        ("at the address where it still is", "", "now"),
        ("at an address that it left since", ", 40 198.51.100.7>192.0.2.1", "unresolved"),
    ],
)
def test_a_message_to_nobody_known_is_not_held_against_a_later_host(
    story: str, change: str, whose: str, _home: None, tmp_path: Path
) -> None:
    folder = Folder()
    folder.tell(Story(story, f"-2 checked{change}, 50 offline!", 49, "", "0 U"))
    folder.write(tmp_path / "dumps")
    (tmp_path / "routes_20260301.csv").write_text("prefix,asn\n192.0.2.0/24,64500\n")
    (tmp_path / "registry.csv").write_text(
        "provider,name,seat_country,role,asns\nnow,Example Hosting Now,NL,hoster,64500\n"
    )

    rows = measured(
        "scart-db", tmp_path / "dumps", tmp_path, "--exported-at", "2026-05-01T00:00",
        routes=tmp_path / "routes_20260301.csv", registry=tmp_path / "registry.csv",
    )  # fmt: skip

    assert {name: found(row) for name, row in rows.items() if int(row["n"])} == {whose: "late"}


REPORT = (
    *("filenumber", "reference", "url", "url_host", "url_ip", "url_type", "url_referer"),
    *("received_at", "hashcheck_at", "hashcheck_return", "firstseen_at", "lastseen_at"),
    *("type_code", "police", "source_code", "status_code", "hoster_contact", "hoster_country"),
    *("hoster_owner", "hoster_first_ntd_at", "registrar_contact", "grade_code"),
)


def report(folder: Path, *cases: dict[str, str]) -> Path:
    """Write a report of cases that were last seen at 26 hours and are closed."""
    given = {
        "url": "https://site-1.example/1", "url_type": "mainurl",
        "received_at": at(-5), "firstseen_at": at(-2), "lastseen_at": at(26), "police": "n",
        "status_code": "close_offline", "hoster_country": "NL", "hoster_owner": "Example Hosting",
        "hoster_first_ntd_at": at(0), "grade_code": "illegal",
    }  # fmt: skip
    lines = [
        (dict.fromkeys(REPORT, "") | given | {"filenumber": f"I{place:010}"} | case).values()
        for place, case in enumerate(cases)
    ]
    file = folder / "export-20260401093000.csv"
    file.write_text("\n".join(";".join(line) for line in (REPORT, *lines)))
    return file


@pytest.mark.parametrize(("police", "fair"), [("n", "late"), ("y", "undecided")])
def test_in_a_report_a_case_that_was_with_the_police_has_no_last_look(
    police: str, fair: str, _home: None, tmp_path: Path
) -> None:
    [row] = measured("scart-report", report(tmp_path, {"police": police}), tmp_path).values()

    assert found(row) == fair
    page = re.sub("<[^>]+>", " ", (tmp_path / "tables" / "quality.en.html").read_text())
    assert ("put in a message to the police" in page) == (police == "y")


def test_one_address_with_two_fragments_is_late_once(_home: None, tmp_path: Path) -> None:
    urls = (
        "https://site-1.example/1#top",
        "https://site-1.example./1#end",
        "https://site-1.example/1",
    )
    file = report(tmp_path, *({"url": url} for url in urls))

    [row] = measured("scart-report", file, tmp_path).values()

    assert (row["items"], found(row)) == ("1", "late")


def found(row: dict[str, str]) -> str:
    words = [which for which in OUTCOMES for _ in range(int(row[f"{which}_n"]))]
    return ", ".join([*words, *["returned"] * (int(row["returned"]) > 0)])


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_doubt_never_counts_against_a_company(
    story: Story, rows: dict[str, dict[str, str]]
) -> None:
    number = f"A{STORIES.index(story) * len(LETTERS) + 1:010}"

    assert found(rows[number]) == story.fair
