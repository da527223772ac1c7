"""The exports say what the dumps say, written again from them row by row as SCART's code would."""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from publicsuffixlist import PublicSuffixList

from etmaal.world.make import World
from etmaal.world.scart.folder import write_scart

pytestmark = pytest.mark.slow

Row = dict[str, str]
COMMON = ["created_at", "updated_at", "deleted_at"]
# The columns of the public data model, in its order.
MODEL = {
    "input": [
        *("id workuser_id filenumber received_at url url_ip url_base url_host url_referer url_hash".split()),
        *("url_type url_image_width url_image_height reference type_code source_code".split()),
        *("status_code grade_code registrar_abusecontact_id host_abusecontact_id note".split()),
        *("browse_error_retry firstseen_at online_counter lastseen_at firstntd_at".split()),
        *("whois_error_retry delivered_items classify_status_code hashcheck_at".split()),
        *("hashcheck_format hashcheck_return checkonline_leadtime ntd_note".split()),
        *("proxy_abusecontact_id proxy_call_error checkonline_lock".split()),
        *COMMON,
    ],
    "input_history": ["id", "input_id", "tag", "old", "new", "comment", "workuser_id", *COMMON],
    "ntd": [
        *("id filenumber abusecontact_id abusecontact_type type status_code status_time".split()),
        *("groupby_start groupby_hour_count groupby_hour_threshold msg_queued".split()),
        *("msg_abusecontact msg_subject msg_body msg_ident".split()),
        *COMMON,
    ],
    "ntd_url": [
        *("id ntd_id record_type record_id url note firstseen_at lastseen_at".split()),
        *("online_counter ip".split()),
        *COMMON,
    ],
    "abusecontact": [
        *("id filenumber owner aliases domains abusecustom abusecountry groupby_hours".split()),
        *("note ntd_template_id ntd_msg_subject ntd_msg_body gdpr_approved".split()),
        *("police_contact ntd_type ntd_api_addon_id".split()),
        *COMMON,
    ],
}  # fmt: skip
CHOSEN = (
    "filenumber reference url url_host url_ip url_type url_referer received_at hashcheck_at "
    "hashcheck_return firstseen_at lastseen_at type_code police source_code status_code"
).split()
ALWAYS = (
    "hoster_contact hoster_country hoster_owner hoster_first_ntd_at registrar_contact grade_code"
).split()


