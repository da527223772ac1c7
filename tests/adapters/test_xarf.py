"""XARF reports as they come: one or many in a file, whole or broken, and what is never read."""

import json
from pathlib import Path
from typing import Any

import pytest

from etmaal.adapters import xarf
from etmaal.adapters.xarf import raw_records, read_xarf
from etmaal.core.errors import BadInput
from etmaal.core.hotline import Case, Record, Rejected

EXAMPLES = Path(__file__).parent.parent / "examples" / "xarf"


def records(file: Path) -> list[Record]:
    return list(read_xarf(file, name=file.name)[1])


def one(tmp_path: Path, **change: Any) -> Record:
    given = json.loads((EXAMPLES / "one.json").read_text()) | change
    file = tmp_path / "one.json"
    file.write_text(json.dumps({k: v for k, v in given.items() if v != "gone"}))
    [record] = records(file)
    return record


def test_a_report_is_read_in_full_and_its_evidence_is_not() -> None:
    [found] = records(EXAMPLES / "one.json")

    assert isinstance(found, Case)
    assert found.url is not None
    assert found.url.open() == "https://img.one-site.example/secret/1.jpg"
    assert found.ip == "192.0.2.1"
    assert found.message is not None
    assert (found.message.status, found.message.owner) == ("sent", "Example Hosting North")
    assert f"{found.message.at:%H:%M %Z}" == "10:00 UTC"
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    ("story", "change", "column", "reason"),
    [
        ("version 3", {"xarf_version": "3"}, "xarf_version", xarf.OTHER_VERSION),
        ("no version", {"xarf_version": "gone"}, "xarf_version", xarf.NO_TEXT),
        ("another type", {"type": "phishing"}, "type", xarf.OTHER_TYPE),
        ("another category", {"category": "messaging"}, "type", xarf.OTHER_TYPE),
        ("no id", {"report_id": "7"}, "report_id", xarf.NO_UUID),
        ("an address nobody can open", {"url": "hxxp://x.example/"}, "url", xarf.NO_URL),
        ("a number for an address", {"url": 7}, "url", xarf.NO_TEXT),
        ("no address", {"url": "gone"}, "url", xarf.NO_TEXT),
        ("a time without a zone", {"timestamp": "2026-03-27T10:00:00"}, "timestamp", xarf.NO_TIME),
        ("a day that is none", {"timestamp": "2026-02-30T10:00:00Z"}, "timestamp", xarf.NO_TIME),
        ("before all time", {"timestamp": "0001-01-01T00:00:00+14:00"}, "timestamp", xarf.NO_TIME),
        ("a list for a time", {"verified_at": []}, "verified_at", xarf.NO_TEXT),
    ],
)
def test_what_is_wrong_is_named_by_its_field_alone(
    story: str, change: dict[str, Any], column: str, reason: str, tmp_path: Path
) -> None:
    found = one(tmp_path, **change)

    assert isinstance(found, Rejected), story
    assert (found.column, found.reason) == (column, reason)


@pytest.mark.parametrize(
    ("story", "change", "status"),
    [
        ("it says when it was sent", {}, "sent"),
        ("it does not", {"notice_sent_at": "gone"}, "observed"),
        ("nothing is nothing", {"notice_sent_at": None}, "observed"),
    ],
)
def test_without_a_moment_of_sending_the_report_is_an_observation(
    story: str, change: dict[str, Any], status: str, tmp_path: Path
) -> None:
    found = one(tmp_path, **change)

    assert isinstance(found, Case)
    assert found.message is not None
    assert found.message.status == status, story


@pytest.mark.parametrize(
    ("story", "content", "kinds"),
    [
        ("one a line", b"{good}\n{good}\n", [Case, Case]),
        ("with empty lines and a mark", b"\xef\xbb\xbf\n\n{good}\n\n{good}", [Case, Case]),
        ("a broken one between", b'{good}\n{"a": \n{good}\n', [Case, Rejected, Case]),
        ("a broken one first", b'{"a" 1}\n{good}\n', [Rejected, Case]),
        ("no object", b"[1, 2]\n", [Rejected]),
        ("a text", b"hello\n", [Rejected]),
        ("not UTF-8", b'{"a": "\xff"}\n', [Rejected]),
        ("nested beyond reason", b"[" * 100_000 + b"\n", [Rejected]),
    ],
)
def test_reports_come_one_a_file_or_one_a_line(
    story: str, content: bytes, kinds: list[type], tmp_path: Path
) -> None:
    good = json.dumps(json.loads((EXAMPLES / "one.json").read_text())).encode()
    file = tmp_path / "x.jsonl"
    file.write_bytes(content.replace(b"{good}", good))

    assert [type(r) for r in records(file)] == kinds, story


@pytest.mark.parametrize("content", [b"", b"\n \n", "{}".encode("utf-16")])
def test_what_is_no_text_at_all_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(content)

    with pytest.raises(BadInput, match=r"x\.json"):
        records(file)


def test_rejected_reports_can_be_kept_as_they_stand() -> None:
    kept = list(raw_records(EXAMPLES / "lines.jsonl", {2}))

    assert [json.loads(line)["type"] for _, line in kept] == ["phishing"]
    assert [2 in numbers for numbers, _ in kept] == [True]
