"""What leaves the record can be checked without it, and whatever is done to the file shows."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from etmaal.accounts import heads
from etmaal.accounts.audit import log
from etmaal.accounts.chain import link_some
from etmaal.accounts.chain_export import IsThere, NothingToExport, export, span
from etmaal.accounts.chain_files import CannotRead, verify_file
from etmaal.accounts.chain_findings import Checked, Wrong
from etmaal.accounts.head_files import signed
from etmaal.accounts.heads import NotWhole
from etmaal.accounts.models import AuditLine

AT = datetime(2026, 3, 28, 22, tzinfo=UTC)
pytestmark = pytest.mark.django_db
Rows = list[dict[str, object]]


@pytest.fixture(autouse=True)
def home(settings, tmp_path: Path) -> Path:
    settings.HEADS = tmp_path / "heads"
    settings.KEYS = {**settings.KEYS, "head": (None, "", tmp_path / "head.key")}
    return tmp_path


@pytest.fixture
def chain() -> None:
    """Link three lines an hour, for four hours."""
    for hour in range(4):
        for k in range(3):
            log(verb="item.opened", subject=f"item:{k}", by="person:7", why="a\u202e\u2028\n\"'é",
                details={"b": True, "a": k}, at=AT + timedelta(hours=hour, minutes=k))  # fmt: skip
        link_some(at=AT + timedelta(hours=hour, minutes=3))


def exported(out: Path, *, since: int | None = None, before: int | None = None) -> Path:
    """Export from and before these hours."""
    hours = [None if hour is None else AT + timedelta(hours=hour) for hour in (since, before)]
    chosen = span(linked_from=hours[0], linked_before=hours[1])
    export(chosen, out, by="command:audit", at=AT + timedelta(days=1))
    return out


def verified(file: Path) -> Checked:
    return verify_file(file, keys=[heads.public_key()])


@pytest.mark.parametrize("name", ["chain.jsonl", "chain.jsonl.gz"])
def test_an_export_is_verified_without_a_database(
    name: str, chain: None, tmp_path: Path, django_assert_num_queries
) -> None:
    file = exported(tmp_path / name)

    with django_assert_num_queries(0):
        checked = verified(file)
    assert (checked.findings, checked.links, checked.heads_passed) == ((), 12, 1)


def test_an_export_leaves_a_line_itself(chain: None, tmp_path: Path) -> None:
    exported(tmp_path / "chain.jsonl")

    line = AuditLine.objects.latest("id")
    assert (line.who, line.verb, line.details) == (
        "command:audit",
        "audit.exported",
        {"first": 1, "last": 12},
    )


@pytest.mark.parametrize(
    ("since", "before", "places"),
    [(None, 2, (1, 6)), (1, 3, (4, 9)), (2, None, (7, 12)), (None, None, (1, 12))],
)
def test_a_part_of_the_chain_is_one_run_of_places_and_whole_by_itself(
    since: int | None, before: int | None, places: tuple[int, int], chain: None, tmp_path: Path
) -> None:
    file = exported(tmp_path / "part.jsonl", since=since, before=before)

    rows = [json.loads(row) for row in file.read_text(encoding="utf-8").split("\n") if row]
    assert (rows[1]["place"], rows[-2]["place"]) == places
    assert verified(file).findings == ()


def test_the_same_chain_gives_the_same_bytes_packed_or_not(chain: None, tmp_path: Path) -> None:
    plain, one, two = (
        exported(tmp_path / name) for name in ("a.jsonl", "b.jsonl.gz", "c.jsonl.gz")
    )  # each is a line of its own, which is not linked yet

    assert one.read_bytes() == two.read_bytes()
    assert gzip.decompress(one.read_bytes()) == plain.read_bytes()


def test_nothing_is_exported_where_nothing_was_linked(chain: None, tmp_path: Path) -> None:
    with pytest.raises(NothingToExport):
        exported(tmp_path / "chain.jsonl", since=9)


def test_no_file_is_replaced_and_nothing_half_written_left(chain: None, tmp_path: Path) -> None:
    out = exported(tmp_path / "there.jsonl")
    before, lines = out.read_bytes(), AuditLine.objects.count()

    with pytest.raises(IsThere):
        exported(out)

    assert out.read_bytes() == before
    assert AuditLine.objects.count() == lines
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_stick_without_hard_links_takes_an_export(
    chain: None, tmp_path: Path, monkeypatch
) -> None:
    def refuse(*paths: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("pathlib.Path.hardlink_to", refuse)

    assert verified(exported(tmp_path / "chain.jsonl")).findings == ()
    with pytest.raises(IsThere):
        exported(tmp_path / "chain.jsonl")


def test_a_broken_chain_is_not_exported_as_if_it_were_whole(chain: None, tmp_path: Path) -> None:
    sid = transaction.savepoint()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("DROP TRIGGER accounts_auditline_no_delete")
        cursor.execute("DELETE FROM accounts_auditline WHERE id = (SELECT line_id FROM accounts_auditlink WHERE place = 5)")  # fmt: skip

    with pytest.raises(NotWhole, match="broken at place 5"):
        exported(tmp_path / "chain.jsonl")
    transaction.savepoint_rollback(sid)

    assert not (tmp_path / "chain.jsonl").exists()


# --- what somebody does to the file


def rows_of(file: Path) -> Rows:
    return [json.loads(row) for row in file.read_text(encoding="utf-8").split("\n") if row]


def without(rows: Rows, *numbers: int) -> Rows:
    return [row for k, row in enumerate(rows) if k not in numbers]


DEEDS: list[tuple[str, Callable[[Rows], object], list[tuple[Wrong, int | None, int | None]]]] = [
    ("nothing", lambda rows: rows, []),
    ("a word changed", lambda rows: [*rows[:5], {**rows[5], "why": ""}, *rows[6:]], [(Wrong.LINE_CHANGED, 5, 5)]),
    ("a value that cannot be", lambda rows: [*rows[:5], {**rows[5], "rows": -1}, *rows[6:]], [(Wrong.LINE_CHANGED, 5, 5)]),
    ("a moment spelled otherwise", lambda rows: [*rows[:5], {**rows[5], "at": "2026-03-28"}, *rows[6:]], [(Wrong.LINE_CHANGED, 5, 5)]),
    ("another format", lambda rows: [*rows[:5], {**rows[5], "format": "etmaal-audit-2"}, *rows[6:]], [(Wrong.LINE_CHANGED, 5, 5)]),
    ("a digest changed", lambda rows: [*rows[:5], {**rows[5], "digest": 7}, *rows[6:]], [(Wrong.LINK_CHANGED, 5, 5)]),
    ("a line removed", lambda rows: without(rows, 5), [(Wrong.LINKS_REMOVED, 5, 5)]),
    ("the end removed, the head kept", lambda rows: without(rows, 11, 12), [(Wrong.CUT_OFF, 11, 12)]),
    ("the end and the head removed", lambda rows: rows[:10], [(Wrong.NO_HEAD, None, None)]),
    ("the beginning removed", lambda rows: without(rows, 1, 2), [(Wrong.LINKS_REMOVED, 1, 2)]),
    ("another beginning", lambda rows: [{**rows[0], "after_digest": "1" * 64}, *rows[1:]], [(Wrong.LINE_CHANGED, 1, 1)]),
    ("the head changed", lambda rows: [*rows[:-1], {**rows[-1], "at": "2026-03-28T00:00:00.000000Z"}], [(Wrong.HEAD_NOT_SIGNED, None, None)]),
]  # fmt: skip


@pytest.mark.parametrize(("story", "deed", "found"), DEEDS, ids=[deed[0] for deed in DEEDS])
def test_what_was_done_to_an_export_is_found_where_it_was_done(
    story: str, deed: Callable[[Rows], Rows], found: list, chain: None, tmp_path: Path
) -> None:
    del story
    rows = deed(rows_of(exported(tmp_path / "chain.jsonl")))
    file = tmp_path / "changed.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    assert [(f.wrong, f.first, f.last) for f in verified(file).findings] == found


def test_an_export_of_another_key_is_not_trusted(chain: None, tmp_path: Path) -> None:
    file = exported(tmp_path / "chain.jsonl")
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()

    checked = verify_file(file, keys=[stranger])
    assert [found.wrong for found in checked.findings] == [Wrong.HEAD_NOT_SIGNED]


def test_an_export_must_pass_through_the_heads_that_were_kept(chain: None, tmp_path: Path) -> None:
    right = heads.signed_head(at=AT, place=6)
    assert right is not None
    file = exported(tmp_path / "part.jsonl", since=1)

    witness = Ed25519PrivateKey.from_private_bytes(bytes(32))
    keys = [heads.public_key(), witness.public_key()]
    assert verify_file(file, keys=keys, heads=[right]).heads_passed == 2
    other = signed(replace(right, digest="0" * 64), witness)
    found = verify_file(file, keys=keys, heads=[other]).findings
    assert [(f.wrong, f.first, f.last) for f in found] == [(Wrong.REWRITTEN, 4, 6)]


@pytest.mark.parametrize(
    ("story", "content"),
    [
        ("nothing", b""),
        ("no JSON", b"hello\n"),
        ("another JSON", b'{"a": 1}\n'),
        ("a list", b"[]\n"),
        ("not UTF-8", b'{"format": "\xff"}\n'),
        ("broken off within a line", b'{"format":"etmaal-audit-export-1","after_place":0,'),
        ("no line feed at the end", b'{"format":"etmaal-audit-export-1","after_place":0,"after_digest":"' + b"0" * 64 + b'"}'),
        ("a name twice", b'{"format":"etmaal-audit-export-1","format":"etmaal-audit-export-1","after_place":0,"after_digest":"' + b"0" * 64 + b'"}\n'),
        ("a line of any length", b'{"a": "' + b"x" * 300_000 + b'"}\n'),
        ("deep", b"[" * 100_000 + b"\n"),
        ("gzip that is none", b"\x1f\x8bnothing of the kind"),
        ("gzip that breaks off", gzip.compress(b"x" * 1_000)[:-10]),
    ],
)  # fmt: skip
def test_what_is_no_export_is_refused_in_one_sentence(
    story: str, content: bytes, tmp_path: Path
) -> None:
    del story
    file = tmp_path / "chain.jsonl"
    file.write_bytes(content)

    with pytest.raises(CannotRead, match=r"^chain\.jsonl"):
        verify_file(file, keys=[])


def test_a_line_with_more_than_it_may_hold_is_refused(chain: None, tmp_path: Path) -> None:
    file = exported(tmp_path / "chain.jsonl")
    rows = rows_of(file)
    for odd in ({**rows[3], "url": "x"}, {**rows[3], "place": True}, {**rows[3], "line": "4"}):
        text = [*rows[:3], odd, *rows[4:]]
        file.write_text("".join(json.dumps(row) + "\n" for row in text), encoding="utf-8")
        with pytest.raises(CannotRead, match="line 4"):
            verified(file)
    file.write_text("".join(json.dumps(row) + "\n" for row in [*rows, rows[1]]), encoding="utf-8")
    with pytest.raises(CannotRead, match="after the signed head"):
        verified(file)