@pytest.fixture(scope="module")
def written(small: World, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    folder = tmp_path_factory.mktemp("scart")
    return folder, write_scart(small, folder, np.random.default_rng(2), zone="UTC")


@pytest.fixture(scope="module")
def folder(written: tuple[Path, dict[str, int]]) -> Path:
    return written[0]


class Dumps:
    """The dumps as a plain reader gives them, and what SCART would look up in them."""

    def __init__(self, folder: Path) -> None:
        self.tables = {name: rows(folder / "dumps" / f"{name}.csv") for name in MODEL}
        self.contact = {row["id"]: row for row in self.tables["abusecontact"]}
        self.ntd = {row["id"]: row for row in self.tables["ntd"]}
        self.cases = [row for row in self.tables["input"] if not row["deleted_at"]]
        self.mentions: dict[str, list[Row]] = defaultdict(list)
        for row in self.tables["ntd_url"]:
            self.mentions[row["record_id"]].append(row)
        self.police = next(c["id"] for c in self.contact.values() if c["police_contact"] == "1")

    def messages(self, case: Row, contact: str) -> list[Row]:
        about = (self.ntd[m["ntd_id"]] for m in self.mentions[case["id"]])
        return [ntd for ntd in about if ntd["abusecontact_id"] == contact]

    def told_police(self, case: Row) -> str:
        return "y" if self.messages(case, self.police) else "n"

    def count(self, case: Row, contact: str) -> str:
        sent = [
            n for n in self.messages(case, contact) if n["status_code"] in ("sent_succes", "queued")
        ]
        return str(len({n["id"] for n in sent}))

    def site_owner(self, case: Row) -> str:
        owners = [
            c["id"] for c in self.contact.values() if c["abusecustom"].endswith("@sites.example")
        ]
        number = int(re.findall(r"site-(\d+)", case["url_host"])[0])
        return owners[number % len(owners)]


@pytest.fixture(scope="module")
def dumps(folder: Path) -> Dumps:
    return Dumps(folder)


def rows(file: Path) -> list[Row]:
    with file.open(newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


# --- the dumps


@pytest.mark.parametrize("table", MODEL)
def test_a_dump_is_what_a_plain_csv_writer_makes_of_the_model_s_columns(
    folder: Path, written: tuple[Path, dict[str, int]], tmp_path: Path, table: str
) -> None:
    file = folder / "dumps" / f"{table}.csv"
    found = rows(file)

    with (tmp_path / "again.csv").open("w", newline="", encoding="utf-8") as f:
        writer = csv.DictWriter(f, MODEL[table], lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)

    assert (tmp_path / "again.csv").read_bytes() == file.read_bytes()
    assert len(found) == written[1][f"dumps/{table}.csv"]
    assert [row["id"] for row in found] == [str(k + 1) for k in range(len(found))]


def test_rows_point_to_rows_that_are_there(dumps: Dumps) -> None:
    ids = {name: {row["id"] for row in table} for name, table in dumps.tables.items()}

    for table, column, to in (
        ("input", "host_abusecontact_id", "abusecontact"),
        ("input", "registrar_abusecontact_id", "abusecontact"),
        ("input_history", "input_id", "input"),
        ("ntd", "abusecontact_id", "abusecontact"),
        ("ntd_url", "ntd_id", "ntd"),
        ("ntd_url", "record_id", "input"),
    ):
        given = {row[column] for row in dumps.tables[table]} - {""}
        assert given <= ids[to], (table, column)


def test_numbers_begin_with_the_letter_of_their_kind(dumps: Dumps) -> None:
    for row in dumps.tables["input"]:
        letter = "I" if row["url_type"] == "mainurl" else "N"
        assert row["filenumber"] == f"{letter}{int(row['id']):010d}"
    assert {r["filenumber"][0] for r in dumps.tables["ntd"]} == {"M"}
    assert {r["filenumber"][0] for r in dumps.tables["abusecontact"]} == {"A"}


def test_a_url_stands_once_but_for_doubles_and_a_site_is_one_registrable_domain(
    dumps: Dumps,
) -> None:
    suffixes = PublicSuffixList()

    urls = Counter(r["url"] for r in dumps.tables["input"] if r["status_code"] != "close_double")
    doubles = [r["url"] for r in dumps.tables["input"] if r["status_code"] == "close_double"]

    assert max(urls.values()) == 1
    assert doubles and set(doubles) <= set(urls)
    for row in dumps.tables["input"][:500]:
        site = re.findall(r"site-\d+\.example", row["url_host"])[0]
        assert suffixes.privatesuffix(row["url_host"]) == site
        assert row["url"].startswith(f"https://{row['url_host']}/")


def test_addresses_and_notes_hold_what_the_formats_trip_over(dumps: Dumps) -> None:
    text = {
        name: [r[name] for r in dumps.tables["input"]] for name in ("url", "url_referer", "note")
    }

    assert any(";" in t for t in text["url"]) and any("," in t for t in text["url"])
    assert any(len(t) > 255 for t in text["url"]) and max(map(len, text["url"])) <= 512
    assert any(";" in t for t in text["url_referer"])
    assert any("\n" in t for t in text["note"]) and any('"' in t for t in text["note"])
    assert all(len(r["url"]) <= 255 for r in dumps.tables["ntd_url"])


def test_nothing_of_the_material_stands_anywhere(dumps: Dumps) -> None:
    for row in dumps.tables["input"]:
        assert not row["url_hash"] and not row["url_image_width"] and not row["url_image_height"]


# --- the report, 5.1


def report_row(dumps: Dumps, case: Row, names: list[str]) -> str:
    host = dumps.contact.get(case["host_abusecontact_id"], {})
    arrived = [
        n["status_time"]
        for n in dumps.messages(case, case["host_abusecontact_id"])
        if n["status_code"] == "sent_succes"
    ]
    known = {
        **case,
        "police": dumps.told_police(case),
        "hoster_contact": host.get("abusecustom", ""),
        "hoster_country": host.get("abusecountry", ""),
        "hoster_owner": host.get("owner", ""),
        "hoster_first_ntd_at": min(arrived, default=""),
        "registrar_contact": dumps.contact[case["registrar_abusecontact_id"]]["owner"],
    }
    return ";".join(known[name] for name in names)


def test_the_report_holds_every_case_in_22_columns_with_nothing_quoted(
    folder: Path, dumps: Dumps
) -> None:
    lines = [";".join(CHOSEN + ALWAYS)]
    lines += [report_row(dumps, case, CHOSEN + ALWAYS) for case in dumps.cases]

    text = (folder / "exports" / "export-20260215000000.csv").read_text(encoding="utf-8")

    assert len(CHOSEN + ALWAYS) == 22
    assert text == "\n".join(lines)


def test_a_report_with_notes_has_them_before_the_columns_that_always_come(
    folder: Path, dumps: Dumps
) -> None:
    names = [*CHOSEN, "note", *ALWAYS]
    recent = [case for case in dumps.cases if case["received_at"] >= "2025-12-01 00:00:00"]

    text = (folder / "exports" / "export-20260215000500.csv").read_text(encoding="utf-8")

    assert recent
    assert text == "\n".join([";".join(names)] + [report_row(dumps, c, names) for c in recent])


# --- the list of notices, 5.3


def php(field: str) -> str:
    if field[:1] in ("=", "+", "-", "@"):
        field = "\t" + field
    if re.search(r'[;"\\\n\r\t ]', field):
        return '"' + field.replace('"', '""') + '"'
    return field


def test_the_list_of_notices_has_a_mark_and_a_guard_against_formulas(
    folder: Path, dumps: Dumps
) -> None:
    labels = (
        "filenumber,abusecontact,status,number of urls,grouping start,active (hours),"
        "threshold (hours),NTD sent"
    ).split(",")
    urls = Counter(row["ntd_id"] for row in dumps.tables["ntd_url"])
    lines = [
        [
            ntd["filenumber"], dumps.contact[ntd["abusecontact_id"]]["owner"], ntd["status_code"],
            str(urls[ntd["id"]]), ntd["groupby_start"], ntd["groupby_hour_count"],
            ntd["groupby_hour_threshold"], ntd["msg_queued"],
        ]
        for ntd in dumps.tables["ntd"]
    ]  # fmt: skip
    expected = "".join(";".join(map(php, line)) + "\n" for line in [labels, *lines])

    text = (folder / "exports" / "exportNTD.csv").read_text(encoding="utf-8")

    assert text == "\ufeff" + expected
    assert '"\t@Example' in text and '"\t+ Example' in text


# --- the command line's exports, 5.4


def slashes(fields: list[str]) -> str:
    def add(field: str) -> str:
        return re.sub(r"""(['"\\])""", r"\\\1", field)

    return "".join(f'"{add(field)}";' for field in fields)


BASE = (
    "filenumber url url_host url_ip url_type status_code grade_code source_code received_at "
    "firstseen_at firstntd_at lastseen_at"
).split()
BASE_LABELS = (
    "filenumber,url,host,IP,url type,status,classification,source,received,first seen,first NTD,"
    "last seen"
).split(",")
ALL = (
    "filenumber received_at url_type status_code grade_code type_code source_code reference "
    "firstseen_at firstntd_at lastseen_at"
).split()
ALL_LABELS = (
    "filenumber,received,url type,status,classification,type,source,reference,first seen,"
    "first NTD,last seen"
).split(",")
WHOIS_LABELS = (
    "police,hoster owner,hoster country,hoster abuse email,hoster NTD,site owner,"
    "site owner country,site owner abuse email,site NTD,registrar owner,registrar country,"
    "registrar abuse email,registrar NTD"
).split(",")


def illegal(dumps: Dumps) -> list[Row]:
    return [
        case
        for case in dumps.cases
        if case["grade_code"] == "illegal" and case["status_code"] != "cannot_scrape"
    ]


def contacts_of(dumps: Dumps, case: Row) -> list[str]:
    return [
        case["host_abusecontact_id"],
        dumps.site_owner(case),
        case["registrar_abusecontact_id"],
    ]


def counts_of(dumps: Dumps, case: Row) -> list[str]:
    return [dumps.count(case, contact) for contact in contacts_of(dumps, case)]


def whois(dumps: Dumps, case: Row, counts: list[str]) -> list[str]:
    nobody = {"owner": "(unknown)", "abusecountry": "", "abusecustom": ""}
    found = [dumps.told_police(case)]
    for contact, count in zip(contacts_of(dumps, case), counts, strict=True):
        known = dumps.contact.get(contact, nobody)
        found += [known["owner"], known["abusecountry"], known["abusecustom"], count]
    return found


def expected_classified(dumps: Dumps) -> str:
    lines = [slashes(BASE_LABELS)]
    return "\n".join(lines + [slashes([case[name] for name in BASE]) for case in illegal(dumps)])


def expected_whois(dumps: Dumps) -> str:
    lines = [slashes(BASE_LABELS + WHOIS_LABELS)]
    for case in illegal(dumps):
        lines.append(slashes([case[n] for n in BASE] + whois(dumps, case, counts_of(dumps, case))))
    return "\n".join(lines)


def expected_all(dumps: Dumps) -> str:
    first: dict[tuple[str, ...], list[str]] = {}  # the counts of the first case of a host
    blocks: list[list[str]] = [[]]
    for case in dumps.cases:
        if len(blocks[-1]) == 10_000:
            blocks.append([])
        host = (case["host_abusecontact_id"], case["url_host"], case["registrar_abusecontact_id"])
        if host not in first:
            first[host] = counts_of(dumps, case)
        blocks[-1].append(slashes([case[n] for n in ALL] + whois(dumps, case, first[host])))
    head = slashes(ALL_LABELS + WHOIS_LABELS) + " \n"
    return head + "".join("\n".join(block) for block in blocks)


def expected_ntd(dumps: Dumps) -> str:
    labels = (
        "NTD filenumber,NTD type,NTD status,NTD status time,abuse owner,abuse type,abuse country,"
        "abuse email,url,IP,first seen,last seen,online counter"
    ).split(",")
    lines = [slashes(labels)]
    by_ntd: dict[str, list[Row]] = defaultdict(list)
    for row in dumps.tables["ntd_url"]:
        by_ntd[row["ntd_id"]].append(row)
    for ntd in dumps.tables["ntd"]:
        if ntd["status_code"] == "sent_succes":
            contact = dumps.contact[ntd["abusecontact_id"]]
            told = [ntd["filenumber"], ntd["type"], ntd["status_code"], ntd["status_time"]]
            told += [contact["owner"], ntd["abusecontact_type"], contact["abusecountry"]]
            told += [contact["abusecustom"]]
            for row in by_ntd[ntd["id"]]:
                seen = [
                    row[n] for n in ("url", "ip", "firstseen_at", "lastseen_at", "online_counter")
                ]
                lines.append(slashes(told + seen))
    return "\n".join(lines)


def expected_ntdclosed(dumps: Dumps) -> str:
    labels = (
        "filenumber,url,status,abuse owner,abuse country,abuse email,IP,first seen,last seen,"
        "online counter"
    ).split(",")
    lines, done = [slashes(labels)], set()
    cases = {case["id"]: case for case in dumps.tables["input"]}
    sent = [
        n for n in dumps.tables["ntd"] if n["status_code"] in ("sent_succes", "sent_api_succes")
    ]
    day = max(n["status_time"][:10] for n in sent if n["status_time"] < "2026-01-01")
    messages = {n["id"] for n in sent if n["status_time"][:10] == day}
    for row in dumps.tables["ntd_url"]:
        case = cases[row["record_id"]]
        if row["ntd_id"] not in messages or row["url"] in done:
            continue
        done.add(row["url"])
        if case["status_code"] in ("close_offline", "close_offline_manual"):
            contact = dumps.contact[case["host_abusecontact_id"]]
            fields = [case["filenumber"], row["url"], case["status_code"], contact["owner"]]
            fields += [contact["abusecountry"], contact["abusecustom"], row["ip"]]
            fields += [row["firstseen_at"], row["lastseen_at"], row["online_counter"]]
            lines.append(slashes(fields))
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("classified", expected_classified),
        ("whois", expected_whois),
        ("all", expected_all),
        ("ntd", expected_ntd),
        ("ntdclosed", expected_ntdclosed),
    ],
)
def test_a_console_export_is_what_its_writer_would_have_made_of_the_database(
    folder: Path, dumps: Dumps, name: str, expected: Callable[[Dumps], str]
) -> None:
    text = (folder / "exports" / "console" / f"{name}.csv").read_text(encoding="utf-8")

    assert text == expected(dumps)


