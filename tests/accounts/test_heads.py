"""A head is signed once a day, never replaced, and checked by whoever has the public key."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from etmaal.accounts import heads
from etmaal.accounts.audit import log
from etmaal.accounts.chain import link_some
from etmaal.accounts.chain_check import verify
from etmaal.accounts.chain_findings import Wrong
from etmaal.accounts.head_files import (
    is_signed_by,
    public_text,
    read_head_file,
    read_public_key,
    write_head_file,
)
from etmaal.accounts.models import AuditLine, AuditLink
from etmaal.core.errors import BadInput

AT = datetime(2026, 3, 28, 23, 59, 59, tzinfo=UTC)  # the next day in Amsterdam
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings, tmp_path: Path) -> Path:
    settings.HEADS = tmp_path / "heads"
    settings.KEYS = {**settings.KEYS, "head": (None, "", tmp_path / "head.key")}
    return tmp_path


def link(lines: int) -> None:
    for k in range(lines):
        log(verb="item.opened", subject=f"item:{k}", by="person:7", at=AT)
    link_some(at=AT)


def test_the_head_of_a_day_by_utc_is_signed_and_leaves_a_line(home: Path) -> None:
    link(3)

    file = heads.sign_today(by="job:head", at=AT)

    assert file == home / "heads" / "head-2026-03-28.json"
    head = read_head_file(file)
    assert (head.place, head.lines, head.at) == (3, 3, AT)
    assert head.digest == AuditLink.objects.get(place=3).digest
    assert is_signed_by(head, [heads.public_key()])
    line = AuditLine.objects.latest("id")
    assert (line.verb, line.subject, line.who) == ("audit.head_signed", "head:3", "job:head")


def test_one_day_has_one_head_and_the_next_day_another(home: Path) -> None:
    link(3)
    first = heads.sign_today(by="job:head", at=AT)
    assert first is not None
    before = first.read_bytes()
    link(1)

    assert heads.sign_today(by="job:head", at=AT) is None
    assert first.read_bytes() == before
    link(1)
    assert heads.sign_today(by="job:head", at=AT + timedelta(seconds=1)) is not None
    assert [head.place for head in heads.own_heads()] == [3, 6]
    assert verify(heads=heads.own_heads(), keys=[heads.public_key()]).heads_passed == 2


def test_nothing_is_signed_where_nothing_is_linked(home: Path) -> None:
    assert heads.sign_today(by="job:head", at=AT) is None
    assert (heads.own_heads(), heads.own_key(), AuditLine.objects.count()) == ([], None, 0)


def test_a_head_that_cannot_be_written_leaves_no_line(home: Path) -> None:
    link(1)
    (home / "heads").write_text("a file where the folder should be")

    with pytest.raises(OSError), transaction.atomic():
        heads.sign_today(by="job:head", at=AT)

    assert AuditLine.objects.count() == 1


def test_a_head_is_never_overwritten_by_another_process_either(home: Path) -> None:
    link(1)
    head = heads.signed_head(at=AT)
    assert head is not None
    file = home / "heads" / "head-2026-03-28.json"

    assert [write_head_file(head, file) for _ in range(2)] == [True, False]
    assert list(file.parent.iterdir()) == [file]


def test_nothing_is_signed_over_a_chain_with_a_hole_in_it() -> None:
    line = AuditLine.objects.create(at=AT, who="w", verb="v", subject="s")
    AuditLink.objects.create(place=2, line=line, linked_at=AT, digest="0" * 64)

    with pytest.raises(heads.NotWhole):
        heads.sign_today(by="job:head", at=AT)


@pytest.mark.parametrize("name", ["place", "lines", "digest", "at", "key"])
def test_a_head_in_which_anything_was_changed_is_not_signed_any_more(name: str, home: Path) -> None:
    link(3)
    file = heads.sign_today(by="job:head", at=AT)
    assert file is not None
    said = json.loads(file.read_text())
    other = {
        "place": 2, "lines": 2, "digest": "0" * 64, "at": "2026-03-28T00:00:00.000000Z",
        "key": "00" * 32,
    }  # fmt: skip
    file.write_text(json.dumps({**said, name: other[name]}))

    checked = verify(heads=heads.own_heads(), keys=[heads.public_key()])
    assert [found.wrong for found in checked.findings] == [Wrong.HEAD_NOT_SIGNED]
    assert checked.heads_passed == 0


def test_a_head_signed_by_another_key_counts_for_nothing(home: Path) -> None:
    link(3)
    heads.sign_today(by="job:head", at=AT)
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()

    checked = verify(heads=heads.own_heads(), keys=[stranger])
    assert [found.wrong for found in checked.findings] == [Wrong.HEAD_NOT_SIGNED]


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "7", "{}", "not json", "[" * 5_000, '{"format": "etmaal-head-1"}', "\ud800",
        '{"format":"etmaal-head-1","place":"1","lines":1,"digest":"%s","at":"2026-03-28T00:00:00.000000Z","key":"","signature":""}' % ("0" * 64),
        '{"format":"etmaal-head-1","place":1,"lines":1,"digest":"%s","at":"2026-03-28","key":"","signature":""}' % ("0" * 64),
        '{"format":"etmaal-head-1","place":1,"lines":1,"digest":"%s","at":"2026-03-28T00:00:00.000000Z","key":"zz","signature":""}' % ("0" * 64),
    ],
)  # fmt: skip
def test_what_is_no_head_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "head.json"
    file.write_bytes(text.encode(errors="surrogatepass"))

    with pytest.raises(BadInput, match=r"head\.json: not a signed head"):
        read_head_file(file)


def test_the_public_key_travels_as_a_file_and_other_kinds_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "head.pub"
    file.write_text(public_text(heads.public_key()))

    assert read_public_key(file) == heads.public_key()
    file.write_text("no key")
    with pytest.raises(BadInput, match="not a public key"):
        read_public_key(file)


def test_a_key_of_the_wrong_length_is_refused(home: Path) -> None:
    file = home / "head.key"
    file.write_text("ab" * 40)
    file.chmod(0o600)

    with pytest.raises(BadInput, match="64 hex digits"):
        heads.public_key()