def test_the_export_of_everything_glues_the_row_after_each_ten_thousandth(folder: Path) -> None:
    text = (folder / "exports" / "console" / "all.csv").read_text(encoding="utf-8")
    head, *lines = text.split("\n")

    fields = [line.count('";') for line in lines]

    assert head.endswith('"registrar NTD"; ')
    assert Counter(fields) == {24: len(lines) - 1, 48: 1}
    assert fields.index(48) == 9_999


# --- lists that went with notices, 5.5


def attachments(folder: Path) -> Iterator[tuple[str, list[str]]]:
    for file in sorted((folder / "exports" / "mail").glob("urls-M*.csv")):
        yield file.stem.removeprefix("urls-"), file.read_text(encoding="utf-8").split("\n")


def test_lists_that_went_with_notices_name_their_addresses(folder: Path, dumps: Dumps) -> None:
    by_number = {ntd["filenumber"]: ntd for ntd in dumps.tables["ntd"]}
    whole = {case["id"]: case["url"] for case in dumps.tables["input"]}
    forms: Counter[str] = Counter()
    for number, (head, *lines) in attachments(folder):
        ntd = by_number[number]
        of = [
            {**r, "url": whole[r["record_id"]]}
            for r in dumps.tables["ntd_url"]
            if r["ntd_id"] == ntd["id"]
        ]
        police = ntd["abusecontact_type"] == "police"
        bare = dumps.contact[ntd["abusecontact_id"]]["ntd_template_id"] == "2"
        forms[head] += 1

        assert head == (
            "url;reason;IP;firstseen;lastseen" if police
            else "url;note" if bare
            else "url;IP;firstseen;lastseen;note"
        )  # fmt: skip
        seen = [";".join([r["ip"], r["firstseen_at"], r["lastseen_at"]]) for r in of]
        assert lines == [
            *(
                f"{r['url']};{r['note']};{s}" if police
                else f"{r['url']};{r['note']}" if bare
                else f"{r['url']};{s};{r['note']}"
                for r, s in zip(of, seen, strict=True)
            ),
            "",
        ]  # fmt: skip
    assert len(forms) == 3


# --- the zone


def test_in_another_zone_every_time_is_that_zone_s_and_nothing_else_changes(
    tiny: World, tmp_path: Path
) -> None:
    for zone in ("UTC", "Europe/Amsterdam"):
        write_scart(tiny, tmp_path / zone, np.random.default_rng(2), zone=zone)
    amsterdam = ZoneInfo("Europe/Amsterdam")
    utc = ZoneInfo("UTC")
    compared = 0
    for table in MODEL:
        both = [rows(tmp_path / zone / "dumps" / f"{table}.csv") for zone in ("UTC", amsterdam.key)]
        for one, other in zip(*both, strict=True):
            for name, text in one.items():
                if name.endswith(("_at", "_time", "groupby_start", "msg_queued")) and text:
                    at = datetime.fromisoformat(text).replace(tzinfo=utc).astimezone(amsterdam)
                    assert other[name] == f"{at:%Y-%m-%d %H:%M:%S}"
                    assert at.utcoffset() in (timedelta(hours=1), timedelta(hours=2))
                    compared += 1
                else:
                    assert other[name] == text
    assert compared > 10_000
    assert (tmp_path / amsterdam.key / "exports" / "export-20260215010000.csv").is_file()
